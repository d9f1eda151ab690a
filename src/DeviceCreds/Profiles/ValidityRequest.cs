namespace DeviceCreds;

/// <summary>
/// How long a new certificate must be valid: a number of years, until a date, without end, or by default; and from when, where that
/// matters.
/// </summary>
public sealed record ValidityRequest
{
    readonly int? _years;
    readonly DateTime? _notAfter;

    ValidityRequest(int? years, DateTime? notAfter)
    {
        _years = years;
        _notAfter = notAfter;
    }

    /// <summary>The profile's default (20 years for a device, 35 for a CA), or until the issuer expires where that is earlier.</summary>
    public static ValidityRequest Default { get; } = new(null, null);

    /// <summary>The time 99991231235959Z of RFC 5280, 4.1.2.5: no well-defined expiration.</summary>
    public static ValidityRequest NoExpiration { get; } = new(null, Lifetime.NoExpiration);

    /// <summary>That many calendar years from now.</summary>
    public static ValidityRequest ForYears(int years) => new(years, null);

    /// <summary>
    /// Until a moment; a time of unspecified kind is local, as everywhere in PowerShell. The last second that local time can
    /// hold means <see cref="NoExpiration"/>.
    /// </summary>
    public static ValidityRequest Until(DateTime notAfter) =>
        Lifetime.IsEndOfTime(notAfter) ? NoExpiration : new(null, Lifetime.Seconds(notAfter.ToUniversalTime()));

    /// <summary>From when; null for shortly before now.</summary>
    internal DateTime? NotBefore { get; private init; }

    /// <summary>The same from a moment in the past; a time of unspecified kind is local.</summary>
    public ValidityRequest From(DateTime notBefore) => this with { NotBefore = Lifetime.Seconds(notBefore.ToUniversalTime()) };

    /// <summary>The same, so many seconds later where a beginning was asked for.</summary>
    internal ValidityRequest Delayed(int seconds) => NotBefore is { } begin ? this with { NotBefore = begin.AddSeconds(seconds) } : this;

    /// <summary>Whether nobody said when the certificate expires.</summary>
    internal bool IsDefault => _years is null && _notAfter is null;

    internal DateTime Resolve(DateTime now, int defaultYears)
    {
        if (_notAfter is { } date) return date;
        var years = _years ?? defaultYears;
        if (years < 1) throw new IssuanceException("ValidityTooShort", ErrorKind.InvalidArgument,
            $"-ValidYears must be at least 1, found {years}.", "Give a larger number of years.");
        if (years > 9999 - now.Year) throw new IssuanceException("ValidityTooLong", ErrorKind.InvalidArgument,
            $"{years} years from now is after the year 9999, the last that a certificate can name.",
            "Use -NoExpiration for a certificate that never expires.");
        return Lifetime.Seconds(now).AddYears(years);
    }
}
