namespace DeviceCreds;

/// <summary>Which kind of credential a certificate is for, where no kind is given: one rule for reading and for testing.</summary>
internal static class KindRule
{
    /// <summary>Every kind.</summary>
    public static IReadOnlyList<CredentialKind> All { get; } = [CredentialKind.Bootstrap, CredentialKind.Lwm2m];

    /// <summary>The name of a file decides, since the contract fixes it. Otherwise a certificate with an account ID is for LwM2M.</summary>
    /// <param name="paths">The files that hold the certificate.</param>
    /// <param name="accountId">The account ID that the certificate has, or must have; null for none.</param>
    public static CredentialKind Of(IEnumerable<string?> paths, string? accountId) =>
        paths.Select(OfFile).FirstOrDefault(k => k is not null) ?? (accountId is null ? CredentialKind.Bootstrap : CredentialKind.Lwm2m);

    /// <summary>The kind in a file's name; null when it has none.</summary>
    public static CredentialKind? OfFile(string? path) =>
        Path.GetFileName(path) is not { } name ? null
        : name.StartsWith(FileName(CredentialKind.Lwm2m), StringComparison.OrdinalIgnoreCase) ? CredentialKind.Lwm2m
        : name.StartsWith(FileName(CredentialKind.Bootstrap), StringComparison.OrdinalIgnoreCase) ? CredentialKind.Bootstrap
        : null;

    /// <summary>The prefix of the names of a kind's files.</summary>
    public static string FileName(CredentialKind kind) => Word(kind) + "Device";

    /// <summary>The kind in the names of files and of items.</summary>
    public static string Word(CredentialKind kind) => kind == CredentialKind.Bootstrap ? "Bootstrap" : "LwM2M";
}
