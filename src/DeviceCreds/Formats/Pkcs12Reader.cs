using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Utilities;

namespace DeviceCreds;

/// <summary>Reads the keys and certificates of any PKCS#12 file. The work that it demands is checked first.</summary>
internal sealed class Pkcs12Reader(InputFile file, char[]? password, CredentialParts parts)
{
    /// <summary>Bags may hold bags; no tool nests them deeper.</summary>
    const int MaximumDepth = 4;

    static readonly DerObjectIdentifier Pbmac1 = new("1.2.840.113549.1.5.14");

    readonly List<DeviceCertificate> _certificates = [];
    readonly List<DeviceKey> _keys = [];
    long _work;
    IReadOnlyList<Pkcs12Password> _passwords = Pkcs12Password.Readings(password);
    bool _isUnlocked = true;
    InputException? _unsupported;

    /// <exception cref="InputException">The file is damaged, protected in a way that is not supported, or the password is
    /// missing or wrong.</exception>
    public void Read()
    {
        try
        {
            ReadContent();
        }
        catch (InputException e) when (e.ErrorId == KeyEncryption.UnsupportedId)
        {
            throw new InputException(e.ErrorId, e.Kind, e.Problem, "Write it again with AES: open it with the program that wrote it "
                + "(openssl pkcs12 -in FILE -out all.pem), then openssl pkcs12 -export -in all.pem -out store.p12.", inner: e);
        }
    }

    void ReadContent() => Guarded.Parse(
        () =>
        {
            var pfx = Pfx.GetInstance(Asn1Object.FromByteArray(file.Bytes));
            if (!pfx.AuthSafe.ContentType.Equals(PkcsObjectIdentifiers.Data))
                throw Unsupported("its integrity is protected by a public key, not by a password");
            var content = Octets(pfx.AuthSafe.Content);
            var safes = AuthenticatedSafe.GetInstance(Asn1Object.FromByteArray(content)).GetContentInfo().Select(Weigh).ToList();
            if (pfx.MacData is { } mac) CheckMac(mac, content);
            // Its keys may be unencrypted.
            Array.Clear(content, 0, content.Length);
            foreach (var safe in safes) ReadBags(Open(safe), IsEncrypted(safe));
            Hand();
            return true;
        },
        // The exception is dropped: a parser's message may quote the bytes, which may be a key's.
        e => file.Invalid("Pkcs12Malformed", "the PKCS#12 file cannot be read: "
            + $"{DerFault.FindInLength(file.Bytes) ?? "it is damaged"}.", "Write or copy the file again."));

    // A Java keystore may hold entries of other programs: an RSA key and its certificates are not the device's.
    void Hand()
    {
        if (_keys.Count == 0 && _unsupported is not null) throw _unsupported;
        var heap = new CertificatePath(_certificates, [], null);
        parts.Certificates.AddRange(_unsupported is null ? _certificates
            : _certificates.Where(c => _keys.Exists(k => k.Matches(c.Point))).SelectMany(heap.Build).Distinct());
        parts.Keys.AddRange(_keys.Select(k => (k, file.Path)));
    }

    void CheckMac(MacData data, byte[] content)
    {
        var expected = data.Mac.Digest.GetOctets();
        var right = _passwords.Where(p => Arrays.FixedTimeEquals(ComputeMac(data, p, content), expected)).Take(1).ToList();
        // Without a password the MAC cannot be checked: a file in which nothing is encrypted is read without that check.
        _isUnlocked = right.Count > 0;
        if (_isUnlocked) _passwords = right;
        else if (password is { Length: > 0 }) throw KeyReader.PasswordWrong(file);
    }

    byte[] ComputeMac(MacData data, Pkcs12Password reading, byte[] content)
    {
        var algorithm = data.Mac.DigestAlgorithm;
        if (algorithm.Algorithm.Equals(Pbmac1)) return ComputePbmac1(algorithm, reading, content);
        var iterations = KeyEncryption.CheckIterations(file, data.Iterations?.Value ?? BigInteger.One);
        Spend(iterations);
        try
        {
            return Pkcs12Mac.Compute(algorithm.Algorithm, reading.ToBytes(), data.MacSalt.GetOctets(), iterations, content);
        }
        catch (SecurityUtilityException)
        {
            throw KeyEncryption.Unsupported(file, algorithm.Algorithm);
        }
    }

    // RFC 9579: { key derivation, MAC }, as OpenSSL 3.4 offers it.
    byte[] ComputePbmac1(AlgorithmIdentifier algorithm, Pkcs12Password reading, byte[] content)
    {
        var parameters = Asn1Sequence.GetInstance(algorithm.Parameters);
        var (derivation, scheme) = (AlgorithmIdentifier.GetInstance(parameters[0]), AlgorithmIdentifier.GetInstance(parameters[1]));
        Spend(KeyEncryption.CheckDerivation(file, derivation));
        if (!derivation.Algorithm.Equals(PkcsObjectIdentifiers.IdPbkdf2)
            || Pbkdf2Params.GetInstance(derivation.Parameters).KeyLength is not { } length || length.SignValue <= 0
            || length.BitLength > 10)
            throw Unsupported("its MAC does not state the length of its key");
        try
        {
            return Pkcs12Mac.Compute(MacUtilities.GetMac(scheme.Algorithm),
                KeyEncryption.Derive(derivation, reading.Text, length.IntValueExact), content);
        }
        catch (SecurityUtilityException)
        {
            throw KeyEncryption.Unsupported(file, scheme.Algorithm);
        }
    }

    // The cost of all parts is checked before the first is opened.
    ContentInfo Weigh(ContentInfo safe)
    {
        if (IsEncrypted(safe)) Spend(KeyEncryption.CheckWork(file, EncryptedData.GetInstance(safe.Content).EncryptionAlgorithm));
        else if (!safe.ContentType.Equals(PkcsObjectIdentifiers.Data))
            throw Unsupported("a part of it is encrypted for a public key, not with a password");
        return safe;
    }

    byte[] Open(ContentInfo safe)
    {
        if (!IsEncrypted(safe)) return Octets(safe.Content);
        var encrypted = EncryptedData.GetInstance(safe.Content);
        return Decrypt(encrypted.EncryptionAlgorithm, encrypted.Content.GetOctets());
    }

    // Without a MAC, only trying shows how an empty password was encoded. Of wrong ones, 1 in 256 gives a correct padding, but no SEQUENCE.
    byte[] Decrypt(AlgorithmIdentifier algorithm, byte[] encrypted) =>
        (_isUnlocked ? _passwords.Select(p => KeyEncryption.Open(algorithm, encrypted, p))
            .FirstOrDefault(opened => opened is [DerCursor.Sequence, ..]) : null)
        ?? throw (password is null ? KeyReader.PasswordMissing(file) : KeyReader.PasswordWrong(file));

    static bool IsEncrypted(ContentInfo safe) => safe.ContentType.Equals(PkcsObjectIdentifiers.EncryptedData);

    void ReadBags(byte[] content, bool isEncrypted)
    {
        try
        {
            ReadBags(Asn1Sequence.GetInstance(Asn1Object.FromByteArray(content)), isEncrypted, 0);
        }
        finally
        {
            // When all of it was encrypted, it may hold keys.
            Array.Clear(content, 0, content.Length);
        }
    }

    void ReadBags(Asn1Sequence bags, bool isEncrypted, int depth)
    {
        foreach (var bag in bags.Select(SafeBag.GetInstance))
        {
            if (bag.BagID.Equals(PkcsObjectIdentifiers.CertBag)) ReadCertificate(CertBag.GetInstance(bag.BagValue));
            else if (bag.BagID.Equals(PkcsObjectIdentifiers.KeyBag)) ReadPlainKey(PrivateKeyInfo.GetInstance(bag.BagValue), isEncrypted);
            else if (bag.BagID.Equals(PkcsObjectIdentifiers.Pkcs8ShroudedKeyBag)) ReadEncryptedKey(
                EncryptedPrivateKeyInfo.GetInstance(bag.BagValue));
            else if (bag.BagID.Equals(PkcsObjectIdentifiers.SafeContentsBag) && depth < MaximumDepth) ReadBags(
                Asn1Sequence.GetInstance(bag.BagValue), isEncrypted, depth + 1);
        }
    }

    void ReadCertificate(CertBag bag)
    {
        if (!bag.CertID.Equals(PkcsObjectIdentifiers.X509Certificate)) return;
        _certificates.AddRange(CertificateReader.ReadDer(new InputFile(
            Asn1OctetString.GetInstance(bag.CertValue).GetOctets(), file.Path)));
    }

    void ReadPlainKey(PrivateKeyInfo info, bool isEncrypted)
    {
        ReadKey(info.GetDerEncoded(), isEncrypted);
        var key = info.PrivateKey.GetOctets();
        Array.Clear(key, 0, key.Length);
    }

    void ReadEncryptedKey(EncryptedPrivateKeyInfo info)
    {
        Spend(KeyEncryption.CheckWork(file, info.EncryptionAlgorithm));
        ReadKey(Decrypt(info.EncryptionAlgorithm, info.GetEncryptedData()), isEncrypted: true);
    }

    void ReadKey(byte[] pkcs8, bool isEncrypted)
    {
        DeviceKey key;
        try
        {
            key = KeyReader.ReadOpened(file, pkcs8, null);
        }
        catch (InputException e) when (e.ErrorId == KeyReader.UnsupportedId)
        {
            _unsupported ??= e;
            return;
        }

        // An empty password protects no more than none.
        if (!(isEncrypted && password is { Length: > 0 })) key.ExposedIn = FileExposure.Find(file.Path);
        _keys.Add(key);
    }

    // Each part may demand as much work as a complete file, and there can be thousands of parts.
    void Spend(long work)
    {
        _work += work;
        if (_work > KeyEncryption.MaximumIterations) throw KeyEncryption.TooMuchWork(file);
    }

    static byte[] Octets(Asn1Encodable content) => Asn1OctetString.GetInstance(content).GetOctets();

    InputException Unsupported(string what) =>
        file.Invalid("Pkcs12Unsupported", $"this PKCS#12 file is not supported: {what}.",
        "Write it again with a password: openssl pkcs12 -export.");
}
