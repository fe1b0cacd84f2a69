// Reads one list of DATEV master data from the Stammdatendienst (SDD) and writes it to standard
// output, one JSON object a line; see docs/sdd.md.
//
//   sdd-reader.exe addressees|institutions [FOLDER OF DATEV'S ASSEMBLIES]

using System;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace SddReader
{
    sealed class WrongUsage : Exception
    {
        public WrongUsage(string message) : base(message) { }
    }

    static class Program
    {
        const int Protocol = 1;

        [STAThread]  // what DATEV's client expects of a desktop program
        static void Main(string[] arguments)
        {
            var lines = new JsonLines(Console.OpenStandardOutput());
            Console.SetOut(TextWriter.Null);  // nobody but us writes between the lines
            AppDomain.CurrentDomain.UnhandledException += (_, thrown) =>
                EndWith(lines, thrown.ExceptionObject as Exception);
            EndWithStandardInput();
            try
            {
                Read(lines, arguments);
            }
            catch (Exception failure)
            {
                EndWith(lines, failure);
            }
            Environment.Exit(0);  // even if DATEV's client has left a thread behind
        }

        static void Read(JsonLines lines, string[] arguments)
        {
            if (arguments.Length < 1 || arguments.Length > 2)
                throw new WrongUsage("expected: addressees|institutions [folder]");
            var query = Query.Named(arguments[0]);
            var assembly = new Assemblies(arguments.Length > 1 ? arguments[1] : "").Load(Sdd.Assembly);
            lines.Write(new Record
            {
                { "protocol", Protocol },
                { "query", query.Name },
                { "assembly", assembly.Location },
                { "version", assembly.GetName().Version.ToString() },
                { "file_version", FileVersionInfo.GetVersionInfo(assembly.Location).FileVersion },
            }, now: true);
            Sdd.Read(assembly, query, xml =>
            {
                var items = 0;
                foreach (var item in Items.Read(xml, query))
                {
                    lines.Write(item);
                    items++;
                }
                lines.Write(new Record { { "end", items } }, now: true);
            });
        }

        // Whoever started us holds the other end: when it is closed, nobody wants the data any more.
        static void EndWithStandardInput()
        {
            var input = Console.OpenStandardInput();
            var watch = new Thread(() =>
            {
                try
                {
                    while (input.ReadByte() >= 0) { }
                }
                catch (IOException) { }  // says the same as the end
                Process.GetCurrentProcess().Kill();  // even while DATEV's client hangs
            });
            watch.IsBackground = true;
            watch.Start();
        }

        static void EndWith(JsonLines lines, Exception failure)
        {
            try
            {
                lines.Write(Failure.Describe(failure), now: true);
            }
            catch (IOException) { }  // nobody is there to be told; the exit code says it
            Environment.Exit(failure is WrongUsage ? 2 : 1);
        }
    }
}
