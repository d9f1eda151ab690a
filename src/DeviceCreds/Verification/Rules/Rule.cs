namespace DeviceCreds;

/// <summary>One rule of the catalogue.</summary>
internal sealed record Rule
{
    /// <summary>The stable identifier that scripts use.</summary>
    public required string Id { get; init; }

    /// <summary>What it demands, in a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>The worst that it can say.</summary>
    public CheckOutcome Severity { get; init; } = CheckOutcome.Failed;

    /// <summary>What is compared with what.</summary>
    public required string Compares { get; init; }

    /// <summary>What the device itself does about it (FCC's status), as far as it looks at all.</summary>
    public string Device { get; init; } = "not checked";

    /// <summary>What to do when it is not kept.</summary>
    public required string Advice { get; init; }

    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>Looks at one case.</summary>
    public required Func<VerificationCase, Finding> Check { get; init; }

    /// <summary>The same rule with the device's own verdict: what the device does not refuse only warns.</summary>
    public Rule AsOnDevice() => this with
    {
        Check = c => Check(c) is var finding && finding is { Outcome: CheckOutcome.Failed, IsRefusedByDevice: false } ? finding with { Outcome = CheckOutcome.Warning } : finding,
    };

    public DeviceCertificateCheck Apply(VerificationCase testCase)
    {
        var finding = Check(testCase);
        var advice = finding.Outcome is CheckOutcome.Failed or CheckOutcome.Warning ? Advice : null;
        return new DeviceCertificateCheck(Id, Title, Severity, finding.Outcome, finding.Message, advice, Source);
    }
}
