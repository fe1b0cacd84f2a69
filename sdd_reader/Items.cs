// Takes the items out of the XML, one after another; what is not known of is passed over.

using System;
using System.Collections.Generic;
using System.Xml;

namespace SddReader
{
    static class Items
    {
        // Throws XmlException unless the document is there from beginning to end.
        public static IEnumerable<Record> Read(XmlReader xml, Query query)
        {
            xml.MoveToContent();
            if (xml.NodeType != XmlNodeType.Element)
                throw new XmlException("there is no document");
            if (xml.LocalName != query.Root)
                throw new XmlException("the document is no " + query.Root);
            var rootDepth = xml.Depth;
            var whole = xml.IsEmptyElement;
            while (!whole && xml.Read())
            {
                if (xml.NodeType == XmlNodeType.Element && xml.LocalName == query.Element)
                    using (var item = xml.ReadSubtree())
                        yield return ReadItem(item, query);
                else if (xml.NodeType == XmlNodeType.EndElement && xml.Depth == rootDepth)
                    whole = true;
            }
            if (!whole)
                throw new XmlException("the document ends too early");
        }

        static Record ReadItem(XmlReader xml, Query query)
        {
            var contact = new Dictionary<string, string>();  // texts by path below the item
            var communications = new List<Dictionary<string, string>>();
            var list = query.Prefix + "Kommunikationen/Kommunikation";
            var open = new List<string>();  // names of the open elements below the item
            xml.Read();
            var id = xml.GetAttribute("ID");
            var status = xml.GetAttribute("Status");
            while (xml.Read())
            {
                if (xml.Depth > 0 && xml.Depth <= open.Count)
                    open.RemoveRange(xml.Depth - 1, open.Count - xml.Depth + 1);
                if (xml.NodeType == XmlNodeType.Element)
                    open.Add(xml.LocalName);
                else if (xml.NodeType != XmlNodeType.Text && xml.NodeType != XmlNodeType.CDATA)
                    continue;
                var path = string.Join("/", open);
                if (path == list && xml.NodeType == XmlNodeType.Element)
                    communications.Add(new Dictionary<string, string>());
                var into = path.StartsWith(list + "/", StringComparison.Ordinal) ? communications[communications.Count - 1] : contact;
                into[path] = xml.NodeType == XmlNodeType.Element ? "" : Text(into, path) + xml.Value;
            }
            return new Record
            {
                { "id", id },
                { "status", status },
                { "typ", Text(contact, query.Prefix + "Typ") },
                { "name", Text(contact, query.Prefix + query.NameElement) },
                { "communications", communications.ConvertAll(each => Communication(each, list)) },
            };
        }

        static Record Communication(Dictionary<string, string> found, string list)
        {
            return new Record
            {
                { "medium", Text(found, list + "/Medium") },
                { "nummer", Text(found, list + "/Nummer") },
                { "normierteNummer", Text(found, list + "/NormierteNummer") },
                { "notiz", Text(found, list + "/Notiz") },
            };
        }

        // Null: there is no such element.
        static string Text(Dictionary<string, string> found, string path)
        {
            string text;
            return found.TryGetValue(path, out text) ? text : null;
        }
    }
}
