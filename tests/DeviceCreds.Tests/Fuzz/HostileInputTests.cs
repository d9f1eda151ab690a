using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

/// <summary>
/// Every reader, given anything: an object or one of our errors, in time and memory that grow no faster than the input. The
/// targets are those of fuzz/DeviceCreds.Fuzz, which runs them for as long as one likes.
/// </summary>
[Trait("Speed", "Slow")]
public class HostileInputTests
{
    /// <summary>
    /// The same inputs each time, as far as the time goes: a build must not fail by chance. Others are for
    /// fuzz/DeviceCreds.Fuzz.
    /// </summary>
    const int Seed = 1, Inputs = 3_000;
    const double Seconds = 1.5;

    /// <summary>Machines that test are busy: ten times what a quiet one may take still tells a hang from work.</summary>
    const double Patience = 10;

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(t => t.Name)];

    public static TheoryData<string, string> Bombs => [.. Bomb.All.SelectMany(b => b.Targets.Select(t => (b.Name, t)))];

    [Fact]
    public void Every_format_that_is_read_is_a_target_or_among_those_of_registration() =>
        Assert.All(CredentialFormats.All.OfType<IReadableFormat>(),
            format => Assert.Contains(Corpus.Files(Target("registration")).Concat(FuzzTarget.All.SelectMany(
            Corpus.Files)), path => format.Recognises(new InputFile(File.ReadAllBytes(path), Path.GetFileName(path)))));

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_stored_input_ends_well(string target)
    {
        var files = Corpus.Files(Target(target));
        Assert.NotEmpty(files);
        Assert.All(files, file => AssertGood(Execution.Run(Target(target), File.ReadAllBytes(file), Patience), file));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Damage_ends_well(string target)
    {
        var mutator = new Mutator(Seed, Corpus.Read(Target(target)));
        var watch = ThreadClock.StartNew();
        for (var i = 0; i < Inputs && watch.Elapsed.TotalSeconds < Seconds; i++)
            AssertGood(Execution.Run(Target(target), mutator.Next(), Patience), $"input {i} of seed {Seed}");
    }

    [Theory]
    [MemberData(nameof(Bombs))]
    public void What_is_made_to_be_costly_is_not(string name, string target)
    {
        var bomb = Bomb.All.Single(b => b.Name == name);
        var (small, large) = (Execution.Run(Target(target), bomb.Make(250_000), Patience),
            Execution.Run(Target(target), bomb.Make(1_000_000), Patience));
        AssertGood(small, "250,000 bytes");
        AssertGood(large, "1,000,000 bytes");
        // Four times the input: quadratic time would be sixteen times as long.
        Assert.True(large.Elapsed.TotalSeconds < 12 * small.Elapsed.TotalSeconds + 2,
            $"{small.Elapsed} for a quarter, {large.Elapsed} for the whole");
    }

    static FuzzTarget Target(string name) => FuzzTarget.All.Single(t => t.Name == name);

    static void AssertGood(Execution execution, string input) => Assert.True(execution.Finding is null, $"{input}: {execution.Finding}");
}
