namespace DeviceCreds.PowerShell;

/// <summary>The three parameters that say where a CA publishes its lists and its certificate.</summary>
static class UriParameters
{
    /// <summary>What is given, and the rest as it was; a warning says what is unwise.</summary>
    public static AuthorityUris Resolve(
        AuthorityUris before, Uri[]? crlDistributionPoint, Uri[]? ocsp, Uri[]? caIssuers, Action<string> warn)
    {
        if (crlDistributionPoint is null && ocsp is null && caIssuers is null) return before;
        var uris = AuthorityUris.Create(
            crlDistributionPoint ?? before.CrlDistributionPoints, ocsp ?? before.Ocsp, caIssuers ?? before.CaIssuers);
        if (uris.Warning is { } warning) warn(warning);
        return uris;
    }
}
