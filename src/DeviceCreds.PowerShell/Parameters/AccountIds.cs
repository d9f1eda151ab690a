namespace DeviceCreds.PowerShell;

/// <summary>The account ID out of the two parameters that can name it; one that is empty, as a cell of a list may be, names none.</summary>
static class AccountIds
{
    public static string? Resolve(string? accountId, Uri? serverUri)
    {
        var given = string.IsNullOrEmpty(accountId) ? null : accountId;
        if (serverUri is null or { OriginalString: "" }) return given;
        var fromUri = DeviceCreds.ServerUri.AccountId(serverUri);
        if (given is not null && given != fromUri)
            throw new InputException("AccountIdAmbiguous", ErrorKind.InvalidArgument, $"-AccountId is '{given}', and -ServerUri names the account '{fromUri}'.", "Give one of them.");
        return fromUri;
    }
}
