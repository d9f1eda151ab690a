namespace DeviceCreds;

/// <summary>
/// An EC key on P-256: a pair, or only the public half. Scripts can see only the public half; the private half
/// leaves only through <see cref="ToPem"/>, <see cref="ToDer"/> and the export cmdlets.
/// </summary>
public sealed class DeviceKey : IEquatable<DeviceKey>, IDisposable
{
    byte[]? _scalar;

    internal DeviceKey(byte[]? scalar, byte[] point)
    {
        _scalar = scalar;
        Point = point;
    }

    /// <summary>The public point, uncompressed: 65 bytes.</summary>
    internal byte[] Point { get; }

    /// <summary>The kind of key: <c>EC</c>.</summary>
    public string Algorithm => "EC";

    /// <summary>The curve, by NIST's name: <c>P-256</c> (secp256r1 in SEC 2, prime256v1 in ANSI X9.62).</summary>
    public string Curve => "P-256";

    /// <summary>Whether the private half is at hand.</summary>
    public bool HasPrivateKey => _scalar is not null;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) in upper-case hexadecimal.</summary>
    public string Fingerprint => Hex.Encode(Digest.Sha256(PublicKeyInfo));

    /// <summary>
    /// The file that it was read from, when the key is unencrypted there and others than its owner may read it; null otherwise.
    /// </summary>
    public string? ExposedIn { get; internal set; }

    /// <summary>The SubjectPublicKeyInfo in PEM, label <c>PUBLIC KEY</c>.</summary>
    public string PublicKeyPem => Pem.Encode("PUBLIC KEY", PublicKeyInfo);

    /// <summary>The SubjectPublicKeyInfo in DER: 91 bytes.</summary>
    internal byte[] PublicKeyInfo => KeyCodec.EncodePublic(Point);

    /// <summary>A new key pair from the system's random number generator.</summary>
    public static DeviceKey Generate()
    {
        var (scalar, point) = P256.Generate();
        return new DeviceKey(scalar, point);
    }

    /// <summary>Reads a private key: PEM or DER; SEC 1, PKCS#8, encrypted PKCS#8 or OpenSSL's old encrypted PEM.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="password">The password of an encrypted key, or null.</param>
    /// <exception cref="InputException">It is not one P-256 private key, or the password is missing or wrong.</exception>
    public static DeviceKey Read(InputFile file, char[]? password = null) => KeyReader.ReadPrivateKey(file, password);

    /// <summary>The private key in DER.</summary>
    /// <param name="encoding">SEC 1 or PKCS#8.</param>
    /// <param name="password">When given, the result is an EncryptedPrivateKeyInfo (PBES2, AES-256-CBC, PBKDF2 with SHA-256)
    /// around PKCS#8.</param>
    /// <exception cref="InvalidOperationException">There is no private key here, or it has been disposed of.</exception>
    public byte[] ToDer(KeyEncoding encoding = KeyEncoding.Sec1, char[]? password = null)
    {
        var scalar = _scalar ?? throw new InvalidOperationException("The private half of this key is not at hand.");
        if (password is not null) return KeyEncryption.Encrypt(KeyCodec.EncodePkcs8(scalar, Point), password);
        return encoding == KeyEncoding.Sec1 ? KeyCodec.EncodeSec1(scalar, Point) : KeyCodec.EncodePkcs8(scalar, Point);
    }

    /// <summary>The private key in PEM; the parameters and errors are those of <see cref="ToDer"/>.</summary>
    public string ToPem(KeyEncoding encoding = KeyEncoding.Sec1, char[]? password = null) => ToPem(encoding, password, Pem.Encode);

    /// <summary>The same as a file's bytes, with a newline at the end: a string cannot be wiped.</summary>
    internal byte[] ToPemBytes(KeyEncoding encoding, char[]? password) => ToPem(encoding, password, Pem.EncodeBytes);

    T ToPem<T>(KeyEncoding encoding, char[]? password, Func<string, byte[], T> encode)
    {
        var der = ToDer(encoding, password);
        try
        {
            return encode(password is not null ? "ENCRYPTED PRIVATE KEY" : encoding == KeyEncoding.Sec1 ? "EC PRIVATE KEY" : "PRIVATE KEY",
                der);
        }
        finally
        {
            Array.Clear(der, 0, der.Length);
        }
    }

    /// <summary>A signer with the private half; it must not outlive the key.</summary>
    internal P256.Signer CreateSigner() =>
        new(_scalar ?? throw new InvalidOperationException("The private half of this key is not at hand."), Point);

    /// <summary>The public half alone, for objects that need no more and live on.</summary>
    internal DeviceKey WithoutPrivateKey() => HasPrivateKey ? new DeviceKey(null, Point) : this;

    /// <summary>Whether these bytes are what <see cref="ToDer"/> gives without a password.</summary>
    internal bool IsEncodedAs(byte[] der) =>
        HasPrivateKey && (IsEncodedAs(der, KeyEncoding.Sec1) || IsEncodedAs(der, KeyEncoding.Pkcs8));

    bool IsEncodedAs(byte[] der, KeyEncoding encoding)
    {
        var own = ToDer(encoding);
        var isSame = own.AsSpan().SequenceEqual(der);
        Array.Clear(own, 0, own.Length);
        return isSame;
    }

    internal bool Matches(byte[]? point) => point is not null && point.AsSpan().SequenceEqual(Point);

    /// <summary>Overwrites the private half; the public one stays usable.</summary>
    public void Dispose()
    {
        if (_scalar is null) return;
        Array.Clear(_scalar, 0, _scalar.Length);
        _scalar = null;
    }

    /// <summary>Two keys are equal when they have the same public point and both or neither have the private half.</summary>
    public bool Equals(DeviceKey? other) => other is not null && Matches(other.Point) && HasPrivateKey == other.HasPrivateKey;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DeviceKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(Point, 1);

    /// <summary>Kind and fingerprint; never key material.</summary>
    public override string ToString() => $"{Curve} {(HasPrivateKey ? "private" : "public")} key {Fingerprint}";
}
