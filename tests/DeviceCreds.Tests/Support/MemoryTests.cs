namespace DeviceCreds.Tests;

/// <summary>Tests that measure how much memory the process holds: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("Speed", "Slow")]
public sealed class MemoryTests
{
    public const string Name = "Memory";

    /// <summary>How many bytes are held, after everything that earlier tests left has been freed.</summary>
    public static long Held()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
