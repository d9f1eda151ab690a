namespace DeviceCreds;

/// <summary>The validity, measured by <see cref="Lifetime"/>, as when issuing.</summary>
internal static class ValidityRules
{
    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "ValidityEncoding",
            Title = "Times until 2049 are UTCTime, later ones GeneralizedTime; in UTC, with seconds.",
            Compares = "the type and the form of notBefore and notAfter with their year",
            Advice = "Issue it again with a tool that writes times as RFC 5280 says.",
            Source = "RFC 5280, 4.1.2.5",
            Check = c =>
                TimeEncoding.FindProblem(c.Fields) is { } problem
                    ? Finding.Fail(problem) : c.Pass("Both times have the form that their year requires."),
        },
        new()
        {
            Id = "NotBeforeAfterIssuer",
            Title = "The certificate becomes valid later than its issuer.",
            Compares = "notBefore with the issuing CA's notBefore: the earliest of its certificates at hand. A CA that is only given with "
                + "-Issuer may be a renewed one, so it only warns; one that is stored fails, although the device accepts it",
            Advice = "Issue it again: it must begin at least a second after the CA does. If the CA was renewed, "
                + "also give its earlier certificate with -Issuer.",
            Source = "Property table, Valid from: later than the Factory CA valid-from",
            Check = CheckNotBeforeAfterIssuer,
        },
        new()
        {
            Id = "NotBeforeInPast",
            Title = "The certificate, and every one above it, is valid already.",
            Compares = "notBefore with the current time",
            Advice = "Wait, or check the clock of the computer that issued it.",
            Source = "Property table, Valid from: earlier than current time",
            Check = c => c.All.FirstOrDefault(x => x.Fields.NotBefore >= c.Now) is { } early
                ? Finding.Fail(
                    $"{c.Name(early)} is valid only from {Lifetime.Text(early.Fields.NotBefore)}; the time is {Lifetime.Text(c.Now)}."
                    + (c.IsStored(early) && early.Fields.NotBefore - c.Now > Lifetime.ClockTolerance
                        ? " The device warns \"Certificate validity cannot be checked\"." : ""))
                : c.Pass($"Valid since {Lifetime.Text(c.Fields.NotBefore)}."),
        },
        new()
        {
            Id = "NotExpired",
            Title = "Neither the certificate nor one above it has expired.",
            Compares = "notAfter with the current time",
            Advice = "Issue it again, from a CA that is valid.",
            Source = "RFC 5280, 6.1.3 (a)(2); device-side code",
            Check = c => c.All.FirstOrDefault(x => x.Fields.NotAfter < c.Now) is { } expired
                ? Finding.Fail(
                    $"{c.Name(expired)} expired on {Lifetime.Text(expired.Fields.NotAfter)}; the time is {Lifetime.Text(c.Now)}.",
                    c.IsStored(expired) ? DeviceStatus.Expired : null)
                : c.Pass($"Valid until {Lifetime.Text(c.Fields.NotAfter)}."),
        },
        new()
        {
            Id = "LifetimeOverTenYears",
            IsRelaxedForDevelopment = true,
            Title = "The certificate is valid for more than 10 years.",
            Compares = "notAfter minus notBefore with 10 calendar years and with 315,360,000 seconds; both must be exceeded",
            Advice = "Issue it again for 11 years or more. Note that 3650 days are not more than 10 years.",
            Source = "Property table, Expiration time: more than 10 years",
            Check = c => Lifetime.IsMoreThanTenYears(c.Fields.NotBefore, c.Fields.NotAfter)
                ? c.Pass($"{Years(c)} years.")
                : Finding.Fail(
                    $"From {Lifetime.Text(c.Fields.NotBefore)} to {Lifetime.Text(c.Fields.NotAfter)} are {Years(c)} years: "
                        + "not more than 10."),
        },
        new()
        {
            Id = "TimeLeft",
            Title = "More than 10 years are left, for the certificate and for every one above it.",
            Severity = CheckOutcome.Warning,
            Compares = "notAfter minus the current time with 315,360,000 seconds",
            Advice = "Issue for longer, from a CA with more time left. "
                + "A credential that has been in use for years passes with this warning.",
            Source = "Device-side code: the time left, not the length, is judged",
            Check = CheckTimeLeft,
        },
        new()
        {
            Id = "NotAfterWithinIssuer",
            Title = "The certificate does not expire after its issuer.",
            Severity = CheckOutcome.Warning,
            Compares = "notAfter with the issuing CA's notAfter",
            Advice = "Issue for less, or from a CA that is valid longer: once the CA has expired, no path to the certificate is valid.",
            Source = "RFC 5280, 6.1.3 (a)(2)",
            Check = c => c.IssuingAuthority is not { } issuer ? NoIssuer(c)
                : c.Fields.NotAfter <= issuer.NotAfter ? c.Pass($"The issuer is valid until {Lifetime.Text(issuer.NotAfter)}.")
                : Finding.Warn(
                    $"The certificate is valid until {Lifetime.Text(c.Fields.NotAfter)}, "
                        + $"its issuer only until {Lifetime.Text(issuer.NotAfter)}."),
        },
    ];

    static Finding NoIssuer(VerificationCase c) => c.Skip("The issuer's certificate is not at hand: use -Issuer.");

    // A trusted CA is a name and a key: its certificate may be a renewal, which begins later than the first one.
    static Finding CheckNotBeforeAfterIssuer(VerificationCase c)
    {
        if (c.IssuingAuthority is not { Oldest: { } oldest } issuer) return NoIssuer(c);
        var (own, begin) = (Lifetime.Text(c.Fields.NotBefore), Lifetime.Text(oldest.Fields.NotBefore));
        if (c.Fields.NotBefore > oldest.Fields.NotBefore) return c.Pass($"{own} is after the issuer's {begin}.");
        return c.Bundle.Any(issuer.Has) ? Finding.Fail($"{own} is not after the issuer's {begin}.")
            : Finding.Warn(
                $"{own} is not after {begin}, when the CA's certificate that was given begins. The CA may have been renewed since.");
    }

    static Finding CheckTimeLeft(VerificationCase c)
    {
        var first = c.All.OrderBy(x => x.Fields.NotAfter).First();
        return first.Fields.NotAfter - c.Now < Lifetime.TenYearsOnDevice
            ? Finding.Warn(
                $"{c.Name(first)} expires on {Lifetime.Text(first.Fields.NotAfter)}, which is less than 315,360,000 seconds "
                    + $"from {Lifetime.Text(c.Now)}.")
            : c.Pass($"Until {Lifetime.Text(first.Fields.NotAfter)} at least.");
    }

    static string Years(VerificationCase c) =>
        ((c.Fields.NotAfter - c.Fields.NotBefore).TotalDays / 365.2425).ToString("0.###",
            System.Globalization.CultureInfo.InvariantCulture);
}
