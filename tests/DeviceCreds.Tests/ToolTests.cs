using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>A test that needs a missing tool is skipped, and never fails.</summary>
public sealed class ToolTests
{
    [Fact]
    public void A_missing_tool_skips_the_test_and_is_named()
    {
        // Record.Exception lets a skip through.
        var message = "";
        try
        {
            Tool.Require("no-such-tool");
        }
        catch (Exception skip)
        {
            message = skip.Message;
        }

        Assert.Equal("$XunitDynamicSkip$no-such-tool not found", message);
    }

    public static TheoryData<string> Work => ["PLINQ", "Parallel", "CsCheck"];

    [Theory]
    [MemberData(nameof(Work))]
    public void A_tool_is_not_required_in_parallel_work_even_where_it_is_there(string work)
    {
        Action<int> require = _ => Tool.Require("dotnet");
        var failure = Record.Exception(() =>
        {
            if (work == "PLINQ") Enumerable.Range(0, 100).AsParallel().ForAll(require);
            else if (work == "Parallel") Parallel.For(0, 100, require);
            else Gen.Int.Sample(require, iter: 10);
        });
        Assert.Contains("Require dotnet before the parallel work", $"{failure}", StringComparison.Ordinal);
    }
}
