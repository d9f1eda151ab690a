using System.Globalization;

namespace DeviceCreds;

/// <summary>
/// A part of a device list that every job can compute alone: a device belongs to part (h mod n) + 1 of n, where h is the first
/// eight bytes, as a big-endian number, of the SHA-256 of its endpoint name in UTF-8. So it does not depend on the list's
/// order, its other devices, or the machine, and each device is in exactly one of n parts.
/// </summary>
public sealed record Shard
{
    /// <param name="index">Which part, from 1.</param>
    /// <param name="count">How many parts there are.</param>
    /// <exception cref="InputException">The index is not from 1 to the count.</exception>
    public Shard(int index, int count)
    {
        if (index < 1 || index > count) throw Invalid($"{index}/{count}");
        Index = index;
        Count = count;
    }

    /// <summary>Which part, from 1.</summary>
    public int Index { get; }

    /// <summary>How many parts there are.</summary>
    public int Count { get; }

    /// <summary>Reads <c>3/16</c>; <c>Auto</c> is the shard in the environment variables of the job engine.</summary>
    /// <exception cref="InputException">It is something else, or no engine gives a shard.</exception>
    public static Shard Parse(string text)
    {
        if (string.Equals(text, "Auto", StringComparison.OrdinalIgnoreCase)) return ShardSource.Find(Environment.GetEnvironmentVariable);
        return text.Split('/') is [var index, var count]
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? new(i, n)
            : throw Invalid(text);
    }

    /// <summary>Whether a device is in this part.</summary>
    public bool Contains(string endpointName) => NameHash.Of(endpointName).High % (ulong)Count == (ulong)(Index - 1);

    /// <summary>In the form that is parsed.</summary>
    public override string ToString() => FormattableString.Invariant($"{Index}/{Count}");

    static InputException Invalid(string text) =>
        new("ShardInvalid", ErrorKind.InvalidArgument, $"'{SubjectText.Shorten(text)}' is not a shard of a list.",
            "Write 3/16 for the third of sixteen shards, or Auto where a job engine gives the shard.");
}
