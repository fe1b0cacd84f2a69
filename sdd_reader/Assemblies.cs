// Finds DATEV's assemblies: first where DATEV is installed, then in the global assembly cache, whose
// copies can be older. Whatever DATEV's own assemblies need is looked for in the same places.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Microsoft.Win32;

namespace SddReader
{
    sealed class AssemblyMissing : Exception
    {
        public AssemblyMissing(string message) : base(message) { }
    }

    sealed class Assemblies
    {
        // Asked for by .NET itself, and done without where they are not beside their assembly.
        static readonly string[] Optional = { ".resources", ".XmlSerializers" };

        static readonly string[] Caches =
        {
            "Microsoft.NET/assembly/GAC_MSIL", "Microsoft.NET/assembly/GAC_32", "Microsoft.NET/assembly/GAC_64",
            "assembly/GAC_MSIL", "assembly/GAC_32", "assembly/GAC_64",
        };

        readonly List<string> folders;

        // With a folder, that one alone is searched.
        public Assemblies(string folder)
        {
            folders = (folder == "" ? Installations() : new[] { folder })
                .SelectMany(each => new[] { each, Path.Combine(each, "PROGRAMM") })
                .Distinct().ToList();
            if (folder == "") folders.AddRange(CacheFolders());
            AppDomain.CurrentDomain.AssemblyResolve += (_, wanted) =>
            {
                var name = new AssemblyName(wanted.Name).Name;
                return name.StartsWith("Datev.", StringComparison.OrdinalIgnoreCase)
                    && !Optional.Any(name.EndsWith) ? Find(name) : null;
            };
        }

        public Assembly Load(string name)
        {
            var found = Find(name);
            if (found == null)
                throw new AssemblyMissing(name + " was not found in: " + string.Join("; ", folders));
            return found;
        }

        Assembly Find(string name)
        {
            Exception unusable = null;
            foreach (var path in folders.SelectMany(each => Candidates(each, name)))
                try
                {
                    return Assembly.LoadFrom(path);
                }
                catch (BadImageFormatException failure) { unusable = failure; }  // made for 64 bit only
                catch (FileLoadException failure) { unusable = failure; }
            if (unusable != null) throw unusable;
            return null;
        }

        static IEnumerable<string> Candidates(string folder, string name)
        {
            var file = name + ".dll";
            return new[] { folder }
                .Concat(Below(folder, "K*"))  // components by version; whichever is newest comes first
                .Concat(Below(Path.Combine(folder, name), "*"))  // the cache's own folders
                .Select(each => Path.Combine(each, file)).Where(File.Exists)
                .Concat(Below(folder, "K*").SelectMany(each => Deep(each, file)));
        }

        static IEnumerable<string> Below(string folder, string pattern)
        {
            return Seen(() => Directory.GetDirectories(folder, pattern))
                .OrderByDescending(each => each, StringComparer.Ordinal);
        }

        static IEnumerable<string> Deep(string folder, string file)
        {
            return Seen(() => Directory.GetFiles(folder, file, SearchOption.AllDirectories));
        }

        // A folder that is not there, or not meant for this user, holds nothing that is looked for.
        static string[] Seen(Func<string[]> look)
        {
            try
            {
                return look();
            }
            catch (DirectoryNotFoundException) { }
            catch (UnauthorizedAccessException) { }
            return new string[0];
        }

        static IEnumerable<string> Installations()
        {
            foreach (var view in new[] { RegistryView.Registry32, RegistryView.Registry64 })
                using (var machine = RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, view))
                using (var key = machine.OpenSubKey(@"SOFTWARE\DATEV"))
                {
                    var named = key == null ? null : key.GetValue("Installationsverzeichnis") as string;
                    if (!string.IsNullOrWhiteSpace(named)) yield return named.Trim();
                }
            foreach (var variable in new[] { "ProgramFiles(x86)", "ProgramW6432", "ProgramFiles" })
            {
                var programs = Environment.GetEnvironmentVariable(variable);
                if (!string.IsNullOrEmpty(programs)) yield return Path.Combine(programs, "DATEV");
            }
            yield return @"C:\Programme\DATEV";
        }

        static IEnumerable<string> CacheFolders()
        {
            var windows = Environment.GetEnvironmentVariable("WINDIR") ?? "";
            return Caches.Select(each => Path.Combine(windows, each.Replace('/', Path.DirectorySeparatorChar)));
        }
    }
}
