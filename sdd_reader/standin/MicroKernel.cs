// Stand-in of Datev.Framework.MicroKernel, for tests: something that DATEV's client itself needs.

using System.Reflection;

[assembly: AssemblyVersion("1.0.0.0")]

namespace Datev.Framework.MicroKernel
{
    public static class Kernel
    {
        public static void Start() { }
    }
}
