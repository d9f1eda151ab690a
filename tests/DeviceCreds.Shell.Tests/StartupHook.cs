using System.Runtime.Loader;

/// <summary>Run by .NET before a program begins, where the environment names this assembly: loads a neighbour's library.</summary>
// The name, and that it is in no namespace, are .NET's.
static class StartupHook
{
    internal const string Variable = "DEVICECREDS_TEST_NEIGHBOUR";

    internal static void Initialize() => AssemblyLoadContext.Default.LoadFromAssemblyPath(Environment.GetEnvironmentVariable(Variable)!);
}
