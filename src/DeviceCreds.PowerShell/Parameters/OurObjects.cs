using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>The objects of this module: their device, and what can be done with them.</summary>
static class OurObjects
{
    // More special types first.
    static readonly (Type Type, string Use)[] Uses =
    [
        (typeof(DeviceKey), "Write it with Export-DeviceKey, or give it as -Key."),
        (typeof(DeviceCertificateRequest),
            "Sign it with New-BootstrapDeviceCredential or New-Lwm2mDeviceCredential, or write it with Export-DeviceCertificateRequest."),
        (typeof(DeviceIdentity), "Issue to it with New-BootstrapDeviceCredential or New-Lwm2mDeviceCredential."),
        (typeof(DeviceCredential), "Write it with Export-DeviceCredential, or test it with Test-DeviceCertificate."),
        (typeof(DeviceCertificate), "Test it with Test-DeviceCertificate."),
        (typeof(DeviceCertificateReport), "Write it with Export-DeviceCertificateReport."),
        (typeof(DeviceInjection), "Revoke its certificate with Revoke-DeviceCertificate, or write it with Export-DeviceCertificateReport."),
        (typeof(DeviceConfiguration), "Give it as -Configuration of Export-DeviceCredential or Test-DeviceConfiguration."),
        (typeof(DeviceResponse), "Sign the requests in it with New-BootstrapDeviceCredential or New-Lwm2mDeviceCredential."),
        (typeof(CertificateAuthorityRequest),
            "Sign it with New-CertificateAuthority -Request, or write it with Export-CertificateAuthorityRequest."),
        (typeof(CertificateAuthority), "Give it as -Issuer, or write it with Export-CertificateAuthority."),
        (typeof(CertificateChain), "Give it as -Issuer, or write its CAs with Export-CertificateAuthority."),
        (typeof(CertificateRevocationList),
            "Write it with Export-CertificateRevocationList, or give it as -RevocationList of Test-DeviceCertificate."),
        (typeof(ExportedCredential), "Test it with Test-DeviceCertificate, or read it back with Import-DeviceCredential."),
        (typeof(DeviceAccount), "Revoke its certificates with Revoke-DeviceCertificate, or write it with Export-DeviceCertificateReport."),
        (typeof(AccountCertificate), "Revoke it with Revoke-DeviceCertificate."),
        (typeof(BooksSummary), "Write it with Export-DeviceCertificateReport."),
        (typeof(LedgerEntry), "Revoke its certificate with Revoke-DeviceCertificate."),
        (typeof(FileSystemInfo),
            "Read it first: Import-DeviceList reads lists, Import-DeviceCertificateRequest requests, Import-DeviceCredential credentials."),
    ];

    /// <summary>
    /// The device of one of this module's objects: its names and its row's other columns; null for any other object.
    /// </summary>
    public static DeviceIdentity? IdentityOf(object value) => value switch
    {
        DeviceIdentity identity => identity,
        DeviceCredential c => new(c.EndpointName, c.AccountId) { Columns = c.Columns },
        DeviceCertificateRequest r => new(r.EndpointName ?? "", r.AccountId) { Columns = r.Columns },
        DeviceCertificateReport r => new(r.EndpointName ?? "", r.AccountId) { Columns = r.Columns },
        DeviceCertificate { IsCertificateAuthority: false } c => new(c.EndpointName ?? "", c.AccountId),
        DeviceConfiguration { EndpointName: { } name } c => new(name, c.AccountId),
        LedgerEntry e => new(e.EndpointName ?? "", e.AccountId),
        DeviceAccount a => new(a.EndpointName, a.AccountId) { Columns = a.Columns },
        DeviceInjection i => new(i.EndpointName) { Columns = i.Columns },
        ExportedCredential e => new(e.EndpointName, e.AccountId) { Columns = e.Columns },
        _ => null,
    };

    /// <summary>The error of an object that no parameter takes: what it is, and which cmdlet takes it.</summary>
    /// <param name="expected">What was expected, in words.</param>
    /// <param name="found">The object.</param>
    public static ArgumentTransformationMetadataException Unexpected(string expected, object? found)
    {
        var value = RowReader.Unwrap(found)!;
        var remote = Remote.IsOurs(found) ? " of another process" : "";
        var use = Remote.IsOurs(found) ? UseOf(Remote.Restore(found)!) : UseOf(value);
        return new($"Expected {expected}, found {RowValue.Describe(value)}{remote}.{(use is null ? "" : " " + use)}");
    }

    /// <summary>Advice for an object that was given to the wrong cmdlet; null when unknown.</summary>
    public static string? UseOf(object value) => Array.Find(Uses, u => u.Type.IsInstanceOfType(value)).Use;
}
