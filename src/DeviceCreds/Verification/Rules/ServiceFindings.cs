namespace DeviceCreds;

/// <summary>What the rules of several services have in common.</summary>
internal static class ServiceFindings
{
    /// <summary>Whether the common name has a form that a service accepts.</summary>
    /// <param name="c">The case.</param>
    /// <param name="absent">The finding when there is no common name.</param>
    /// <param name="findProblem">What is wrong with a name, as "expected X, found Y"; null when nothing is.</param>
    /// <param name="outcome">The outcome of a problem.</param>
    public static Finding Name(VerificationCase c, Finding absent, Func<string, string?> findProblem, CheckOutcome outcome) =>
        c.Certificate.EndpointName is not { Length: > 0 } name ? absent
        : findProblem(name) is { } problem ? new(outcome, $"CN = '{SubjectText.Shorten(name)}': {problem}.")
        : c.Pass($"CN = '{SubjectText.Shorten(name)}'.");

    /// <summary>Whether certificates are valid at the time of the test.</summary>
    public static Finding Validity(VerificationCase c, IEnumerable<DeviceCertificate> certificates)
    {
        foreach (var certificate in certificates)
        {
            if (certificate.Fields.NotBefore > c.Now)
                return Finding.Fail($"{c.Name(certificate)} is valid only from {Lifetime.Text(certificate.Fields.NotBefore)}; "
                    + $"the time is {Lifetime.Text(c.Now)}.");
            if (certificate.Fields.NotAfter < c.Now)
                return Finding.Fail($"{c.Name(certificate)} expired on {Lifetime.Text(certificate.Fields.NotAfter)}; "
                    + $"the time is {Lifetime.Text(c.Now)}.");
        }

        return c.Pass($"Valid until {Lifetime.Text(c.Fields.NotAfter)}.");
    }

    /// <summary>The key in words, for a finding.</summary>
    public static string Key(VerificationCase c) =>
        KeyReader.FindRsaSize(c.Fields.KeyInfo) is { } bits ? $"an RSA key of {bits} bits" : c.Certificate.KeyAlgorithm;
}
