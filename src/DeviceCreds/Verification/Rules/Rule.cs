namespace DeviceCreds;

/// <summary>One rule of the catalogue.</summary>
internal sealed record Rule
{
    /// <summary>The stable identifier that scripts use.</summary>
    public required string Id { get; init; }

    /// <summary>What it demands, in a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>Its worst result.</summary>
    public CheckOutcome Severity { get; init; } = CheckOutcome.Failed;

    /// <summary>What is compared with what.</summary>
    public required string Compares { get; init; }

    /// <summary>What to do when it fails.</summary>
    public required string Advice { get; init; }

    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>Whether the portal's own developer certificates do not pass it, so that for them it only warns.</summary>
    public bool IsRelaxedForDevelopment { get; init; }

    /// <summary>Looks at one case.</summary>
    public required Func<VerificationCase, Finding> Check { get; init; }

    /// <summary>The same rule with the device's own verdict: a finding that the device does not refuse only warns.</summary>
    public Rule AsOnDevice() => this with
    {
        Check = c => Check(c) is var finding && finding is { Outcome: CheckOutcome.Failed, DeviceStatus: null }
            ? finding with { Outcome = CheckOutcome.Warning }
            : finding,
    };

    /// <summary>Looks at one case, as strictly as its certificate is meant to be.</summary>
    public Finding Find(VerificationCase testCase)
    {
        var finding = Check(testCase);
        return IsRelaxedForDevelopment && testCase.IsForDevelopment && (finding.Outcome is CheckOutcome.Failed or CheckOutcome.Warning)
            ? Finding.Warn("This is a developer certificate, to which the portal does not apply this rule. Use it for development only.")
            : finding;
    }

    /// <summary>The finding as a report has it.</summary>
    public DeviceCertificateCheck Apply(VerificationCase testCase)
    {
        var finding = Find(testCase);
        var advice = finding.Outcome is CheckOutcome.Failed or CheckOutcome.Warning ? Advice : null;
        return new DeviceCertificateCheck(Id, Title, Severity, finding.Outcome, MessageText.Clean(finding.Text), advice, Source)
        {
            DeviceStatus = finding.IsAtFirstStart ? null : finding.DeviceStatus,
        };
    }
}
