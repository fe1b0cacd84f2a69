// What went wrong, as the last line.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Remoting;
using System.Security;
using System.Security.Principal;
using System.Xml;

namespace SddReader
{
    static class Failure
    {
        // The first sort that fits any exception of the chain counts.
        static readonly Dictionary<string, Func<Exception, bool>> Sorts = new Dictionary<string, Func<Exception, bool>>
        {
            { "usage", each => each is WrongUsage },
            { "no-rights", each => each is IdentityNotMappedException || each is UnauthorizedAccessException
                || each is SecurityException || SpeaksOfIdentity(each.Message) },
            { "server-exception", each => SpeaksOfTheDataServer(each.Message) },
            { "bad-xml", each => each is XmlException },
            { "no-data", each => each is NoData },
            { "assembly-missing", each => each is AssemblyMissing || IsAssembly(each as FileNotFoundException) },
            { "type-load", each => each is TypeLoadException || each is ReflectionTypeLoadException
                || each is MissingMemberException || each is BadImageFormatException || each is FileLoadException },
            { "service", each => each is IOException || each is SocketException || each is TimeoutException
                || each is RemotingException },
            { "com", each => each is ExternalException },
        };

        public static Record Describe(Exception failure)
        {
            var chain = Chain(failure).ToList();
            var found = from sort in Sorts
                        from each in chain
                        where sort.Value(each)
                        select new { Code = sort.Key, Cause = each };
            var first = found.FirstOrDefault() ?? new { Code = "other", Cause = chain.Last() };
            return new Record
            {
                { "error", first.Code },
                { "type", first.Cause.GetType().FullName },
                { "hresult", "0x" + first.Cause.HResult.ToString("X8") },
                { "message", first.Cause.Message },
            };
        }

        static IEnumerable<Exception> Chain(Exception failure)
        {
            for (var each = failure; each != null; each = each.InnerException)
            {
                yield return each;
                var types = each as ReflectionTypeLoadException;
                if (types != null)
                    foreach (var cause in types.LoaderExceptions.Where(cause => cause != null))
                        yield return cause;
            }
        }

        // An account without rights in DATEV, in the words of Windows.
        static bool SpeaksOfIdentity(string message)
        {
            return message.Contains("Identitätsverweise") || message.Contains("identity references");
        }

        // DATEV's data server has failed over the request; as a rule it knows no DATEV user for this Windows user.
        static bool SpeaksOfTheDataServer(string message)
        {
            return message.Contains("Datenserver") && message.Contains("Ausnahmefehler");
        }

        static bool IsAssembly(FileNotFoundException missing)
        {
            return missing != null && (missing.FileName ?? "").Contains("Version=");
        }
    }
}
