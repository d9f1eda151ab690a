namespace DeviceCreds;

/// <summary>The names under which the factory configurator client and its store know what a device is given.</summary>
internal static class DeviceItems
{
    public const string UseBootstrap = "mbed.UseBootstrap";
    public const string EndpointName = "mbed.EndpointName";
    public const string CurrentTime = "mbed.CurrentTime";
    public const string FirstToClaim = "mbed.FirstToClaim";
    public const string UpdateCertificate = "mbed.UpdateAuthCert";

    /// <summary>The vendor's own prefix: custom items have another.</summary>
    public const string Prefix = "mbed.";

    /// <summary>KCM_MAX_FILENAME_SIZE.</summary>
    public const int MaximumNameLength = 100;

    public static string PrivateKey(CredentialKind kind) => Of(kind, "DevicePrivateKey");

    public static string Certificate(CredentialKind kind) => Of(kind, "DeviceCert");

    public static string ServerCertificate(CredentialKind kind) => Of(kind, "ServerCACert");

    public static string ServerUri(CredentialKind kind) => Of(kind, "ServerURI");

    /// <summary>Whether the store takes the name: 1 to 100 of A-Z a-z 0-9 . - _</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaximumNameLength
            && name.All(c => c is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '-' or '_');

    static string Of(CredentialKind kind, string item) => Prefix + KindRule.Word(kind) + item;
}
