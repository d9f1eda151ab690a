using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>Reads keys that anybody wrote, and says of every one that is not a P-256 key what it is instead.</summary>
internal static class KeyReader
{
    static readonly string[] PrivateLabels = ["EC PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "DSA PRIVATE KEY", "OPENSSH PRIVATE KEY"];

    /// <summary>RFC 5480, 2.1.2: a key for agreement only.</summary>
    internal static readonly DerObjectIdentifier EcDiffieHellman = new("1.3.132.1.12");

    const string UseP256 = "Device keys are EC keys on P-256: make one with New-DeviceKey.";

    public static DeviceKey ReadPrivateKey(InputFile file, char[]? password)
    {
        var text = file.LooksLikeDer ? "" : file.Text;
        if (Pem.IsPem(text)) return ReadPem(file, password);
        if (!file.LooksLikeDer) throw file.Invalid("KeyNotRecognised", "this is neither PEM nor DER.", "A private key file begins with '-----BEGIN' (PEM) or with the byte 30 (DER).");
        return ReadDer(file, file.Bytes, password, null);
    }

    /// <summary>The public point of a SubjectPublicKeyInfo; null with the reason when it is not an uncompressed, named P-256 key.</summary>
    public static byte[]? ReadPublicPoint(SubjectPublicKeyInfo info, out string problem)
    {
        problem = DescribeAlgorithm(info.Algorithm);
        if (!IsP256(info.Algorithm)) return null;
        var point = info.PublicKey.GetBytes();
        if (info.PublicKey.PadBits != 0) problem = "a point that does not end with a whole byte";
        else if (point.Length > 0 && point[0] is 2 or 3) problem = "a compressed point on P-256";
        else if (!P256.IsPoint(point)) problem = "a point that is not on P-256";
        else return point;
        return null;
    }

    static DeviceKey ReadPem(InputFile file, char[]? password)
    {
        var blocks = Pem.Parse(file);
        var keys = blocks.Where(b => PrivateLabels.Contains(b.Label)).ToList();
        try
        {
            if (keys.Count == 0) throw NoPrivateKey(file, blocks);
            if (keys.Count > 1)
                throw file.Invalid("KeySeveral", $"the file holds {keys.Count} private keys, in lines {string.Join(", ", keys.Take(10).Select(k => k.Line))}{(keys.Count > 10 ? " and so on" : "")}.", "Keep one key in a file, so that it is clear which one is meant.");
            return ReadBlock(file, keys[0], password);
        }
        finally
        {
            foreach (var block in blocks) Array.Clear(block.Bytes, 0, block.Bytes.Length);
        }
    }

    static InputException NoPrivateKey(InputFile file, IReadOnlyList<PemBlock> blocks)
    {
        var found = blocks.Count == 0 ? "no complete PEM block" : Pem.Labels(blocks);
        var advice = blocks.Any(b => b.Label == "CERTIFICATE") ? "This is a certificate file: its key is usually in a file of its own." : "Give the file that holds the private key.";
        return file.Invalid("KeyNotFound", $"the file holds no private key (found: {found}).", advice);
    }

    static DeviceKey ReadBlock(InputFile file, PemBlock block, char[]? password)
    {
        if (block.Headers.TryGetValue("Proc-Type", out var procType) && procType.Contains("ENCRYPTED"))
        {
            if (password is null) throw PasswordMissing(file);
            return ReadOpened(file, KeyEncryption.DecryptLegacy(block, password) ?? throw PasswordWrong(file), block.Line);
        }

        return block.Label switch
        {
            "RSA PRIVATE KEY" => throw Unsupported(file, "an RSA key", block.Line),
            "DSA PRIVATE KEY" => throw Unsupported(file, "a DSA key", block.Line),
            "OPENSSH PRIVATE KEY" => throw Unsupported(file, "a key in OpenSSH's own format", block.Line),
            _ => ReadDer(file, block.Bytes, password, block.Line),
        };
    }

    static DeviceKey ReadDer(InputFile file, byte[] der, char[]? password, int? line)
    {
        DerObject.RequireSize(file, der, "the key", line);
        var sequence = ParseSequence(file, der, line);
        switch (KeyShape(sequence))
        {
            case "SEC 1":
                return FromEcPrivateKey(file, sequence, null, line);
            case "PKCS#8":
                var info = Guard(file, line, () => PrivateKeyInfo.GetInstance(sequence));
                if (!info.PrivateKeyAlgorithm.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey)) throw Unsupported(file, DescribeAlgorithm(info.PrivateKeyAlgorithm), line);
                var inner = info.PrivateKey.GetOctets();
                try
                {
                    return FromEcPrivateKey(file, ParseSequence(file, inner, line), info.PrivateKeyAlgorithm, line);
                }
                finally
                {
                    Array.Clear(inner, 0, inner.Length);
                }

            case "encrypted PKCS#8":
                if (password is null) throw PasswordMissing(file);
                return ReadOpened(file, KeyEncryption.Decrypt(file, der, password) ?? throw PasswordWrong(file), line);
            case "PKCS#12":
                throw file.Invalid("KeyInPkcs12", $"this is {DerObject.Pkcs12}, not a private key alone.", "Read it with Import-DeviceCredential: the PrivateKey of what comes out is the key.", line);
            case "RSA":
                throw Unsupported(file, "an RSA key", line);
            case "public key":
                throw file.Invalid("KeyIsPublic", "this is a public key; a private key is needed.", "Give the file that holds the private key.", line);
            case "certificate":
                throw file.Invalid("KeyIsCertificate", "this is a certificate or a request, not a private key.", "Give the file that holds the private key.", line);
            default:
                throw file.Invalid("KeyMalformed", "this is not a private key of SEC 1 or PKCS#8.", "Is the file complete, and is it the right one?", line);
        }
    }

    // A key under a password may lie where others can read it.
    internal static DeviceKey ReadOpened(InputFile file, byte[] opened, int? line)
    {
        try
        {
            var key = ReadDer(file, opened, null, line);
            key.ExposedIn = null;
            return key;
        }
        finally
        {
            Array.Clear(opened, 0, opened.Length);
        }
    }

    // One look at the first elements tells the formats apart without guessing by trial.
    static string KeyShape(Asn1Sequence s) => s.Count == 0 ? "" : (s[0], s.Count > 1 ? s[1] : null) switch
    {
        (DerInteger, Asn1OctetString) => "SEC 1",
        (DerInteger version, Asn1Sequence) when version.HasValue(3) => "PKCS#12",
        (DerInteger, Asn1Sequence) => "PKCS#8",
        (DerInteger, DerInteger) => "RSA",
        (Asn1Sequence, Asn1OctetString) => "encrypted PKCS#8",
        (Asn1Sequence, DerBitString) => "public key",
        (Asn1Sequence, Asn1Sequence) => "certificate",
        _ => "",
    };

    static DeviceKey FromEcPrivateKey(InputFile file, Asn1Sequence sequence, AlgorithmIdentifier? algorithm, int? line)
    {
        var (scalar, curve, embedded) = Guard(file, line, () =>
        {
            if (DerInteger.GetInstance(sequence[0]).Value.IntValue != 1) throw new ArgumentException("version");
            var d = Asn1OctetString.GetInstance(sequence[1]).GetOctets();
            Asn1Encodable? parameters = null;
            byte[]? point = null;
            for (var i = 2; i < sequence.Count; i++)
            {
                var tagged = Asn1TaggedObject.GetInstance(sequence[i]);
                if (tagged.TagNo == 0) parameters = tagged.GetExplicitBaseObject();
                else if (tagged.TagNo == 1) point = DerBitString.GetInstance(tagged, true).GetBytes();
                else throw new ArgumentException("tag");
            }

            return (d, parameters, point);
        });
        try
        {
            return FromEcPrivateKey(file, scalar, curve, embedded, algorithm, line);
        }
        finally
        {
            Array.Clear(scalar, 0, scalar.Length);
        }
    }

    static DeviceKey FromEcPrivateKey(InputFile file, byte[] scalar, Asn1Encodable? curve, byte[]? embedded, AlgorithmIdentifier? algorithm, int? line)
    {
        var named = algorithm?.Parameters ?? curve;
        if (named is null) throw file.Invalid("KeyWithoutCurve", "the private key does not name its curve.", "Write it again with the curve's name: openssl ec -in key -out key.pem -param_enc named_curve.", line);
        if (!IsP256(named)) throw Unsupported(file, DescribeCurve(named), line);
        if (curve is not null && !IsP256(curve)) throw file.Invalid("KeyCurvesDiffer", "the private key names two different curves.", "Export it again from where it came.", line);

        var d = Normalise(scalar);
        if (d is null || !P256.IsScalar(d)) throw file.Invalid("KeyOutOfRange", "the private key is not a number from 1 to n-1 of P-256.", "The key is damaged or made by a faulty tool: make a new one.", line);
        var q = P256.PublicPoint(d);
        if (embedded is not null && !(P256.Decompress(embedded) is { } given && given.AsSpan().SequenceEqual(q)))
            throw file.Invalid("KeyHalvesDiffer", "the public key inside the file does not belong to the private key.", "The file is damaged: export the key again from where it came.", line);
        return new DeviceKey(d, q) { ExposedIn = FileExposure.IsExposed(file.Path) ? file.Path : null };
    }

    // GnuTLS writes a leading zero for about half of its keys, others drop leading zeros: 32 bytes is what SEC 1 C.4 asks for.
    static byte[]? Normalise(byte[] scalar)
    {
        var skip = 0;
        while (scalar.Length - skip > P256.ScalarSize && scalar[skip] == 0) skip++;
        var length = scalar.Length - skip;
        if (length is 0 or > P256.ScalarSize) return null;
        var result = new byte[P256.ScalarSize];
        Buffer.BlockCopy(scalar, skip, result, P256.ScalarSize - length, length);
        return result;
    }

    static Asn1Sequence ParseSequence(InputFile file, byte[] der, int? line) =>
        Guard(file, line, () => Asn1Object.FromByteArray(der) as Asn1Sequence ?? throw new ArgumentException("no sequence"));

    static T Guard<T>(InputFile file, int? line, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidCastException or InvalidOperationException or ArithmeticException or IndexOutOfRangeException or FormatException)
        {
            // The inner exception is dropped: a parser's message may quote the bytes, and these are a key's.
            throw file.Invalid("KeyMalformed", "the private key is damaged or cut short.", "Write or copy the file again.", line);
        }
    }

    static bool IsP256(AlgorithmIdentifier algorithm) => algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey) && IsP256(algorithm.Parameters);

    static bool IsP256(Asn1Encodable? parameters) => parameters is not null && parameters.ToAsn1Object().Equals(X9ObjectIdentifiers.Prime256v1);

    internal static string DescribeAlgorithm(AlgorithmIdentifier algorithm)
    {
        var oid = algorithm.Algorithm;
        if (oid.Equals(X9ObjectIdentifiers.IdECPublicKey)) return DescribeCurve(algorithm.Parameters);
        if (oid.Equals(PkcsObjectIdentifiers.RsaEncryption) || oid.Equals(PkcsObjectIdentifiers.IdRsassaPss)) return "an RSA key";
        if (oid.Equals(EdECObjectIdentifiers.id_Ed25519)) return "an Ed25519 key";
        if (oid.Equals(EdECObjectIdentifiers.id_Ed448)) return "an Ed448 key";
        if (oid.Equals(EcDiffieHellman)) return "a key of the algorithm id-ecDH";
        return $"a key of the algorithm {oid.Id}";
    }

    static string DescribeCurve(Asn1Encodable? parameters)
    {
        if (parameters?.ToAsn1Object() is null or Asn1Null) return "an EC key that does not name its curve";
        if (parameters.ToAsn1Object() is not DerObjectIdentifier oid) return "an EC key with explicit curve parameters instead of the curve's name";
        return oid.Equals(X9ObjectIdentifiers.Prime256v1) ? "an EC key on P-256" : $"an EC key on the curve {ECNamedCurveTable.GetName(oid) ?? oid.Id}";
    }

    static InputException Unsupported(InputFile file, string what, int? line) => file.Invalid("KeyUnsupported", $"this is {what}.", UseP256, line);

    internal static InputException PasswordMissing(InputFile file) =>
        new("PasswordMissing", ErrorKind.Authentication, "the private key is encrypted, and no password was given.", "Give -Password (a SecureString).", file.Path);

    internal static InputException PasswordWrong(InputFile file) =>
        new("PasswordWrong", ErrorKind.Authentication, "the password does not open the private key, or the file is damaged.", "Check the password.", file.Path);
}
