// Made-up lists of any size, written while they are read.

using System;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace Datev.Sdd.Data.ClientPlugIn.MadeUp
{
    abstract class List
    {
        public string Head;
        public string Tail;
        public abstract string Item(int number);

        protected static string Communication(int medium, string number, string standardised, string note)
        {
            return "<Kommunikation><Medium>" + medium + "</Medium><Nummer>" + number + "</Nummer>"
                + (standardised == "" ? "" : "<NormierteNummer>" + standardised + "</NormierteNummer>")
                + (note == "" ? "" : "<Notiz>" + note + "</Notiz>") + "</Kommunikation>";
        }
    }

    // Three communications each: a phone, a fax, an e-mail address; every tenth is inactive.
    sealed class Addressees : List
    {
        public Addressees()
        {
            Head = "<Browse xmlns=\"http://xml.datev.de/SDD/Browse/v01_2\"><KontaktDetails>";
            Tail = "</KontaktDetails></Browse>";
        }

        public override string Item(int number)
        {
            var digits = number.ToString("d6");
            return "<KontaktDetail ID=\"0f6c1f4e-1111-4a55-9d21-000000" + digits + "\" Status=\""
                + (number % 10 == 9 ? 0 : 1) + "\"><Kontakt><Typ>" + number % 3 + "</Typ><Langname>Büro Beispiel "
                + digits + "</Langname><Kommunikationen>"
                + Communication(1, "0911 / 7" + digits, "00499117" + digits, number % 5 == 0 ? "Zentrale" : "")
                + Communication(5, "0911 / 8" + digits, "00499118" + digits, "")
                + Communication(2, "post" + digits + "@example.org", "", "")
                + "</Kommunikationen></Kontakt></KontaktDetail>";
        }
    }

    // One phone number each, not standardised.
    sealed class Institutions : List
    {
        public Institutions()
        {
            Head = "<INSTITUTION xmlns=\"http://xml.datev.de/inst/v01\"><InstitutionDetails>";
            Tail = "</InstitutionDetails></INSTITUTION>";
        }

        public override string Item(int number)
        {
            var digits = number.ToString("d6");
            return "<TELEFONIE ID=\"" + digits + "\"><Name>Amt " + digits + "</Name><Kommunikationen>"
                + Communication(1, "030 / 9" + digits, "", "") + "</Kommunikationen></TELEFONIE>";
        }
    }

    sealed class Document : TextReader
    {
        readonly List list;
        readonly int size;
        readonly string fault;
        string piece = "";
        int read;  // of the piece
        int next = -1;  // item to be made; -1: the head

        public Document(List list, int size, string fault)
        {
            this.list = list;
            this.size = size;
            this.fault = fault;
        }

        public override int Peek()
        {
            if (read == piece.Length) Turn();
            return read < piece.Length ? piece[read] : -1;
        }

        public override int Read()
        {
            var character = Peek();
            if (character >= 0) read++;
            return character;
        }

        // At most one piece at a time, as a slow service would.
        public override int Read(char[] buffer, int index, int count)
        {
            if (Peek() < 0) return 0;
            var taken = Math.Min(count, piece.Length - read);
            piece.CopyTo(read, buffer, index, taken);
            read += taken;
            return taken;
        }

        public override int ReadBlock(char[] buffer, int index, int count)
        {
            return Read(buffer, index, count);
        }

        void Turn()
        {
            if (next == size / 2) Misbehave();
            piece = next < 0 ? list.Head : next < size ? list.Item(next) : next == size ? list.Tail : "";
            if (next == size / 2 && fault == "cut") piece = piece.Substring(0, piece.Length / 2);
            if (next > size / 2 && fault == "cut") piece = "";
            read = 0;
            next++;
        }

        void Misbehave()
        {
            switch (fault)
            {
                case "hanging-midway": Thread.Sleep(Timeout.Infinite); break;
                case "dying-midway": Process.GetCurrentProcess().Kill(); break;
                case "io-midway": throw new IOException("The pipe is broken.");
                case "slow": Thread.Sleep(1000); break;
            }
        }
    }
}
