namespace DeviceCreds;

/// <summary>The identifier of a key in a vault: <c>https://{vault}/keys/{name}[/{version}]</c>.</summary>
internal static class VaultKeyId
{
    /// <exception cref="InputException">It is not such an identifier.</exception>
    public static Uri Check(Uri id)
    {
        // .NET would read "vault/keys/ca" as a relative address.
        if (!id.IsAbsoluteUri || id.Scheme != Uri.UriSchemeHttps || id.UserInfo.Length > 0 || id.Query.Length > 0
            || id.Fragment.Length > 0 || id.Segments.Length is not (3 or 4) || id.Segments[1] != "keys/" || id.Segments[2] == "/")
            throw new InputException("KeyVaultKeyIdInvalid", ErrorKind.InvalidArgument,
                "This is not the identifier of a key in a key vault.",
                "Copy it from the portal, or run: az keyvault key show --query key.kid. "
                    + "It looks like https://name.vault.azure.net/keys/factory-ca.");
        return id;
    }
}
