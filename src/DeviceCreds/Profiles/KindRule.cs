namespace DeviceCreds;

/// <summary>Which kind of credential a certificate is for, where nobody says so: one rule for reading and for testing.</summary>
internal static class KindRule
{
    /// <summary>The name of a file decides, since the contract fixes it. Otherwise an account ID makes it LwM2M's.</summary>
    /// <param name="paths">The files that hold the certificate.</param>
    /// <param name="accountId">The account ID that the certificate has, or must have; null for none.</param>
    public static CredentialKind Of(IEnumerable<string?> paths, string? accountId) =>
        paths.Select(OfFile).FirstOrDefault(k => k is not null) ?? (accountId is null ? CredentialKind.Bootstrap : CredentialKind.Lwm2m);

    /// <summary>The kind that a file's name says; null when it says none.</summary>
    public static CredentialKind? OfFile(string? path) =>
        Path.GetFileName(path) is not { } name ? null
        : name.StartsWith(FileName(CredentialKind.Lwm2m), StringComparison.OrdinalIgnoreCase) ? CredentialKind.Lwm2m
        : name.StartsWith(FileName(CredentialKind.Bootstrap), StringComparison.OrdinalIgnoreCase) ? CredentialKind.Bootstrap
        : null;

    /// <summary>How the names of a kind's files begin.</summary>
    public static string FileName(CredentialKind kind) => kind == CredentialKind.Bootstrap ? "BootstrapDevice" : "LwM2MDevice";
}
