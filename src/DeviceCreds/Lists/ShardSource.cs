using System.Globalization;

namespace DeviceCreds;

/// <summary>
/// A job engine that gives each of its jobs, in environment variables, its number and the number of jobs. Sources: the public documentation
/// of Azure Pipelines, Kubernetes (Indexed Jobs), AWS Batch, Slurm, Grid Engine, Cloud Run and GitLab.
/// </summary>
/// <param name="Name">The engine, for people.</param>
/// <param name="Index">The variable with the job's number.</param>
/// <param name="First">The first job's number, or the variable that holds it.</param>
/// <param name="Total">The variable with the number of jobs; null when the engine has none.</param>
sealed record ShardSource(string Name, string Index, string First, string? Total = null)
{
    /// <summary>The variable with the number of jobs, for engines that have none.</summary>
    public const string Count = "DEVICECREDS_SHARDS";

    /// <summary>The variable with the complete shard, such as 3/16, for engines without numbers (Azure Batch).</summary>
    public const string Whole = "DEVICECREDS_SHARD";

    /// <summary>The variable with the last job's number, where the total is counted from it.</summary>
    public string? Last { get; init; }

    /// <summary>The variable with the distance between two numbers.</summary>
    public string? Step { get; init; }

    static readonly IReadOnlyList<ShardSource> All =
    [
        new("Azure Pipelines", "SYSTEM_JOBPOSITIONINPHASE", "1", "SYSTEM_TOTALJOBSINPHASE"),
        new("Kubernetes", "JOB_COMPLETION_INDEX", "0"),
        new("AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "0", "AWS_BATCH_JOB_ARRAY_SIZE"),
        new("Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT")
        {
            Last = "SLURM_ARRAY_TASK_MAX",
            Step = "SLURM_ARRAY_TASK_STEP",
        },
        new("Grid Engine", "SGE_TASK_ID", "SGE_TASK_FIRST") { Last = "SGE_TASK_LAST", Step = "SGE_TASK_STEPSIZE" },
        new("Cloud Run", "CLOUD_RUN_TASK_INDEX", "0", "CLOUD_RUN_TASK_COUNT"),
        new("GitLab", "CI_NODE_INDEX", "1", "CI_NODE_TOTAL"),
    ];

    /// <summary>This process's shard, from the environment variables of the engine that started it.</summary>
    /// <param name="variable">Gives a variable's value; null when it is not set.</param>
    /// <exception cref="InputException">No engine gives a shard, one does not give the number of jobs, or two disagree.</exception>
    public static Shard Find(Func<string, string?> variable)
    {
        var found = All.Where(s => s.IsPresent(variable)).Select(s => (s.Name, Shard: s.Read(variable))).ToList();
        if (Text(variable, Whole) is { } whole) found.Insert(0, (Whole, Shard.Parse(whole)));
        if (found.Count == 0)
        {
            throw Unknown($"no job engine says which shard this is (looked for {string.Join(", ", All.Select(s => s.Index))}).",
                $"Give -Shard 3/16, or set {Whole}=3/16 for the job.");
        }

        return found.All(f => f.Shard == found[0].Shard)
            ? found[0].Shard
            : throw Unknown($"{string.Join(" and ", found.Select(f => $"{f.Name} says {f.Shard}"))}.",
                "Give -Shard 3/16, or unset the variables that do not apply here.");
    }

    // Grid Engine sets its variables to "undefined" in jobs that are not an array.
    bool IsPresent(Func<string, string?> variable) => Text(variable, Index) is not (null or "undefined");

    Shard Read(Func<string, string?> variable)
    {
        var (index, first, step) = (Number(variable, Index), Number(variable, First),
            Math.Max(1, Step is null ? 1 : Number(variable, Step)));
        int? counted = Last is null ? null : (Number(variable, Last) - first) / step + 1;
        var total = (Total is null ? null : Optional(variable, Total)) ?? counted ?? Optional(variable, Count)
            ?? throw Unknown($"{Name} says that this is job {index}, but not how many jobs there are.",
                $"Set {Count} to the number of jobs, or give -Shard 3/16.");
        if (Optional(variable, Count) is { } given && given != total)
            throw Unknown($"{Name} says that there are {total} jobs, {Count} says {given}.",
                "If only some jobs were submitted again, give each of them its own -Shard 3/16.");
        // An array such as 1,3,7 has no step: its numbers are not positions.
        if ((index - first) % step != 0 || (counted ?? total) != total)
            throw Unknown($"{Name} numbers its {total} jobs with gaps, so {index} is not a position.",
                "Number the jobs without gaps, or give -Shard 3/16.");
        return new Shard((index - first) / step + 1, total);
    }

    int Number(Func<string, string?> variable, string name) =>
        Optional(variable, name) ?? throw Unknown($"{Name} set {Index}, but not {name}.", "Give -Shard 3/16.");

    static int? Optional(Func<string, string?> variable, string name)
    {
        // A constant is its own value.
        var text = char.IsDigit(name[0]) ? name : Text(variable, name);
        if (text is null) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (number > 0 || name != Count)
            ? number
            : throw Unknown($"expected a number in {name}, found '{SubjectText.Shorten(text)}'.", "Give -Shard 3/16.");
    }

    static string? Text(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } text ? text : null;

    static InputException Unknown(string message, string advice) => new("ShardUnknown", ErrorKind.InvalidArgument, message, advice);
}
