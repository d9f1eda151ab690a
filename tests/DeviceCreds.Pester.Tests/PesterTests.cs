namespace DeviceCreds.Pester.Tests;

/// <summary>Each test of tests/Pester, with what became of it.</summary>
public sealed class PesterTests
{
    /// <summary>The results of one run of the suite, which begins when xunit asks for them.</summary>
    public static IEnumerable<ITheoryDataRow> Results => Suite.Run().Select(result => new TheoryDataRow<PesterResult>(result)
    {
        TestDisplayName = result.Name,
        // No list of arguments behind the name.
        Label = "",
        Skip = result.Outcome == PesterOutcome.Skipped ? result.Text : null,
    });

    [Theory]
    [MemberData(nameof(Results), DisableDiscoveryEnumeration = true)]
    public void Pester(PesterResult result) => Assert.True(result.Outcome == PesterOutcome.Passed, result.Text);
}
