namespace DeviceCreds.PowerShell;

/// <summary>The account ID out of the two places that can name it; an empty one, as a cell of a list may be, names none.</summary>
static class AccountIds
{
    const string UriColumn = "ServerUri";

    /// <param name="row">The row of the device; null when there is none.</param>
    /// <param name="accountId">The command line's account ID, which counts before the row's.</param>
    /// <param name="serverUri">The command line's URI, which counts before the row's.</param>
    /// <exception cref="DeviceCredsException">The two differ, the URI names no account, or the row's values are not what they
    /// should be.</exception>
    public static string? Resolve(DeviceRow? row, string? accountId, Uri? serverUri)
    {
        var named = string.IsNullOrEmpty(accountId) ? row?.AccountId : accountId;
        var uri = serverUri is null or { OriginalString: "" } ? UriOf(row) : serverUri;
        if (uri is null) return named;
        var ofUri = ServerUri.AccountId(uri);
        if (named is not null && named != ofUri)
        {
            throw new InputException("AccountIdAmbiguous", ErrorKind.InvalidArgument,
                $"The account ID is {RowValue.Quote(named)}, and the server URI names the account {RowValue.Quote(ofUri)}.",
                "Give one of them.");
        }

        return ofUri;
    }

    static Uri? UriOf(DeviceRow? row)
    {
        if (row?.Text(UriColumn) is not { } text) return null;
        return ServerUri.TryParse(text)
            ?? throw new InputException("ServerUriInvalid", ErrorKind.InvalidArgument,
                $"{UriColumn}: expected a URI, found {RowValue.Describe(text)}.",
                "Use the URI of the LwM2M server, such as coaps://lwm2m.example.com:5684?aid=0123456789abcdef0123456789abcdef.");
    }
}
