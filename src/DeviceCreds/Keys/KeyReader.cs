using System.Globalization;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>Reads keys of any origin, and says what a key is that is not on P-256.</summary>
internal static class KeyReader
{
    static readonly string[] PrivateLabels = ["EC PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY",
        "DSA PRIVATE KEY"];

    /// <summary>SEC 1 and PKCS#8 with and without what is optional, OpenSSH's format, a JSON Web Key.</summary>
    const int MostForms = 8;

    /// <summary>RFC 5480, 2.1.2: a key for agreement only.</summary>
    internal static readonly DerObjectIdentifier EcDiffieHellman = new("1.3.132.1.12");

    /// <summary>What a key on P-256 is called.</summary>
    internal const string P256Key = "an EC key on P-256";

    /// <summary>The error of a key that is not on P-256.</summary>
    internal const string UnsupportedId = "KeyUnsupported";

    const string UseP256 = "Device keys are EC keys on P-256, and another kind cannot be converted. Give a key on P-256; "
        + "New-DeviceKey makes one.";

    public static DeviceKey ReadPrivateKey(InputFile file, char[]? password)
    {
        var objects = FileObjects.Find(file);
        try
        {
            return Read(file, objects, password);
        }
        finally
        {
            FileObjects.Wipe(file, objects);
        }
    }

    /// <summary>The one private key among a file's objects.</summary>
    public static DeviceKey Read(InputFile file, IReadOnlyList<FileObject> objects, char[]? password)
    {
        var keys = objects.Where(IsKey).ToList();
        if (keys.Count == 0) throw NoPrivateKey(file, objects);
        // Bytes after a key in DER are not a key.
        if (keys is [{ Block: null }, { Shape: FileShape.Unknown }, ..])
            throw Malformed(file, $"{MessageText.BytesFollow(file.Bytes.Length - keys[0].Bytes.Length)} it", null);
        return keys.Count == 1 ? ReadObject(file, keys[0], password) : ReadEqual(file, keys, password) ?? throw Several(file, keys);
    }

    // One key may be there twice, also in two forms: alone and before its certificate. Several encrypted ones could demand much work.
    static DeviceKey? ReadEqual(InputFile file, List<FileObject> keys, char[]? password)
    {
        var forms = keys.GroupBy(k => Hex.Encode(Digest.Sha256(k.Bytes))).Select(g => g.First()).Take(MostForms + 1).ToList();
        if (forms.Count == 1) return ReadObject(file, forms[0], password);
        if (forms.Count > MostForms || forms.Any(f => f.Shape == FileShape.EncryptedKey)) return null;
        var read = new List<DeviceKey>();
        try
        {
            foreach (var form in forms) read.Add(ReadObject(file, form, password));
        }
        catch (InputException)
        {
            // One that cannot be read is another one, as far as anybody can tell.
        }

        var areEqual = read.Count == forms.Count && read.Distinct().Count() == 1;
        foreach (var key in read.Skip(areEqual ? 1 : 0)) key.Dispose();
        return areEqual ? read[0] : null;
    }

    static InputException Several(InputFile file, List<FileObject> keys)
    {
        var lines = keys.Take(10).Select(k => k.Line).OfType<int>().ToList();
        return file.Invalid("KeySeveral", $"the file holds {keys.Count} private "
            + $"keys{(lines.Count == 0 ? "" : $", in lines {string.Join(", ", lines)}{(keys.Count > 10 ? " and so on" : "")}")}.",
            "Put each key in a file of its own, so that it is clear which one is meant.");
    }

    /// <summary>The public point of a SubjectPublicKeyInfo; null with the reason when it is not an uncompressed, named P-256 key.</summary>
    public static byte[]? ReadPublicPoint(SubjectPublicKeyInfo info, out string problem)
    {
        problem = DescribeAlgorithm(info.Algorithm);
        if (!IsEc(info.Algorithm) || !CurveParameters.NameP256(info.Algorithm.Parameters)) return null;
        var point = info.PublicKey.GetBytes();
        if (info.PublicKey.PadBits != 0) problem = "a point that does not end with a whole byte";
        else if (point.Length > 0 && point[0] is 2 or 3) problem = "a compressed point on P-256";
        else if (!P256.IsPoint(point)) problem = "a point that is not on P-256";
        else return point;
        return null;
    }

    /// <summary>A private key, or a public one in any form that <see cref="FileObjects"/> finds.</summary>
    /// <exception cref="InputException">It is neither, or not on P-256.</exception>
    public static DeviceKey ReadPrivateOrPublicKey(InputFile file)
    {
        var objects = FileObjects.Find(file);
        try
        {
            var info = objects.Where(o => o.Shape == FileShape.PublicKey).Select(o => o.Bytes).ToList() is [var only] ? only : null;
            return (info is null ? null : TryReadPublicKey(info)) ?? Read(file, objects, null);
        }
        finally
        {
            FileObjects.Wipe(file, objects);
        }
    }

    /// <summary>The key of a SubjectPublicKeyInfo in DER; null when it is not on P-256 with an uncompressed point.</summary>
    public static DeviceKey? TryReadPublicKey(byte[] der) => Guarded.TryParse(() =>
    {
        var info = SubjectPublicKeyInfo.GetInstance(Asn1Object.FromByteArray(der));
        return ReadPublicPoint(info, out _) is { } point && info.GetDerEncoded().AsSpan().SequenceEqual(der)
            ? new DeviceKey(null, point) : null;
    });

    /// <summary>The same in whatever form P-256 is written: with all of the curve's parameters, or with a compressed point.</summary>
    public static byte[]? ReadAnyPublicPoint(SubjectPublicKeyInfo info, out string problem)
    {
        problem = DescribeAlgorithm(info.Algorithm);
        if (!IsEc(info.Algorithm) || !CurveParameters.AreP256(info.Algorithm.Parameters)) return null;
        problem = "a point that is not on P-256";
        return info.PublicKey.PadBits == 0 ? P256.Decompress(info.PublicKey.GetBytes()) : null;
    }

    // A damaged key is recognised only by its label, or by its place in a DER file.
    static bool IsKey(FileObject item) => FileShapes.IsPrivateKey(item.Shape)
        || (item.Shape == FileShape.Unknown && (item.Block is null || item.IsLabelled(PrivateLabels)));

    static InputException NoPrivateKey(InputFile file, IReadOnlyList<FileObject> objects)
    {
        var (found, conversion) = (FileObjects.Describe(file, objects), FileObjects.Conversion(file, objects));
        if (objects.Count == 0) return file.Invalid(
            "KeyNotRecognised", $"this is {found}.", conversion
            ?? "A private key file begins with '-----BEGIN' (PEM) or with the byte 30 (DER).");
        // A DER file is one object.
        if (objects is [{ Block: null, Shape: var shape }])
        {
            var id = shape switch
            {
                FileShape.Pkcs12 => "KeyInPkcs12",
                FileShape.PublicKey => "KeyIsPublic",
                FileShape.Certificate or FileShape.Request => "KeyIsCertificate",
                _ => "KeyNotFound",
            };
            return file.Invalid(id, $"this is {found}, not a private key.", shape == FileShape.Pkcs12
                ? "Read it with Import-DeviceCredential: the key is the property PrivateKey of the result." : conversion
                ?? "Give the file that holds the private key.");
        }

        var advice = objects.Any(o => o.Shape == FileShape.Certificate)
            ? "This is a certificate file: its key is usually in a file of its own." : "Give the file that holds the private key.";
        return file.Invalid("KeyNotFound", $"the file holds no private key (found: {found}).", conversion ?? advice);
    }

    static DeviceKey ReadObject(InputFile file, FileObject item, char[]? password)
    {
        DerObject.RequireSize(file, item.Bytes, "the key", item.Line);
        switch (item.Shape)
        {
            case FileShape.Sec1Key:
            case FileShape.Pkcs8Key:
                return ReadDer(file, item.Bytes, item.Shape, item.Line);
            case FileShape.EncryptedKey:
                if (password is null) throw PasswordMissing(file);
                var opened = item.Block is { IsEncrypted: true } block ? LegacyEncryption.Decrypt(file, block, password)
                    : KeyEncryption.Decrypt(file, item.Bytes, password);
                return ReadOpened(file, opened ?? throw PasswordWrong(file), item.Line);
            case FileShape.OpenSshKey:
                var ssh = Guard(file, item.Line, () => OpenSshKey.Read(item.Bytes));
                return ssh.Problem is null ? FromParts(file, ssh.Scalar!, ssh.Point, item.Line) :
                    throw Unsupported(file, ssh.Problem, item.Line, FileShapes.Conversion(item.Shape),
                    isP256: ssh.Problem.Contains("P-256"));
            case FileShape.JsonWebKey:
                var (scalar, point, problem) = Guard(file, item.Line, () => JsonWebKey.Read(item.Bytes));
                return problem is null ? FromParts(file, scalar!, point, item.Line) : throw Unsupported(file, problem, item.Line);
            case FileShape.RsaKey:
            case FileShape.DsaKey:
            case FileShape.SymmetricKey:
                throw Unsupported(file, FileShapes.Name(item.Shape).Replace(" private key", " key"), item.Line);
            case FileShape.TpmKey:
                throw Unsupported(file, FileShapes.Name(item.Shape), item.Line, FileShapes.Conversion(item.Shape), isP256: true);
            default:
                throw Malformed(file, DerFault.FindInLength(item.Bytes) ?? "it is not a private key of SEC 1 or PKCS#8", item.Line);
        }
    }

    static DeviceKey ReadDer(InputFile file, byte[] der, FileShape shape, int? line)
    {
        var sequence = ParseSequence(file, der, line);
        if (shape == FileShape.Sec1Key) return FromEcPrivateKey(file, sequence, null, line);
        var (algorithm, inner) = Guard(file, line, () =>
        {
            RequireVersion(sequence, "PKCS#8", 0, 1);
            var info = PrivateKeyInfo.GetInstance(sequence);
            return (info.PrivateKeyAlgorithm, info.PrivateKey.GetOctets());
        });
        try
        {
            if (!IsEc(algorithm)) throw Unsupported(file, DescribeAlgorithm(algorithm), line);
            return FromEcPrivateKey(file, ParseSequence(file, inner, line), algorithm, line);
        }
        finally
        {
            Array.Clear(inner, 0, inner.Length);
        }
    }

    // An encrypted key may be in a file that others can read.
    internal static DeviceKey ReadOpened(InputFile file, byte[] opened, int? line)
    {
        try
        {
            var shape = FileShapes.Of(opened);
            // A wrong password can give a correct padding by chance.
            if (shape == FileShape.Unknown) throw PasswordWrong(file);
            if (shape is not (FileShape.Sec1Key or FileShape.Pkcs8Key)) throw Unsupported(file, FileShapes.Name(shape), line);
            var key = ReadDer(file, opened, shape, line);
            key.ExposedIn = null;
            return key;
        }
        finally
        {
            Array.Clear(opened, 0, opened.Length);
        }
    }

    // The two halves as some formats hold them, without a structure that names the curve.
    static DeviceKey FromParts(InputFile file, byte[] scalar, byte[]? point, int? line)
    {
        try
        {
            return FromEcPrivateKey(file, scalar, X9ObjectIdentifiers.Prime256v1, point, null, line);
        }
        finally
        {
            Array.Clear(scalar, 0, scalar.Length);
        }
    }

    static DeviceKey FromEcPrivateKey(InputFile file, Asn1Sequence sequence, AlgorithmIdentifier? algorithm, int? line)
    {
        var (scalar, curve, embedded) = Guard(file, line, () =>
        {
            RequireVersion(sequence, "SEC 1", 1, 1);
            var d = Asn1OctetString.GetInstance(sequence[1]).GetOctets();
            Asn1Encodable? parameters = null;
            byte[]? point = null;
            for (var i = 2; i < sequence.Count; i++)
            {
                var tagged = Asn1TaggedObject.GetInstance(sequence[i]);
                if (tagged.TagNo == 0) parameters = tagged.GetExplicitBaseObject();
                else if (tagged.TagNo == 1) point = DerBitString.GetInstance(tagged, true).GetBytes();
                else throw new UnreadableException($"its structure (SEC 1) has an unknown field of tag {tagged.TagNo}");
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

    static DeviceKey FromEcPrivateKey(InputFile file, byte[] scalar, Asn1Encodable? curve, byte[]? embedded,
        AlgorithmIdentifier? algorithm, int? line)
    {
        var named = algorithm?.Parameters ?? curve;
        if (named is not null && !CurveParameters.AreP256(named)) throw Unsupported(file, DescribeCurve(named), line);
        if (curve is not null && !CurveParameters.AreP256(curve))
            throw file.Invalid("KeyCurvesDiffer", "the private key names two different curves.",
            "Export it again from its source.", line);

        var d = Normalise(scalar);
        var isInRange = d is not null && P256.IsScalar(d);
        var q = isInRange ? P256.PublicPoint(d!) : null;
        var isPair = q is not null && embedded is not null && P256.Decompress(embedded) is { } given && given.AsSpan().SequenceEqual(q);
        // A point that fits the number on P-256 shows the curve as reliably as its name.
        if (named is null && !isPair) throw file.Invalid(
            "KeyWithoutCurve", "the private key does not name its curve.",
            "Export it again, with the curve's name, from its source: openssl ec -param_enc named_curve.", line);
        if (q is null) throw file.Invalid("KeyOutOfRange", "the private key is not a number from 1 to n-1 of P-256.",
            "The file is damaged, or the key is of another curve: copy it again from its source.", line);
        if (embedded is not null && !isPair)
            throw file.Invalid("KeyHalvesDiffer", "the public key inside the file does not belong to the private key.",
                "The file is damaged: export the key again from its source.", line);
        return new DeviceKey(d, q) { ExposedIn = FileExposure.Find(file.Path) };
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

    // What was thrown is dropped: a parser's message may quote the bytes, and these are a key's.
    // A number of a version fits in a byte; a longer one may be a key's, and is not shown.
    static void RequireVersion(Asn1Sequence sequence, string structure, int minimum, int maximum)
    {
        var version = DerInteger.GetInstance(sequence[0]).Value;
        var number = version.BitLength < 8 ? version.IntValue : (int?)null;
        if (number >= minimum && number <= maximum) return;
        var expected = minimum == maximum ? $"{minimum}" : $"{minimum} or {maximum}";
        var found = number?.ToString(CultureInfo.InvariantCulture) ?? "another";
        throw new UnreadableException($"expected version {expected} of its structure ({structure}), found {found}");
    }

    static T Guard<T>(InputFile file, int? line, Func<T> parse) =>
        Guarded.Parse(parse, e => Malformed(file, UnreadableException.ReasonOf(e) ?? "it is damaged or incomplete", line));

    static InputException Malformed(InputFile file, string reason, int? line) =>
        file.Invalid("KeyMalformed", $"the private key cannot be read: {reason}.", "Write or copy the file again.", line);

    static bool IsEc(AlgorithmIdentifier algorithm) => algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey);

    /// <summary>The size of an RSA key in bits; null when it is not one, or damaged.</summary>
    internal static int? FindRsaSize(SubjectPublicKeyInfo info) =>
        info.Algorithm.Algorithm.Equals(PkcsObjectIdentifiers.RsaEncryption)
            ? Guarded.TryParse(() => RsaPublicKeyStructure.GetInstance(info.ParsePublicKey()))?.Modulus.BitLength
            : null;

    internal static string DescribeAlgorithm(AlgorithmIdentifier algorithm)
    {
        var oid = algorithm.Algorithm;
        if (oid.Equals(X9ObjectIdentifiers.IdECPublicKey)) return DescribeCurve(algorithm.Parameters);
        if (oid.Equals(PkcsObjectIdentifiers.RsaEncryption) || oid.Equals(PkcsObjectIdentifiers.IdRsassaPss)) return "an RSA key";
        if (oid.Equals(EdECObjectIdentifiers.id_Ed25519)) return "an Ed25519 key";
        if (oid.Equals(EdECObjectIdentifiers.id_Ed448)) return "an Ed448 key";
        if (oid.Equals(EdECObjectIdentifiers.id_X25519)) return "an X25519 key";
        if (oid.Equals(EdECObjectIdentifiers.id_X448)) return "an X448 key";
        if (oid.Equals(X9ObjectIdentifiers.IdDsa)) return "a DSA key";
        if (oid.Equals(PkcsObjectIdentifiers.DhKeyAgreement) || oid.Equals(X9ObjectIdentifiers.DHPublicNumber))
            return "a Diffie-Hellman key";
        if (oid.Equals(EcDiffieHellman)) return "a key of the algorithm id-ecDH";
        return $"a key of the algorithm {oid.Id}";
    }

    static string DescribeCurve(Asn1Encodable? parameters)
    {
        if (parameters?.ToAsn1Object() is null or Asn1Null) return "an EC key that does not name its curve";
        if (parameters.ToAsn1Object() is not DerObjectIdentifier oid)
            return "an EC key with explicit curve "
                + $"parameters{(CurveParameters.AreP256(parameters) ? " instead of the curve's name" : " that are not P-256's")}";
        return oid.Equals(X9ObjectIdentifiers.Prime256v1) ? P256Key
            : $"an EC key on the curve {ECNamedCurveTable.GetName(oid) ?? oid.Id}";
    }

    static InputException Unsupported(InputFile file, string what, int? line, string? conversion = null, bool isP256 = false) =>
        file.Invalid(UnsupportedId, $"this is {what}.", isP256 ? conversion : UseP256, line);

    internal static InputException PasswordMissing(InputFile file) =>
        new("PasswordMissing", ErrorKind.Authentication, "the private key is encrypted, and no password was given.",
            "Give -Password (a SecureString).", file.Path);

    internal static InputException PasswordWrong(InputFile file) =>
        new("PasswordWrong", ErrorKind.Authentication, "the password does not open the private key, or the file is damaged.",
            "Check the password. One that was read from a file can end with a line feed: Get-Content -Raw keeps it.", file.Path);
}
