namespace DeviceCreds;

/// <summary>The same as older readers take it.</summary>
internal sealed class PfxLegacyFormat : PfxFormat
{
    public override string Name => "PfxLegacy";

    public override string Description => "PKCS#12 for old readers: the same under Triple DES and SHA-1";

    public override string Audience => "Windows before Windows 10 1709 and Windows Server 2019, and other old readers that refuse Pfx";

    public override string Files => "`BootstrapDevice.legacy.pfx`, or `LwM2MDevice.legacy.pfx`";

    public override string Example => "$credentials | Export-DeviceCredential -Path out -Format PfxLegacy -Password (Read-Host -AsSecureString)";

    public override string Source => "RFC 7292, appendix C: pbeWithSHAAnd3-KeyTripleDES-CBC, MAC with SHA-1, 100,000 rounds each";

    protected override string Ending => ".legacy.pfx";

    protected override Pkcs12Protection Protection => Pkcs12Protection.Legacy;
}
