namespace DeviceCreds;

/// <summary>How long a new certificate shall be valid: a number of years, a date, without end, or by default.</summary>
public sealed record ValidityRequest
{
    readonly int? _years;
    readonly DateTime? _notAfter;

    ValidityRequest(int? years, DateTime? notAfter)
    {
        _years = years;
        _notAfter = notAfter;
    }

    /// <summary>The profile's default (20 years for a device, 35 for a CA), or until the issuer's end where that is earlier.</summary>
    public static ValidityRequest Default { get; } = new(null, null);

    /// <summary>The time 99991231235959Z of RFC 5280, 4.1.2.5: no well-defined expiration.</summary>
    public static ValidityRequest NoExpiration { get; } = new(null, Lifetime.NoExpiration);

    /// <summary>That many calendar years from now.</summary>
    public static ValidityRequest ForYears(int years) => new(years, null);

    /// <summary>Until a moment; a time of unspecified kind is local, as everywhere in PowerShell.</summary>
    public static ValidityRequest Until(DateTime notAfter) => new(null, Lifetime.Seconds(notAfter.ToUniversalTime()));

    internal bool IsDefault => _years is null && _notAfter is null;

    internal DateTime Resolve(DateTime now, int defaultYears)
    {
        if (_notAfter is { } date) return date;
        var years = _years ?? defaultYears;
        if (years < 1) throw new IssuanceException("ValidityTooShort", ErrorKind.InvalidArgument, $"A validity of {years} years is none.", "Ask for a positive number of years.");
        if (years > 9999 - now.Year) throw new IssuanceException("ValidityTooLong", ErrorKind.InvalidArgument, $"{years} years from now is beyond the year 9999, the last that a certificate can name.", "Use -NoExpiration for a certificate without end.");
        return Lifetime.Seconds(now).AddYears(years);
    }
}
