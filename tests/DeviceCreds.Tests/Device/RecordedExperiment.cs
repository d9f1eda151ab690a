namespace DeviceCreds.Tests;

/// <summary>What a device answered once.</summary>
/// <param name="Place">Where in the bundle.</param>
/// <param name="Kind">What was special.</param>
/// <param name="Rules">The ids of the rules that speak of it.</param>
/// <param name="Status">The status; 0 is accepted.</param>
/// <param name="Warnings">The warnings of an accepted bundle.</param>
public sealed record RecordedExperiment(string Place, string Kind, IReadOnlyList<string> Rules, int Status, IReadOnlyList<string> Warnings)
{
    /// <summary>The place and the kind.</summary>
    public string Title => $"{Place}: {Kind}";

    /// <summary>Reads the record: lines of five columns, and comments.</summary>
    public static IReadOnlyList<RecordedExperiment> Read(string path) =>
        [.. File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')).Select(c => new RecordedExperiment(c[0], c[1],
            c[2].Split(',', StringSplitOptions.RemoveEmptyEntries), int.Parse(c[3], System.Globalization.CultureInfo.InvariantCulture), c[4].Split(" | ", StringSplitOptions.RemoveEmptyEntries)))];
}
