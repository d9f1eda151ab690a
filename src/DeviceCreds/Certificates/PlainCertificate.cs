using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// Reads certificates of the form that nearly all devices have, without a parser's objects, which take a hundred times their bytes:
/// version 3 in DER, signed with ecdsa-with-SHA256, a named key on P-256, names in ASCII, and nothing unusual. It says nothing
/// about any other certificate: <see cref="BerCertificate"/> reads it.
/// </summary>
internal static class PlainCertificate
{
    const byte ExtensionsTag = 0xA3, Utf8String = 0x0C, PrintableString = 0x13, True = 0xFF;
    const int MaximumAttributes = 16;

    static readonly byte[] Version3 = [DerCursor.Context0, 3, DerCursor.Integer, 1, 2];
    static readonly byte[] EcdsaWithSha256 = Algorithms.EcdsaWithSha256.GetDerEncoded();

    /// <summary>The fields; null when the certificate has another form, or is damaged.</summary>
    public static CertificateFields? TryRead(byte[] der)
    {
        try
        {
            return Read(der);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    static CertificateFields? Read(byte[] der)
    {
        var file = new DerCursor(der, 0, der.Length);
        var certificate = file.Enter(DerCursor.Sequence);
        var inner = certificate;
        var tbs = certificate.Whole(DerCursor.Sequence);
        var signed = inner.Enter(DerCursor.Sequence);
        if (!certificate.TryTake(EcdsaWithSha256) || WholeBytes(ref certificate) is not { } signature) return null;
        if (!certificate.IsAtEnd || !file.IsAtEnd || !signed.TryTake(Version3)) return null;
        var serial = new BigInteger(signed.EnterInteger().ToArray());
        if (!signed.TryTake(EcdsaWithSha256)) return null;
        var issuer = signed.Whole(DerCursor.Sequence);
        var validity = signed.Enter(DerCursor.Sequence);
        var (rawNotBefore, notBefore) = Time(ref validity);
        var (rawNotAfter, notAfter) = Time(ref validity);
        var subject = signed.Whole(DerCursor.Sequence);
        var keyInfo = signed.Whole(DerCursor.Sequence);
        var extensions = signed.IsAtEnd ? [] : Extensions(ref signed);
        if (!validity.IsAtEnd || !signed.IsAtEnd || extensions is null || KeyCodec.TryDecodePublic(keyInfo) is not { } point) return null;
        return Name(issuer) is not { } issuerName || Name(subject) is not { } subjectName ? null : new CertificateFields
        {
            Issuer = issuerName, Subject = subjectName, IssuerDer = issuer, SubjectDer = subject, KeyInfoDer = keyInfo,
            IsDer = true, Version = 3, Tbs = tbs, Serial = serial, InnerAlgorithm = Algorithms.EcdsaWithSha256,
            OuterAlgorithm = Algorithms.EcdsaWithSha256, RawNotBefore = rawNotBefore, RawNotAfter = rawNotAfter, NotBefore = notBefore,
            NotAfter = notAfter, Signature = signature, Extensions = extensions, PlainPoint = point,
        };
    }

    static byte[]? WholeBytes(ref DerCursor at)
    {
        var bits = at.Enter(DerCursor.BitString).Rest;
        return bits is [0, _, ..] ? bits.Slice(1).ToArray() : null;
    }

    static (byte[] Raw, DateTime Time) Time(ref DerCursor at)
    {
        var element = at;
        var time = at.EnterTime();
        return (element.Whole(element.Tag!.Value), time);
    }

    static ExtensionField[]? Extensions(ref DerCursor at)
    {
        var found = new List<ExtensionField>(8);
        var field = at.Enter(ExtensionsTag);
        var all = field.Enter(DerCursor.Sequence);
        if (!field.IsAtEnd) return null;
        while (!all.IsAtEnd)
        {
            var extension = all.Enter(DerCursor.Sequence);
            var id = extension.Enter(DerCursor.ObjectIdentifier).Rest;
            var isCritical = extension.Is(DerCursor.Boolean);
            if (!IsPlainId(id) || (isCritical && extension.Enter(DerCursor.Boolean).Rest is not [True])) return null;
            var value = extension.Enter(DerCursor.OctetString).Rest.ToArray();
            found.Add(new(DerObjectIdentifier.FromContents(id.ToArray()), isCritical, value));
            if (!extension.IsAtEnd) return null;
        }

        return [.. found];
    }

    // Attributes that are texts in ASCII, each in a set of its own.
    static DerSequence? Name(byte[] der)
    {
        var parts = new List<Asn1Encodable>(2);
        for (var name = new DerCursor(der, 0, der.Length).Enter(DerCursor.Sequence); !name.IsAtEnd;)
        {
            var set = name.Enter(DerCursor.Set);
            var attribute = set.Enter(DerCursor.Sequence);
            var id = attribute.Enter(DerCursor.ObjectIdentifier).Rest;
            if (attribute.Tag is not { } tag || tag is not (Utf8String or PrintableString)) return null;
            var text = attribute.Enter(tag).Rest;
            if (!IsPlainId(id) || !IsAscii(text) || !attribute.IsAtEnd || !set.IsAtEnd || parts.Count == MaximumAttributes) return null;
            var value = Encoding.ASCII.GetString(text.ToArray());
            parts.Add(new DerSet(new DerSequence(DerObjectIdentifier.FromContents(id.ToArray()),
                tag == Utf8String ? new DerUtf8String(value) : new DerPrintableString(value))));
        }

        return new DerSequence(parts.ToArray());
    }

    // Each number in one byte.
    static bool IsPlainId(ReadOnlySpan<byte> id) => id.Length > 0 && IsAscii(id);

    static bool IsAscii(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b >= 0x80) return false;
        }

        return true;
    }
}
