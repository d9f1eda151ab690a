using DeviceCreds.Tests;

namespace DeviceCreds.Docs.Tests;

/// <summary>The column "On the device" of docs/about/rules.md, from the record of what devices answered.</summary>
static class DeviceColumn
{
    /// <summary>A device that starts at its LwM2M server says so in each reply.</summary>
    const string OfEachLwm2m = "Bootstrap mode not activated:mbed.UseBootstrap";

    static readonly ILookup<string, RecordedExperiment> ByRule =
        RecordedExperiment.Read(Repository.File("tests", "DeviceCreds.Tests", "Device", "experiments.tsv"))
        .SelectMany(e => e.Rules.Select(r => (Rule: r, Experiment: e))).ToLookup(x => x.Rule, x => x.Experiment);

    public static string Of(string rule)
    {
        var experiments = ByRule[rule].ToList();
        if (experiments.Count == 0) return "not measured";
        var answers = experiments.GroupBy(Answer).OrderBy(g => g.Key == "accepts").ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key}: {string.Join("; ", Kinds(g, experiments))}");
        return string.Join(". ", answers) + ".";
    }

    static string Answer(RecordedExperiment e)
    {
        if (e.Status != 0) return $"{e.Status} {DeviceStatus.Name(e.Status)}";
        var own = e.Warnings.Where(w => w != OfEachLwm2m || e.Rules.Contains("UseBootstrap"))
            .Select(w => $"\"{w.Split(':')[0]}\"").Distinct().ToList();
        return own.Count == 0 ? "accepts" : $"warns {string.Join(" and ", own)}";
    }

    // The same at each place is said once.
    static IEnumerable<string> Kinds(IEnumerable<RecordedExperiment> group, List<RecordedExperiment> all) => group.GroupBy(e => e.Kind)
        .Select(g => g.Count() == all.Count(e => e.Kind == g.Key) ? g.Key : $"{g.Key} ({string.Join(", ", g.Select(e => e.Place))})");
}
