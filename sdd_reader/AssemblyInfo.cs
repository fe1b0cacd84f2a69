using System.Reflection;
using System.Runtime.Versioning;

[assembly: AssemblyTitle("SDD reader of the DATEV connector for STARFACE")]
[assembly: AssemblyVersion("1.0.0.0")]
[assembly: TargetFramework(".NETFramework,Version=v4.8", FrameworkDisplayName = ".NET Framework 4.8")]
