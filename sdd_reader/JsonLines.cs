// JSON objects, one a line, in UTF-8.

using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace SddReader
{
    // Fields in the order in which they were added; values are null, string, int or a list of records.
    sealed class Record : List<KeyValuePair<string, object>>
    {
        public void Add(string name, object value)
        {
            Add(new KeyValuePair<string, object>(name, value));
        }
    }

    sealed class JsonLines
    {
        const int Block = 4096;  // some ten contacts: a slow service must not look like a silent one

        readonly Stream stream;
        readonly StringBuilder line = new StringBuilder();

        public JsonLines(Stream stream)
        {
            this.stream = new BufferedStream(stream, Block);
        }

        // Lines leave in blocks; with `now`, this one and all before it leave at once.
        public void Write(Record record, bool now = false)
        {
            lock (line)
            {
                line.Clear();
                WriteValue(record);
                var bytes = Encoding.UTF8.GetBytes(line.Append('\n').ToString());
                stream.Write(bytes, 0, bytes.Length);
                if (now) stream.Flush();
            }
        }

        void WriteValue(object value)
        {
            if (value == null) line.Append("null");
            else if (value is int) line.Append(((int)value).ToString(CultureInfo.InvariantCulture));
            else if (value is Record) WriteRecord((Record)value);
            else if (value is List<Record>) WriteList((List<Record>)value);
            else WriteText((string)value);
        }

        void WriteRecord(Record record)
        {
            line.Append('{');
            foreach (var field in record)
            {
                if (line[line.Length - 1] != '{') line.Append(',');
                WriteText(field.Key);
                line.Append(':');
                WriteValue(field.Value);
            }
            line.Append('}');
        }

        void WriteList(List<Record> records)
        {
            line.Append('[');
            foreach (var record in records)
            {
                if (line[line.Length - 1] != '[') line.Append(',');
                WriteRecord(record);
            }
            line.Append(']');
        }

        // What has no place in UTF-8 or in a line is written as \uXXXX, halves of surrogates included.
        void WriteText(string text)
        {
            line.Append('"');
            foreach (var character in text)
            {
                if (character == '"' || character == '\\') line.Append('\\').Append(character);
                else if (char.IsControl(character) || char.IsSurrogate(character)
                        || character == '\u2028' || character == '\u2029')
                    line.Append("\\u").Append(((int)character).ToString("x4"));
                else line.Append(character);
            }
            line.Append('"');
        }
    }
}
