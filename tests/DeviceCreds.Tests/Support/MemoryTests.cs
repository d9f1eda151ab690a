namespace DeviceCreds.Tests;

/// <summary>Tests that measure how much memory the process holds: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("Speed", "Slow")]
public sealed class MemoryTests
{
    public const string Name = "Memory";
}
