// DATEV's client for the SDD. Its assemblies are not there when this is built, so their types and
// members are looked for by name at run time.

using System;
using System.Linq;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Xml;

namespace SddReader
{
    // The service gave nothing: it is not ready yet, or the user has no rights.
    sealed class NoData : Exception
    {
        public NoData(string message) : base(message) { }
    }

    static class Sdd
    {
        public const string Assembly = "Datev.Sdd.Data.ClientPlugIn.Base";
        const string EntryPoint = "Datev.Sdd.Data.ClientPlugIn.Proxy";

        // Runs the query and hands its XML to `take`.
        public static void Read(Assembly assembly, Query query, Action<XmlReader> take)
        {
            var entry = new Part(assembly.GetType(EntryPoint, true), null);
            using (var client = entry.Get("Instance"))
            {
                var request = client.Get("RequestHelper").Call(
                    "CreateDataObjectCollectionAccessReadRequest",
                    query.Element, query.Contract, Query.DataEnvironment, Query.Filter);
                using (var response = client.Get("RequestHandler").Call("Execute", request.Value))
                {
                    if (!true.Equals(response.Get("HasData").Value))
                        throw new NoData("Response.HasData is false");
                    using (var xml = response.Call("CreateReader"))
                        take((XmlReader)xml.Value);
                }
            }
        }
    }

    // An object with the type under which it was handed out: what an internal class does for an
    // interface may be found in the interface only.
    sealed class Part : IDisposable
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static
            | BindingFlags.FlattenHierarchy;

        readonly Type declared;
        public readonly object Value;

        public Part(Type declared, object value)
        {
            this.declared = declared;
            Value = value;
        }

        public void Dispose()
        {
            var disposable = Value as IDisposable;
            if (disposable != null) disposable.Dispose();
        }

        public Part Get(string name)
        {
            foreach (var type in Types())
            {
                var property = type.GetProperty(name, Any);
                if (property != null) return Result(name, property.GetGetMethod());
                var field = type.GetField(name, Any);
                if (field != null) return Given(name, field.FieldType, field.GetValue(Value));
            }
            throw new MissingMemberException(declared.FullName, name);
        }

        public Part Call(string name, params object[] arguments)
        {
            var method = Types().SelectMany(type => type.GetMethods(Any)).FirstOrDefault(
                each => each.Name == name && Takes(each.GetParameters(), arguments));
            if (method == null) throw new MissingMethodException(declared.FullName, name);
            return Result(name, method, arguments);
        }

        Type[] Types()
        {
            var types = new[] { declared }.Concat(declared.GetInterfaces());
            if (Value != null)
                types = types.Concat(new[] { Value.GetType() }).Concat(Value.GetType().GetInterfaces());
            return types.ToArray();
        }

        static bool Takes(ParameterInfo[] parameters, object[] arguments)
        {
            return parameters.Length == arguments.Length
                && parameters.Zip(arguments, (each, value) => each.ParameterType.IsInstanceOfType(value))
                    .All(fits => fits);
        }

        Part Result(string name, MethodInfo method, params object[] arguments)
        {
            try
            {
                return Given(name, method.ReturnType, method.Invoke(Value, arguments));
            }
            catch (TargetInvocationException thrown)
            {
                ExceptionDispatchInfo.Capture(thrown.InnerException).Throw();
                throw;
            }
        }

        static Part Given(string name, Type type, object value)
        {
            if (value == null) throw new NoData(name + " is null");
            return new Part(type, value);
        }
    }
}
