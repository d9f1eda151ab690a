using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Our objects as they come from another process, through Export-Clixml, a job or remoting: bags of properties, without keys. What can be
/// made of the public part is made again.
/// </summary>
static class Remote
{
    const string Prefix = "Deserialized.DeviceCreds.";

    /// <summary>Whether an object was one of ours in another process.</summary>
    public static bool IsOurs(object? value) => NameOf(value) is not null;

    /// <summary>The object again, as far as its public part goes; the value itself when it is nothing of ours.</summary>
    /// <exception cref="DeviceCredsException">The public part cannot be read.</exception>
    public static object? Restore(object? value) => NameOf(value) switch
    {
        nameof(DeviceCredential) => Credential((PSObject)value!),
        nameof(DeviceCertificate) => Certificates((PSObject)value!, "CertificatePem").FirstOrDefault(),
        _ => value,
    };

    static string? NameOf(object? value) =>
        value is PSObject { TypeNames: [var first, ..] } && first.StartsWith(Prefix, StringComparison.Ordinal) ? first.Substring(Prefix.Length) : null;

    static DeviceCredential Credential(PSObject value)
    {
        var kind = (CredentialKind)Enum.Parse(typeof(CredentialKind), $"{value.Properties["Kind"]?.Value}");
        return DeviceCredential.WithoutKey(kind, $"{value.Properties["ChainPem"]?.Value}", DeviceColumns.None, value.Properties["PrivateKey"]?.Value is not null);
    }

    static IReadOnlyList<DeviceCertificate> Certificates(PSObject value, string property) =>
        CertificateFile.Read(new InputFile(System.Text.Encoding.UTF8.GetBytes($"{value.Properties[property]?.Value}")));
}
