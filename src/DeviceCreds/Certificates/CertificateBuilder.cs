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
    readonly Asn1Encodable _issuer;
    readonly DerSequence? _authorityKeyIdentifier;
    readonly DerSequence[] _fixedExtensions;

    /// <summary>
    /// What is the same for every certificate of one issuer and profile is encoded once, here. A root has no issuer: it names
    /// itself.
    /// </summary>
    public CertificateBuilder(CertificateProfile profile, ICertificateSigner signer, DeviceCertificate? issuer, int? pathLength = null)
    {
        _profile = profile;
        _signer = signer;
        _issuer = issuer?.Fields.Subject ?? DerSequence.Empty;
        if (issuer is not null)
        {
            var identifier = Extensions.SubjectKeyIdentifier(issuer.Fields) ?? Extensions.KeyIdentifier(signer.PublicPoint);
            _authorityKeyIdentifier = Extensions.Write(X509Extensions.AuthorityKeyIdentifier, false,
                new DerSequence(new DerTaggedObject(false, 0, new DerOctetString(identifier))));
        }

        _fixedExtensions = [.. FixedExtensions(pathLength)];
    }

    /// <summary>A signed certificate in DER.</summary>
    public byte[] Build(BigInteger serial, Asn1Sequence subject, ValidityPeriod validity, byte[] point, CancellationToken cancel = default)
    {
        var tbs = new DerSequence(
            Version3,
            new DerInteger(serial),
            Algorithms.EcdsaWithSha256,
            _authorityKeyIdentifier is null ? subject : _issuer,
            new DerSequence(new Time(validity.NotBefore), new Time(validity.NotAfter)),
            subject,
            Asn1Object.FromByteArray(KeyCodec.EncodePublic(point)),
            new DerTaggedObject(true, 3, new DerSequence(AllExtensions(point)))).GetDerEncoded();
        var signature = _signer.Sign(tbs, cancel);
        return Wrap(tbs, signature);
    }

    Asn1Encodable[] AllExtensions(byte[] point)
    {
        var subjectKeyIdentifier = Extensions.Write(X509Extensions.SubjectKeyIdentifier, false,
            new DerOctetString(Extensions.KeyIdentifier(point)));
        return _authorityKeyIdentifier is null
            ? [.. _fixedExtensions, subjectKeyIdentifier]
            : [.. _fixedExtensions, subjectKeyIdentifier, _authorityKeyIdentifier];
    }

    IEnumerable<DerSequence> FixedExtensions(int? pathLength)
    {
        var constraints = !_profile.IsCertificateAuthority ? new BasicConstraints(false)
            : pathLength is { } length ? new BasicConstraints(length)
            : new BasicConstraints(true);
        yield return Extensions.Write(X509Extensions.BasicConstraints, true, constraints);
        yield return Extensions.Write(X509Extensions.KeyUsage, true, new KeyUsage((int)_profile.KeyUsage));
        if (_profile.ExtendedKeyUsage is { } purpose)
            yield return Extensions.Write(X509Extensions.ExtendedKeyUsage, false, new DerSequence(purpose));
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
