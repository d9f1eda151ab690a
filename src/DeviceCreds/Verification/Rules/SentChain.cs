namespace DeviceCreds;

/// <summary>The certificates that a device sends, as a service sees them that knows the CAs given as issuers.</summary>
internal sealed class SentChain
{
    readonly VerificationCase _case;

    public SentChain(VerificationCase testCase)
    {
        _case = testCase;
        Known = testCase.StoredPath.Skip(1).FirstOrDefault(testCase.Anchors.Contains);
        Authority = Known ?? testCase.Anchors.FirstOrDefault(a => a.SubjectKey == Last.IssuerKey && Last.IsSignedBy(a));
    }

    /// <summary>The CA among those sent that the service knows; null when it knows no such CA.</summary>
    public DeviceCertificate? Known { get; }

    /// <summary>The CA that the service knows, sent or above the last certificate sent; null when it knows no such CA.</summary>
    public DeviceCertificate? Authority { get; }

    /// <summary>What nobody can say without more input, as a finding; null when the chain can be judged.</summary>
    public Finding? Unknown =>
        _case.Anchors.Count == 0 ? Finding.Skip("No CA was given that the service knows: use -Issuer.")
        : Authority is not null ? null
        : _case.Anchors.FirstOrDefault(a => a.SubjectKey == Last.IssuerKey) is { } named && Last.FindUnverifiable(named) is { } reason
            ? Finding.Skip($"The signature of '{SubjectText.Shorten(Last.Subject)}' cannot be verified: {reason}.")
        : null;

    DeviceCertificate Last => _case.StoredPath[^1];

    /// <summary>How many certificates are sent, for people.</summary>
    public string Sent => SubjectText.Count(_case.StoredPath.Count, "certificate");

    /// <summary>Why the chain leads to no CA that the service knows, in a sentence.</summary>
    public string Missing =>
        $"The device sends {Sent}; the issuer of the last, '{SubjectText.Shorten(Last.Issuer)}', is not among the issuers given.";

    /// <summary>Why a CA on the path may not have the others below it, in a sentence; null when each may.</summary>
    public string? FindAuthorityProblem()
    {
        for (var i = 1; i < _case.Path.Count; i++)
        {
            var problems = IssuerRights.Problems(_case.Path[i], IssuerRights.Count(_case.Path, i));
            if (problems.FirstOrDefault(p => p.RuleId == "AuthoritiesMaySign") is { } problem) return problem.Text;
        }

        return null;
    }
}
