using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// The fields of a Certificate (RFC 5280, 4.1), parsed but not judged: wrong values are kept, so that
/// the rules can name them; only bytes that cannot be read as a certificate are refused.
/// </summary>
internal sealed class CertificateFields
{
    string? _subjectKey;
    string? _issuerKey;

    /// <exception cref="ArgumentException">The bytes are not a Certificate. (BouncyCastle throws others of its own;
    /// <see cref="CertificateReader"/> knows them.)</exception>
    public CertificateFields(byte[] der)
    {
        var certificate = (Asn1Sequence)Asn1Object.FromByteArray(der);
        // BouncyCastle reads BER; encoding again shows whether it was DER, and forces everything to be read now.
        var encoded = certificate.GetEncoded(Asn1Encodable.Der);
        IsDer = encoded.AsSpan().SequenceEqual(der);
        if (certificate.Count != 3) throw new UnreadableException(
            $"expected 3 parts (content, algorithm, signature), found {certificate.Count}");
        var tbs = (Asn1Sequence)certificate[0];
        Tbs = SignedBytes(der) ?? tbs.GetEncoded(Asn1Encodable.Der);
        OuterAlgorithm = AlgorithmIdentifier.GetInstance(certificate[1]);
        var signature = (DerBitString)certificate[2];
        if (signature.PadBits != 0) throw new UnreadableException(
            $"its signature has {signature.PadBits} unused bits, expected none");
        Signature = signature.GetOctets();

        var i = 0;
        if (tbs[0] is Asn1TaggedObject { TagNo: 0 } version)
        {
            Version = DerInteger.GetInstance(version, true).IntValueExact + 1;
            // DER leaves the default out.
            if (Version == 1) IsDer = false;
            i++;
        }

        Serial = ((DerInteger)tbs[i++]).Value;
        InnerAlgorithm = AlgorithmIdentifier.GetInstance(tbs[i++]);
        Issuer = (Asn1Sequence)tbs[i++];
        var validity = (Asn1Sequence)tbs[i++];
        if (validity.Count != 2) throw new UnreadableException($"expected 2 times in its validity, found {validity.Count}");
        RawNotBefore = validity[0].ToAsn1Object();
        RawNotAfter = validity[1].ToAsn1Object();
        NotBefore = ReadTime(RawNotBefore);
        NotAfter = ReadTime(RawNotAfter);
        Subject = (Asn1Sequence)tbs[i++];
        KeyInfo = SubjectPublicKeyInfo.GetInstance(tbs[i++]);
        for (var last = 0; i < tbs.Count; i++)
        {
            // The unique identifiers (1 and 2) and the extensions (3): each once, in this order, or readers would differ in which counts.
            var tagged = (Asn1TaggedObject)tbs[i];
            if (tagged.TagNo <= last || tagged.TagNo > 3)
                throw new UnreadableException("an unexpected or duplicate field follows its key");
            last = tagged.TagNo;
            if (last == 3) Extensions = ReadExtensions(Asn1Sequence.GetInstance(tagged, true));
        }

        // Names are read here once, so that a malformed name is refused now and not when a property is read.
        SubjectDer = Subject.GetEncoded(Asn1Encodable.Der);
        SubjectText = DistinguishedName.Format(Subject);
        IssuerDer = Issuer.GetEncoded(Asn1Encodable.Der);
        IssuerText = DistinguishedName.Format(Issuer);
    }

    /// <summary>The subject in the form in which names are compared.</summary>
    public string SubjectKey => _subjectKey ??= DistinguishedName.Normalise(Subject);

    /// <summary>The issuer in the form in which names are compared.</summary>
    public string IssuerKey => _issuerKey ??= DistinguishedName.Normalise(Issuer);

    /// <summary>Takes what is the same in another certificate from there, with all that was read in it.</summary>
    public void Share(CertificateFields other)
    {
        if (other.IssuerDer.AsSpan().SequenceEqual(IssuerDer)) _issuerKey = other.IssuerKey;
        Extensions = [.. Extensions.Select((own, i) =>
            i < other.Extensions.Count && own.IsSame(other.Extensions[i]) ? other.Extensions[i] : own)];
    }

    /// <summary>Whether the certificate as a whole is DER: one canonical encoding (X.690, 10 and 11).</summary>
    public bool IsDer { get; private set; }

    /// <summary>1, 2 or 3, or whatever number the certificate has.</summary>
    public int Version { get; } = 1;

    /// <summary>The signed part, as it came.</summary>
    public byte[] Tbs { get; }
    public BigInteger Serial { get; }
    public AlgorithmIdentifier InnerAlgorithm { get; }
    public AlgorithmIdentifier OuterAlgorithm { get; }
    public Asn1Sequence Issuer { get; }
    public Asn1Sequence Subject { get; }
    public string IssuerText { get; }
    public string SubjectText { get; }
    public byte[] IssuerDer { get; }
    public byte[] SubjectDer { get; }
    public Asn1Object RawNotBefore { get; }
    public Asn1Object RawNotAfter { get; }
    public DateTime NotBefore { get; }
    public DateTime NotAfter { get; }
    public SubjectPublicKeyInfo KeyInfo { get; }
    public byte[] Signature { get; }
    public IReadOnlyList<ExtensionField> Extensions { get; private set; } = [];

    public ExtensionField? Extension(DerObjectIdentifier id)
    {
        for (var i = 0; i < Extensions.Count; i++)
        {
            if (Extensions[i].Id.Equals(id)) return Extensions[i];
        }

        return null;
    }

    // The signature covers the bytes as they came, even where they are not DER. Null for an indefinite length (BER).
    static byte[]? SignedBytes(byte[] certificate)
    {
        var at = 2 + (certificate[1] > 0x80 ? certificate[1] & 0x7F : 0);
        return DerObject.Length(certificate, at) is { } length && length <= certificate.Length - at
            ? certificate.AsSpan(at, length).ToArray() : null;
    }

    IReadOnlyList<ExtensionField> ReadExtensions(Asn1Sequence sequence)
    {
        var list = new List<ExtensionField>(sequence.Count);
        foreach (var element in sequence)
        {
            var extension = Asn1Sequence.GetInstance(element);
            if (extension.Count is < 2 or > 3) throw new UnreadableException(
                $"expected 2 or 3 parts in an extension, found {extension.Count}");
            var critical = false;
            if (extension.Count == 3)
            {
                var flag = (DerBoolean)extension[1];
                critical = flag.IsTrue;
                // DER leaves the default FALSE out and writes TRUE as FF.
                if (!flag.GetEncoded().AsSpan().SequenceEqual(DerBoolean.True.GetEncoded())) IsDer = false;
            }

            var (id, value) = ((DerObjectIdentifier)extension[0], ((Asn1OctetString)extension[extension.Count - 1]).GetOctets());
            list.Add(new ExtensionField(id, critical, value));
        }

        return list;
    }

    static DateTime ReadTime(Asn1Object time) => DateTime.SpecifyKind(time switch
    {
        Asn1UtcTime utc => utc.ToDateTime(2049),
        Asn1GeneralizedTime generalized => generalized.ToDateTime(),
        _ => throw new UnreadableException("a time in its validity is neither UTCTime nor GeneralizedTime"),
    }, DateTimeKind.Utc);
}
