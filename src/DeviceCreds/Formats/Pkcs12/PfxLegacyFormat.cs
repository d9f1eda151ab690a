namespace DeviceCreds;

/// <summary>The same as older readers take it.</summary>
internal sealed class PfxLegacyFormat : PfxFormat
{
    public override FormatInfo Info { get; } = new()
    {
        Name = "PfxLegacy",
        Description = "PKCS#12 for old readers: the same under Triple DES and SHA-1",
        Audience = "Windows before Windows 10 1709 and Windows Server 2019, and other old readers that refuse Pfx",
        Files = "`BootstrapDevice.legacy.pfx`, or `LwM2MDevice.legacy.pfx`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format PfxLegacy -Password (Read-Host -AsSecureString)",
        Source = "RFC 7292, appendix C: pbeWithSHAAnd3-KeyTripleDES-CBC, MAC with SHA-1, 100,000 rounds each",
        KeyForm = PrivateKeyForm.Encrypted,
    };

    protected override string Ending => ".legacy.pfx";

    protected override Pkcs12Protection Protection => Pkcs12Protection.Legacy;
}
