// Stand-in of Datev.Sdd.Data.ClientPlugIn.Base, for tests: the entry point, and a service behind it.
//
// The folder named by SDD_STANDIN says what it serves: addressees.xml and institutions.xml, or made-up
// lists of as many items as the file `size` says; and the file `faults`, of which each run takes away
// the first line and behaves like it.

using System;
using System.Reflection;
using System.Threading;
using System.Xml;
using Datev.Framework.MicroKernel;
using Datev.Sdd.Data.ClientInterfaces;

[assembly: AssemblyVersion("1.0.0.0")]

namespace Datev.Sdd.Data.ClientPlugIn
{
    public sealed class Proxy : IDisposable
    {
        static Proxy instance;

        readonly Service service = new Service(Environment.GetEnvironmentVariable("SDD_STANDIN"));

        public static Proxy Instance
        {
            get
            {
                if (instance != null) throw new InvalidOperationException("the client is open already");
                Kernel.Start();
                return instance = new Proxy();
            }
        }

        public IRequestHelper RequestHelper
        {
            get { return new Helper(); }
        }

        public IRequestHandler RequestHandler
        {
            get { return service; }
        }

        public void Dispose()
        {
            instance = null;
            if (service.Fault == "lingering") new Thread(() => Thread.Sleep(Timeout.Infinite)).Start();
            if (service.Fault == "hanging-dispose") Thread.Sleep(Timeout.Infinite);
        }
    }

    // Internal, with its method in the interface only: so it may be with the real one.
    sealed class Helper : IRequestHelper
    {
        Request IRequestHelper.CreateDataObjectCollectionAccessReadRequest(
            string elementName, string contractIdentifier, string dataEnvironment, string filterExpression)
        {
            return new Request
            {
                ElementName = elementName,
                ContractIdentifier = contractIdentifier,
                DataEnvironment = dataEnvironment,
                FilterExpression = filterExpression,
            };
        }
    }
}
