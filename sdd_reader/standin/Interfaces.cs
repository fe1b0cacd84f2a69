// Stand-in of Datev.Sdd.Data.ClientInterfaces, for tests: what a program sees of a request.

using System;
using System.Reflection;
using System.Xml;

[assembly: AssemblyVersion("1.0.0.0")]

namespace Datev.Sdd.Data.ClientInterfaces
{
    public interface IRequestHelper
    {
        Request CreateDataObjectCollectionAccessReadRequest(
            string elementName, string contractIdentifier, string dataEnvironment, string filterExpression);
    }

    public interface IRequestHandler
    {
        Response Execute(Request request);
    }

    public class Request
    {
        public string ElementName { get; set; }
        public string ContractIdentifier { get; set; }
        public string DataEnvironment { get; set; }
        public string FilterExpression { get; set; }
    }

    public abstract class Response : IDisposable
    {
        public abstract bool HasData { get; }
        public abstract XmlReader CreateReader();
        public abstract void Dispose();
    }
}
