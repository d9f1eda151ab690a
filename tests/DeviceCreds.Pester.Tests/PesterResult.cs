using System.Xml.Linq;

namespace DeviceCreds.Pester.Tests;

/// <summary>What became of one Pester test, and why it failed or was skipped.</summary>
public sealed record PesterResult(string Name, PesterOutcome Outcome, string Text)
{
    /// <summary>Reads a test-case of NUnit 2.5.</summary>
    internal static PesterResult Read(XElement test)
    {
        var text = test.Descendants("message").SingleOrDefault()?.Value.Trim();
        return new(
            test.Attribute("name")!.Value,
            test.Attribute("result")!.Value switch
            {
                "Success" => PesterOutcome.Passed,
                "Ignored" => PesterOutcome.Skipped,
                _ => PesterOutcome.Failed,
            },
            string.IsNullOrEmpty(text) ? "Pester gives no reason." : text);
    }
}
