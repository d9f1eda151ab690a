namespace DeviceCreds;

/// <summary>PKCS#12: private key, certificate and chain in one file under a password.</summary>
internal class PfxFormat : IDeviceFormat, IReadableFormat
{
    public virtual string Name => "Pfx";

    public virtual string Description => "PKCS#12: the private key, and the certificate with its chain, in one file under a password";

    public virtual string Audience => "Windows, .NET, Java and OpenSSL";

    public virtual string Files => "`BootstrapDevice.pfx`, or `LwM2MDevice.pfx`";

    public virtual string Example => "$credentials | Export-DeviceCredential -Path out -Format Pfx -Password (Read-Host -AsSecureString)";

    public virtual string Source => "RFC 7292; AES-256-CBC and PBKDF2 with HMAC-SHA-256 (RFC 8018), MAC with SHA-256, 300,000 rounds each";

    public PrivateKeyForm KeyForm => PrivateKeyForm.Encrypted;

    public IReadOnlyList<string> Endings => [".pfx", ".p12"];

    protected virtual string Ending => ".pfx";

    protected virtual Pkcs12Protection Protection => Pkcs12Protection.Modern;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var key = options.RequireKey(credential, Name);
        var chain = credential.Chain.Select(options.ChainDepth, options.ExcludeRoot);
        yield return new OutputFile(FileNames.Device(credential.Kind) + Ending, Pkcs12.Encode(credential.EndpointName, key, chain, options.Password!, Protection), IsSecret: true);
    }

    public bool Recognises(InputFile file) => file.LooksLikeDer && DerObject.IsPkcs12(file.Bytes);

    public void Read(InputFile file, char[]? password, CredentialParts parts) => new Pkcs12Reader(file, password, parts).Read();
}
