namespace DeviceCreds.PowerShell;

/// <summary>The three ways to say how long a certificate shall be valid; at most one of them may be used.</summary>
static class ValidityParameters
{
    public static ValidityRequest Resolve(int? validYears, DateTime? notAfter, bool noExpiration)
    {
        if ((validYears is null ? 0 : 1) + (notAfter is null ? 0 : 1) + (noExpiration ? 1 : 0) > 1)
            throw new InputException("ValidityAmbiguous", ErrorKind.InvalidArgument,
                "-ValidYears, -NotAfter and -NoExpiration contradict each other.", "Use one of them.");
        return noExpiration ? ValidityRequest.NoExpiration
            : notAfter is { } date ? ValidityRequest.Until(date)
            : validYears is { } years ? ValidityRequest.ForYears(years)
            : ValidityRequest.Default;
    }
}
