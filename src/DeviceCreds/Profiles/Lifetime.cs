using System.Globalization;

namespace DeviceCreds;

/// <summary>How long certificates must live. "More than 10 years" must hold by both counts that are in use.</summary>
internal static class Lifetime
{
    /// <summary>The default for device certificates, in calendar years.</summary>
    public const int DeviceYears = 20;

    /// <summary>The default for CAs, in calendar years: what the vendor's portal recommends.</summary>
    public const int AuthorityYears = 35;

    /// <summary>The device's count of 10 years: 3,650 days of 86,400 seconds.</summary>
    public static readonly TimeSpan TenYearsOnDevice = TimeSpan.FromSeconds(315_360_000);

    /// <summary>How far a device's clock may be behind before the device warns about a certificate from the future.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(60);

    /// <summary>RFC 5280, 4.1.2.5: the time that says "no well-defined expiration".</summary>
    public static readonly DateTime NoExpiration = new(9999, 12, 31, 23, 59, 59, DateTimeKind.Utc);

    // A new CA is backdated by a day and a device certificate by an hour: enough for clocks that are wrong by a time zone or by a
    // few minutes.
    static readonly TimeSpan AuthorityBackdate = TimeSpan.FromDays(1);
    static readonly TimeSpan DeviceBackdate = TimeSpan.FromHours(1);

    static readonly DateTime UnixEpoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    // No copy of this module ran before.
    static readonly DateTime EarliestNow = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The clock's time, unless it cannot be right: certificates and lists would be valid from the wrong time.</summary>
    /// <exception cref="IssuanceException">The time is before this module was made, as on a clock without a battery.</exception>
    public static DateTime EnsureClock(DateTime now) => now >= EarliestNow ? now : throw new IssuanceException(
        "ClockWrong", ErrorKind.Conflict, $"This computer's clock says {Text(now)}, which is before this module was made.",
        "Check this computer's clock.");

    /// <summary>Whether the span is more than 10 calendar years and more than 315,360,000 seconds.</summary>
    public static bool IsMoreThanTenYears(DateTime from, DateTime to) => to > TenYearsAfter(from) && to - from > TenYearsOnDevice;

    static DateTime TenYearsAfter(DateTime from) => from.Year <= 9989 ? from.AddYears(10) : DateTime.MaxValue;

    /// <summary>RFC 5280, 4.1.2.5: times have whole seconds.</summary>
    public static DateTime Seconds(DateTime utc) => new(utc.Ticks - utc.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc);

    /// <summary>How many whole days there are from one moment to another; negative when the second comes first.</summary>
    public static int DaysBetween(DateTime from, DateTime to) => (int)Math.Floor((to - from).TotalDays);

    /// <summary>
    /// A certificate's time in local time. One that local time cannot hold stays in UTC: east of Greenwich, 99991231235959Z is
    /// in the year 10000.
    /// </summary>
    public static DateTime Local(DateTime utc) => utc.ToLocalTime() is var local && local.ToUniversalTime() == utc ? local : utc;

    /// <summary>
    /// Whether a time is 99991231235959Z or later, or the last one that local time can hold: where .NET cuts that off at the end of
    /// the year 9999. What was cut off has a fraction of a second.
    /// </summary>
    public static bool IsEndOfTime(DateTime time) => time.Kind == DateTimeKind.Utc && time == Seconds(time)
        ? time >= NoExpiration
        : time.ToUniversalTime() >= Seconds(DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Local).ToUniversalTime());

    /// <summary>The day and second in UTC, the same in every culture and time zone.</summary>
    public static string Text(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The period of a new device certificate under an issuer.</summary>
    /// <exception cref="IssuanceException">The issuer is too new, or leaves too little time, or less than was asked for.</exception>
    public static ValidityPeriod ForDevice(DateTime now, DateTime issuerNotBefore, DateTime issuerNotAfter, ValidityRequest request)
    {
        EnsureClock(now);
        var earliest = issuerNotBefore.AddSeconds(1);
        if (request.NotBefore is { } wanted) EnsurePossible(wanted, earliest, now);
        var notBefore = request.NotBefore ?? Later(earliest, Seconds(now - DeviceBackdate));
        if (notBefore >= now)
        {
            throw new IssuanceException("IssuerTooYoung", ErrorKind.Conflict,
                $"The issuer is valid from {Text(issuerNotBefore)}, and a device certificate must begin after that and before now "
                    + $"({Text(now)}).",
                "Wait two seconds and try again.", "NotBeforeAfterIssuer");
        }

        var notAfter = NotAfter(now, issuerNotAfter, request, DeviceYears);
        if (!IsMoreThanTenYears(now, notAfter))
        {
            throw request.IsDefault
                ? new IssuanceException("IssuerExpiresTooSoon", ErrorKind.Conflict,
                    $"A device certificate must be valid for more than 10 years from now "
                        + $"({Text(now)}), and the issuer expires on {Text(issuerNotAfter)}.",
                    "Issue from a CA with more time left: New-CertificateAuthority makes one for 35 years.", "LifetimeOverTenYears")
                : new IssuanceException("ValidityTooShort", ErrorKind.InvalidArgument,
                    $"A device certificate must be valid for more than 10 years from now ({Text(now)}); {Text(notAfter)} is not.",
                    "Ask for 11 years or more.", "LifetimeOverTenYears");
        }

        return new ValidityPeriod(notBefore, notAfter);
    }

    /// <summary>The period of a new CA; the issuer's times are null for a root, and the renewed CA's for a CA that renews none.</summary>
    /// <exception cref="IssuanceException">The issuer or the renewed CA is too new, or the issuer leaves less time than was asked
    /// for.</exception>
    public static ValidityPeriod ForAuthority(
        DateTime now, DateTime? issuerNotBefore, DateTime? issuerNotAfter, ValidityRequest request, DateTime? renewed = null)
    {
        EnsureClock(now);
        var earliest = issuerNotBefore?.AddSeconds(1) ?? DateTime.MinValue;
        if (renewed < UnixEpoch)
            throw new IssuanceException("NotBeforeTooEarly", ErrorKind.InvalidArgument,
                $"The CA is valid from {Text(renewed.Value)}, and a device refuses certificates with a date before 1970.",
                "Replace it by a new CA.", "DatesFrom1970");
        // A device certificate needs a whole second between its CA's beginning and now.
        if (request.NotBefore is { } wanted) EnsurePossible(wanted, earliest, now.AddSeconds(-1));
        var notBefore = request.NotBefore ?? Later(earliest, renewed ?? Seconds(now - AuthorityBackdate));
        if (notBefore.AddSeconds(1) >= now)
            throw new IssuanceException("IssuerTooYoung", ErrorKind.Conflict,
                (notBefore == renewed ? $"The CA is valid from {Text(notBefore)}"
                    : $"The issuer is valid from {Text(notBefore.AddSeconds(-1))}")
                    + $": too close to now ({Text(now)}).",
                "Wait three seconds and try again.");
        var notAfter = NotAfter(now, issuerNotAfter ?? NoExpiration, request, AuthorityYears);
        if (notAfter <= now)
            throw new IssuanceException("ValidityTooShort", ErrorKind.InvalidArgument,
                $"The CA would already have expired on {Text(notAfter)}.", "Ask for a later date.");
        return new ValidityPeriod(notBefore, notAfter);
    }

    /// <summary>The period of a proof of possession: so many days, or until the issuer expires.</summary>
    /// <exception cref="IssuanceException">The clock cannot be right.</exception>
    public static ValidityPeriod ForProof(DateTime now, DateTime issuerNotBefore, DateTime issuerNotAfter, int days)
    {
        var notBefore = Later(issuerNotBefore, Seconds(EnsureClock(now) - DeviceBackdate));
        var wanted = Seconds(now).AddDays(days);
        return new ValidityPeriod(notBefore, wanted < issuerNotAfter ? wanted : issuerNotAfter);
    }

    static void EnsurePossible(DateTime notBefore, DateTime earliest, DateTime now)
    {
        var found = $"-NotBefore is {Text(notBefore)}";
        if (notBefore < UnixEpoch)
            throw new IssuanceException("NotBeforeTooEarly", ErrorKind.InvalidArgument,
                $"{found}, and a device refuses certificates with a date before 1970.", "Ask for 1970-01-01 or later.", "DatesFrom1970");
        if (notBefore < earliest)
            throw new IssuanceException("NotBeforeTooEarly", ErrorKind.Conflict,
                $"{found}, and the issuer is valid only from {Text(earliest.AddSeconds(-1))}: a device refuses a certificate that begins "
                    + "before its issuer's.",
                "Ask for a later date, or make the CA with an earlier -NotBefore.", "NotBeforeAfterIssuer");
        if (notBefore >= now)
            throw new IssuanceException("NotBeforeTooLate", ErrorKind.InvalidArgument,
                $"{found}; expected a time before now ({Text(now)}).", "Ask for an earlier time, or leave -NotBefore out.",
                "NotBeforeInPast");
    }

    static DateTime NotAfter(DateTime now, DateTime issuerNotAfter, ValidityRequest request, int defaultYears)
    {
        var wanted = request.Resolve(now, defaultYears);
        if (wanted <= issuerNotAfter) return wanted;
        // A default validity may be shortened; a validity that was asked for may not.
        if (request.IsDefault) return issuerNotAfter;
        throw new IssuanceException("ValidityOutlivesIssuer", ErrorKind.Conflict,
            $"The certificate would be valid until {Text(wanted)}, and its issuer only until {Text(issuerNotAfter)}.",
            "Ask for less, or issue from a CA that is valid longer.", "NotAfterWithinIssuer");
    }

    static DateTime Later(DateTime a, DateTime b) => a > b ? a : b;
}
