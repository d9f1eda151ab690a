using System.Diagnostics;
using DeviceCreds;
using DeviceCreds.Fuzz;

const string Usage = """
    dotnet run -c Release --project fuzz/DeviceCreds.Fuzz -- <what>

      <target>|all [--seconds N] [--seed S]   damages the corpus for N seconds a target (default 60), and says what it found
      <target> --input FILE                   reads one file
      bombs [--input TEXT]                    runs the inputs that are made to be costly (whose names have TEXT), in two sizes
      lookalikes [--count N] [--seed S] [--format NAME]   writes and reads N random credentials (default 1,000,000) in every format
      corpus                                  writes the corpus' good files that are missing
      list                                    names the targets
      sharpfuzz <target>                      reads one input at a time as AFL++ gives it (SharpFuzz), see fuzz/README.md
    """;

var (what, options) = (args.ElementAtOrDefault(0), args.Skip(1).ToArray());
string? Option(string name) => Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;
FuzzTarget? Target(string? name) => FuzzTarget.All.FirstOrDefault(t => t.Name == name);

switch (what)
{
    case "corpus":
        Seeds.Write(Corpus.Folder);
        return 0;
    case "bombs":
        var bad = 0;
        foreach (var bomb in Bomb.All.Where(b => Option("--input") is not { } part || b.Name.Contains(part, StringComparison.Ordinal)))
        {
            foreach (var name in bomb.Targets)
            {
                Console.Write($"{bomb.Name}; {name}:");
                foreach (var size in new[] { 250_000, 1_000_000 })
                {
                    var tried = Execution.Run(Target(name)!, bomb.Make(size));
                    Console.Write(FormattableString.Invariant(
                        $" {tried.Outcome} {tried.Elapsed.TotalMilliseconds:N0} ms {tried.Allocated >> 20} MiB;"));
                    if (tried.Finding is null) continue;
                    bad++;
                    Console.Write($" FINDING {tried.Finding};");
                }

                Console.WriteLine();
            }
        }

        return bad == 0 ? 0 : 1;
    case "lookalikes":
        return Lookalike();
    case "list":
        foreach (var target in FuzzTarget.All) Console.WriteLine(target.Name);
        return 0;
    case "sharpfuzz" when options is [var name]:
        // The library's instrumented code must not run before SharpFuzz has AFL's map: no target is looked at outside.
        SharpFuzz.Fuzzer.OutOfProcess.Run(stream => Feed(name, stream));
        return 0;
    case not null when Option("--input") is { } file && Target(what) is { } target:
        var execution = Execution.Run(target, File.ReadAllBytes(file));
        Console.WriteLine($"{execution.Outcome}, {execution.Elapsed.TotalMilliseconds:N0} ms, "
            + $"{execution.Allocated:N0} bytes allocated\n{execution.Finding}");
        return execution.Finding is null ? 0 : 1;
    case "all":
    case not null when Target(what) is not null:
        var seconds = double.Parse(Option("--seconds") ?? "60", System.Globalization.CultureInfo.InvariantCulture);
        var seed = Option("--seed") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        Console.WriteLine($"seed {seed}");
        return (what == "all" ? FuzzTarget.All : [Target(what)!]).Sum(
            t => new Campaign(t, seed).Run(TimeSpan.FromSeconds(seconds))) == 0 ? 0 : 1;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

int Lookalike()
{
    var count = int.Parse(Option("--count") ?? "1000000", System.Globalization.CultureInfo.InvariantCulture);
    var names = Option("--seed") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
    var (lookalikes, problems) = (new Lookalikes(names, Option("--format")), 0);
    Console.WriteLine($"seed {names}; {lookalikes.Formats.Count} formats: "
        + $"{string.Join(", ", lookalikes.Formats.Select(f => f.Info.Name))}");
    for (var i = 1; i <= count; i++)
    {
        if (lookalikes.Try() is { } problem)
        {
            problems++;
            Console.WriteLine(problem);
        }

        if (i % 10_000 == 0 || i == count) Console.WriteLine(
            FormattableString.Invariant($"{i:N0} credentials, {problems:N0} taken for another"));
    }

    return problems == 0 ? 0 : 1;
}

void Feed(string name, Stream stream)
{
    using var input = new MemoryStream();
    stream.CopyTo(input);
    try
    {
        Target(name)!.Read(input.ToArray());
    }
    catch (DeviceCreds.DeviceCredsException)
    {
        // To refuse is what a reader is for.
    }
}

/// <summary>A run of some time over one target.</summary>
internal sealed class Campaign(FuzzTarget target, int seed)
{
    // On the machine's clock, and the machine may be busy.
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(10);

    readonly string _folder = Path.Combine("artifacts", "fuzz", target.Name);
    readonly Dictionary<string, int> _outcomes = [];
    readonly HashSet<string> _findings = [];

    /// <summary>Prints executions, outcomes and findings.</summary>
    /// <returns>How many different findings there were.</returns>
    public int Run(TimeSpan time)
    {
        Directory.CreateDirectory(_folder);
        var mutator = new Mutator(seed, Corpus.Read(target));
        var (watch, processor, count) = (Stopwatch.StartNew(), ThreadClock.StartNew(), 0L);
        // A stack that overflows, or a hang, leaves this file behind.
        var current = Path.Combine(_folder, "current");
        using (var file = new FileStream(current, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1))
        using (var watchdog = new Timer(_ => Environment.FailFast($"{target.Name} hangs: {current}")))
        {
            for (; watch.Elapsed < time; count++)
            {
                var input = mutator.Next();
                file.Position = 0;
                file.Write(input);
                file.SetLength(input.Length);
                watchdog.Change(Hang, Timeout.InfiniteTimeSpan);
                var execution = Execution.Run(target, input);
                _outcomes[execution.Outcome] = _outcomes.GetValueOrDefault(execution.Outcome) + 1;
                if (execution.Finding is { } finding) Report(finding, input);
            }
        }

        File.Delete(current);
        Console.WriteLine(FormattableString.Invariant(
            $"{target.Name}: {count:N0} executions in {processor.Elapsed.TotalSeconds:N0} s of a processor, {_findings.Count} findings"));
        Console.WriteLine("  " + string.Join(", ",
            _outcomes.OrderByDescending(o => o.Value).Select(o => FormattableString.Invariant($"{o.Key} {o.Value:N0}"))));
        return _findings.Count;
    }

    // One of each kind: the exception and where it was thrown, or the size.
    void Report(string finding, byte[] input)
    {
        var kind = finding.Contains(" took ", StringComparison.Ordinal) ? finding[(finding.Length - 3)..]
            : string.Join('\n', finding.Split('\n').Where((line, i) => i == 0
            || line.Contains(" at ")).Take(3).Select(l => l.Length > 120 ? l[..120] : l));
        if (!_findings.Add(kind)) return;
        var path = Path.Combine(_folder, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(input))[..16]);
        File.WriteAllBytes(path, input);
        Console.WriteLine($"{target.Name}: {path}\n{finding}");
    }
}
