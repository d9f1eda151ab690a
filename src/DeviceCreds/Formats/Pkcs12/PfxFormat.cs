namespace DeviceCreds;

/// <summary>PKCS#12: private key, certificate and chain in one file under a password.</summary>
internal class PfxFormat : IDeviceFormat, IReadableFormat
{
    public virtual FormatInfo Info { get; } = new()
    {
        Name = "Pfx",
        Description = "PKCS#12: the private key, and the certificate with its chain, in one file under a password",
        Audience = "Windows, .NET, OpenSSL, and Java when the password is in ASCII",
        Files = "`BootstrapDevice.pfx`, or `LwM2MDevice.pfx`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Pfx -Password (Read-Host -AsSecureString)",
        Source = "RFC 7292; AES-256-CBC and PBKDF2 with HMAC-SHA-256 (RFC 8018), MAC with SHA-256, 300,000 rounds each",
        KeyForm = PrivateKeyForm.Encrypted,
    };

    public FormatSign Sign => FormatSign.Structure;

    protected virtual string Ending => ".pfx";

    protected virtual Pkcs12Protection Protection => Pkcs12Protection.Modern;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var key = options.RequireKey(credential, Info.Name);
        var chain = credential.Chain.Select(options.ChainDepth, options.ExcludeRoot);
        if (!PasswordText.IsAscii(options.Password!)) options.Warn?.Invoke(
            $"The format {Info.Name}: the password has characters outside ASCII. Java does not open such a file "
                + "(\"keystore password was incorrect\"). Use another password if Java must read it.");
        yield return new OutputFile(FileNames.Device(credential.Kind) + Ending,
            Pkcs12.Encode(credential.EndpointName, key, chain, options.Password!, Protection), IsSecret: true);
    }

    // In Base64 or PEM it is one of a text's objects.
    public bool Recognises(InputFile file) => file.LooksLikeDer && FileShapes.Of(file.Bytes) == FileShape.Pkcs12;

    public void Read(InputFile file, char[]? password, CredentialParts parts) =>
        new Pkcs12Reader(file, password, parts).Read();
}
