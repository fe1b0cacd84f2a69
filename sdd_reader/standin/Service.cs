// The service of the stand-in: checks what it is asked, and answers, or does what its fault says.

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Principal;
using System.Threading;
using System.Xml;
using Datev.Sdd.Data.ClientInterfaces;

namespace Datev.Sdd.Data.ClientPlugIn
{
    sealed class Service : IRequestHandler
    {
        readonly string folder;

        public readonly string Fault;

        public Service(string folder)
        {
            this.folder = folder;
            Fault = TakeFault(Path.Combine(folder, "faults"));
        }

        static string TakeFault(string file)
        {
            if (!File.Exists(file)) return "";
            var faults = File.ReadAllLines(file);
            File.WriteAllLines(file, faults.Skip(1));
            return faults.FirstOrDefault() ?? "";
        }

        Response IRequestHandler.Execute(Request request)
        {
            switch (Fault)
            {
                case "hanging": Thread.Sleep(Timeout.Infinite); break;
                case "noisy": Console.WriteLine("{\"end\":0}"); break;
                case "dying": Process.GetCurrentProcess().Kill(); break;
                case "com": throw new COMException("Server execution failed", unchecked((int)0x80080005));
                case "io": throw new IOException("The pipe is broken.");
                case "socket": throw new SocketException(10061);
                case "time-out": throw new TimeoutException("The service did not answer.");
                case "type-load": throw new TypeLoadException("System.Runtime.Remoting.Messaging.Header");
                case "identity":
                    throw new InvalidOperationException("The request failed.", new IdentityNotMappedException(
                        "Manche oder alle Identitätsverweise konnten nicht übersetzt werden."));
                case "identity-text":
                    throw new ApplicationException(
                        "Manche oder alle Identitätsverweise konnten nicht übersetzt werden.");
                case "data-server":
                    throw new ApplicationException("Im Datenserver ist ein Ausnahmefehler aufgetreten.");
                case "denied": throw new UnauthorizedAccessException("Access is denied.");
                case "wrapped-xml":
                    throw new InvalidOperationException("There is an error.", new XmlException("cut"));
                case "unforeseen": throw new ApplicationException("Client 12345678 is locked.");
                case "thread":
                    var thread = new Thread(() => { throw new ApplicationException("A thread failed."); });
                    thread.Start();
                    Thread.Sleep(Timeout.Infinite);
                    break;
            }
            return new Served(Document(request), Fault);
        }

        TextReader Document(Request request)
        {
            if (request.DataEnvironment != "Datev.DataEnvironment.Default" || request.FilterExpression != "")
                throw new ApplicationException("wrong data environment or filter");
            var asked = request.ElementName + " of " + request.ContractIdentifier;
            if (asked == "KontaktDetail of Datev.Sdd.Contract.Browse.1.2")
                return Document("addressees.xml", new MadeUp.Addressees());
            if (asked == "TELEFONIE of Datev.Inst.Contract.1.0")
                return Document("institutions.xml", new MadeUp.Institutions());
            throw new ApplicationException("unknown: " + asked);
        }

        TextReader Document(string name, MadeUp.List list)
        {
            var file = Path.Combine(folder, name);
            if (File.Exists(file)) return new StreamReader(file);
            var size = int.Parse(File.ReadAllText(Path.Combine(folder, "size")));
            return new MadeUp.Document(list, size, Fault);
        }
    }

    sealed class Served : Response
    {
        readonly TextReader document;
        readonly string fault;

        public Served(TextReader document, string fault)
        {
            this.document = document;
            this.fault = fault;
        }

        public override bool HasData
        {
            get { return fault != "no-data"; }
        }

        public override XmlReader CreateReader()
        {
            if (fault == "no-xml") return XmlReader.Create(new StringReader("Service unavailable"));
            if (fault == "other-xml") return XmlReader.Create(new StringReader("<html/>"));
            if (fault == "nothing") return XmlReader.Create(new StringReader(""));
            // As lenient as DATEV's may be: half surrogates and control characters pass.
            return XmlReader.Create(document, new XmlReaderSettings { CheckCharacters = false });
        }

        public override void Dispose()
        {
            document.Dispose();
        }
    }
}
