namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-CertificateUsage</c> with the values of LwM2M 1.1.</summary>
public sealed class CertificateUsageCompleter : ValueCompleter
{
    private protected override IReadOnlyList<KeyValuePair<string, string>> Values { get; } =
    [
        new("0", "CA constraint: a CA that must be in the chain of the server"),
        new("1", "Service certificate constraint: the certificate that the server must have"),
        new("2", "Trust anchor: the CA to trust for this server"),
        new("3", "Domain-issued certificate: the certificate of the server, trusted as it is"),
    ];
}
