
namespace DeviceCreds.Fuzz;

/// <summary>What one input led to.</summary>
/// <param name="Outcome">"read", or the ErrorId with which it was refused.</param>
/// <param name="Finding">What must not be; null when all is well.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Allocated">How many bytes were allocated for it in all.</param>
internal sealed record Execution(string Outcome, string? Finding, TimeSpan Elapsed, long Allocated)
{
    const int MiB = 1024 * 1024;
    const int Attempts = 3;

    /// <summary>A small file may ask for scrypt, and the first one read fills caches.</summary>
    const long LeastAllowance = 80L * MiB;

    /// <summary>Runs an input; one that takes too long gets more chances, since the machine has other work.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="input">The bytes; the reader gets a copy, which it may wipe.</param>
    /// <param name="patience">How many times slower than it must be it may be here.</param>
    public static Execution Run(FuzzTarget target, byte[] input, double patience = 1)
    {
        var limit = TimeSpan.FromSeconds(target.Limit.TotalSeconds * Math.Max(1, (double)input.Length / MiB) * patience);
        var execution = Once(target, input);
        for (var i = 1; i < Attempts && execution.Elapsed > limit; i++)
        {
            if (Once(target, input) is var again && again.Elapsed < execution.Elapsed) execution = again;
        }

        if (execution.Finding is not null) return execution;
        if (execution.Elapsed > limit) return execution with { Finding = FormattableString.Invariant(
            $"{input.Length:N0} bytes took {execution.Elapsed.TotalSeconds:N1} s") };
        if (execution.Allocated > Math.Max(LeastAllowance,
            (long)target.Memory * input.Length)) return execution with { Finding = FormattableString.Invariant(
            $"{input.Length:N0} bytes took {execution.Allocated / MiB:N0} MiB of memory") };
        return execution;
    }

    static Execution Once(FuzzTarget target, byte[] input)
    {
        var copy = (byte[])input.Clone();
        var (time, before) = (ThreadClock.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        var (outcome, finding) = Read(target, copy);
        return new(outcome, finding, time.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static (string Outcome, string? Finding) Read(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Read(input);
            return ("read", null);
        }
        catch (DeviceCredsException e)
        {
            return (e.ErrorId, e.Message.Any(char.IsControl) ? "the message has control characters: " + e.Message
                : e.Message.Length > 1500 ? "the message has " + e.Message.Length + " characters" : null);
        }
        catch (Exception e)
        {
            return (e.GetType().Name, e.ToString());
        }
    }
}
