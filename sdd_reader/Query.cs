// The two queries of the SDD, and where the fields stand in what they give.

namespace SddReader
{
    sealed class Query
    {
        public const string DataEnvironment = "Datev.DataEnvironment.Default";
        public const string Filter = "";  // the service's own filter is not dependable

        static readonly Query Addressees = new Query
        {
            Name = "addressees",
            Contract = "Datev.Sdd.Contract.Browse.1.2",
            Element = "KontaktDetail",
            Root = "Browse",
            Prefix = "Kontakt/",
            NameElement = "Langname",
        };

        static readonly Query Institutions = new Query
        {
            Name = "institutions",
            Contract = "Datev.Inst.Contract.1.0",
            Element = "TELEFONIE",
            Root = "INSTITUTION",
            Prefix = "",
            NameElement = "Name",
        };

        public string Name { get; private set; }
        public string Contract { get; private set; }
        public string Element { get; private set; }  // asked for, and what an item is called
        public string Root { get; private set; }
        public string Prefix { get; private set; }  // from an item to its fields
        public string NameElement { get; private set; }

        public static Query Named(string name)
        {
            switch (name)
            {
                case "addressees": return Addressees;
                case "institutions": return Institutions;
                default: throw new WrongUsage("unknown query: " + name);
            }
        }
    }
}
