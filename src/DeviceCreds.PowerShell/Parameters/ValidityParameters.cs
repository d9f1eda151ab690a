namespace DeviceCreds.PowerShell;

/// <summary>The three ways to say how long a certificate must be valid, of which at most one may be used, and from when.</summary>
static class ValidityParameters
{
    public static ValidityRequest Resolve(int? validYears, DateTime? notAfter, bool noExpiration, DateTime? notBefore = null)
    {
        if ((validYears is null ? 0 : 1) + (notAfter is null ? 0 : 1) + (noExpiration ? 1 : 0) > 1)
            throw new InputException("ValidityAmbiguous", ErrorKind.InvalidArgument,
                "-ValidYears, -NotAfter and -NoExpiration cannot be used together.", "Use one of them.");
        var request = noExpiration ? ValidityRequest.NoExpiration
            : notAfter is { } date ? ValidityRequest.Until(date)
            : validYears is { } years ? ValidityRequest.ForYears(years)
            : ValidityRequest.Default;
        return notBefore is { } begin ? request.From(begin) : request;
    }
}
