using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>Builds an X.509 v3 certificate (RFC 5280, 4.1) as a profile says, and has it signed.</summary>
internal sealed class CertificateBuilder
{
    static readonly DerTaggedObject Version3 = new(true, 0, DerInteger.ValueOf(2));

    readonly CertificateProfile _profile;
    readonly ICertificateSigner _signer;
    readonly Asn1Sequence? _issuer;
    readonly DerSequence[] _fixedExtensions;
    readonly DerSequence[] _issuerExtensions;

    /// <summary>
    /// What is the same for every certificate of one issuer and profile is encoded once, here. A root has no issuer: it names itself.
    /// </summary>
    /// <param name="profile">What the certificates must be.</param>
    /// <param name="signer">The issuer's key; a root's own.</param>
    /// <param name="issuer">The issuer's certificate; null for a root.</param>
    /// <param name="pathLength">How many CAs may stand below a CA.</param>
    /// <param name="uris">Where the issuer publishes its lists and its certificate.</param>
    /// <param name="kept">Extensions of the certificate that this one renews; they replace the profile's.</param>
    public CertificateBuilder(
        CertificateProfile profile, ICertificateSigner signer, DeviceCertificate? issuer, int? pathLength = null,
        AuthorityUris? uris = null, IReadOnlyList<ExtensionField>? kept = null)
    {
        _profile = profile;
        _signer = signer;
        _issuer = issuer?.Fields.Subject;
        _fixedExtensions = [.. FixedExtensions(pathLength, kept ?? [])];
        _issuerExtensions = issuer is null ? [] : [AuthorityKeyIdentifier(issuer), .. (uris ?? AuthorityUris.None).ToExtensions()];
    }

    /// <summary>A signed certificate in DER.</summary>
    public byte[] Build(BigInteger serial, CertificateSubject subject, ValidityPeriod validity, CancellationToken cancel = default)
    {
        var tbs = new DerSequence(
            Version3,
            new DerInteger(serial),
            Algorithms.EcdsaWithSha256,
            _issuer ?? subject.Name,
            new DerSequence(new Time(validity.NotBefore), new Time(validity.NotAfter)),
            subject.Name,
            Asn1Object.FromByteArray(KeyCodec.EncodePublic(subject.Point)),
            new DerTaggedObject(true, 3, new DerSequence(AllExtensions(subject)))).GetDerEncoded();
        var signature = _signer.Sign(tbs, cancel);
        return Wrap(tbs, signature);
    }

    Asn1Encodable[] AllExtensions(CertificateSubject subject)
    {
        var identifier = Extensions.Write(X509Extensions.SubjectKeyIdentifier, false, new DerOctetString(subject.KeyIdentifier));
        if (subject.AlternativeNames is not { } names) return [.. _fixedExtensions, identifier, .. _issuerExtensions];
        var alternative = Extensions.Write(X509Extensions.SubjectAlternativeName, false, names);
        return [.. _fixedExtensions, alternative, identifier, .. _issuerExtensions];
    }

    static DerSequence AuthorityKeyIdentifier(DeviceCertificate issuer)
    {
        var identifier = new DerTaggedObject(false, 0, new DerOctetString(KeyIdentifiers.Of(issuer)));
        return Extensions.Write(X509Extensions.AuthorityKeyIdentifier, false, new DerSequence(identifier));
    }

    IEnumerable<DerSequence> FixedExtensions(int? pathLength, IReadOnlyList<ExtensionField> kept)
    {
        var constraints = !_profile.IsCertificateAuthority ? new BasicConstraints(false)
            : pathLength is { } length ? new BasicConstraints(length) : new BasicConstraints(true);
        yield return Extensions.Write(X509Extensions.BasicConstraints, true, constraints);
        if (!kept.Any(e => e.Id.Equals(X509Extensions.KeyUsage)))
            yield return Extensions.Write(X509Extensions.KeyUsage, true, new KeyUsage((int)_profile.KeyUsage));
        if (_profile.ExtendedKeyUsage is { } purpose)
            yield return Extensions.Write(X509Extensions.ExtendedKeyUsage, false, new DerSequence(purpose));
        foreach (var field in kept) yield return Extensions.Write(field.Id, field.IsCritical, field.Value);
    }

    // The signed bytes are copied into the certificate: encoding them a second time would only take time.
    static byte[] Wrap(byte[] tbs, byte[] signature)
    {
        var tail = KeyCodec.Join(Algorithms.EcdsaWithSha256.GetDerEncoded(), new DerBitString(signature).GetDerEncoded());
        var length = tbs.Length + tail.Length;
        byte[] header = length < 0x100 ? [0x30, 0x81, (byte)length] : [0x30, 0x82, (byte)(length >> 8), (byte)length];
        return KeyCodec.Join(header, tbs, tail);
    }
}
