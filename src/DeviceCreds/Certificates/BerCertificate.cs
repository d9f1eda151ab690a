using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>Reads the fields of any certificate with BouncyCastle, which reads BER as well: <see cref="CertificateFields.Read"/>.</summary>
internal static class BerCertificate
{
    /// <exception cref="ArgumentException">The bytes are not a Certificate. (BouncyCastle throws others of its own;
    /// <see cref="CertificateReader"/> knows them.)</exception>
    public static CertificateFields Read(byte[] der)
    {
        var certificate = (Asn1Sequence)Asn1Object.FromByteArray(der);
        // Encoding again shows whether it was DER, and forces everything to be read now.
        var isDer = certificate.GetEncoded(Asn1Encodable.Der).AsSpan().SequenceEqual(der);
        if (certificate.Count != 3) throw new UnreadableException(
            $"expected 3 parts (content, algorithm, signature), found {certificate.Count}");
        var tbs = (Asn1Sequence)certificate[0];
        var signature = (DerBitString)certificate[2];
        var outerAlgorithm = AlgorithmIdentifier.GetInstance(certificate[1]);
        if (signature.PadBits != 0) throw new UnreadableException(
            $"its signature has {signature.PadBits} unused bits, expected none");

        var (i, number) = (0, 1);
        if (tbs[0] is Asn1TaggedObject { TagNo: 0 } version)
        {
            number = DerInteger.GetInstance(version, true).IntValueExact + 1;
            // DER leaves the default out.
            if (number == 1) isDer = false;
            i++;
        }

        var serial = ((DerInteger)tbs[i++]).Value;
        var innerAlgorithm = AlgorithmIdentifier.GetInstance(tbs[i++]);
        var issuer = (Asn1Sequence)tbs[i++];
        var validity = (Asn1Sequence)tbs[i++];
        if (validity.Count != 2) throw new UnreadableException($"expected 2 times in its validity, found {validity.Count}");
        var (notBefore, notAfter) = (validity[0].ToAsn1Object(), validity[1].ToAsn1Object());
        var times = (ReadTime(notBefore), ReadTime(notAfter));
        var subject = (Asn1Sequence)tbs[i++];
        var keyInfo = SubjectPublicKeyInfo.GetInstance(tbs[i++]);
        IReadOnlyList<ExtensionField> extensions = [];
        for (var last = 0; i < tbs.Count; i++)
        {
            // The unique identifiers (1 and 2) and the extensions (3): each once, in this order, or readers would differ in which counts.
            var tagged = (Asn1TaggedObject)tbs[i];
            if (tagged.TagNo <= last || tagged.TagNo > 3)
                throw new UnreadableException("an unexpected or duplicate field follows its key");
            last = tagged.TagNo;
            if (last == 3) extensions = ReadExtensions(Asn1Sequence.GetInstance(tagged, true), ref isDer);
        }

        var fields = new CertificateFields
        {
            Issuer = issuer, Subject = subject, IssuerDer = issuer.GetEncoded(Asn1Encodable.Der),
            SubjectDer = subject.GetEncoded(Asn1Encodable.Der), KeyInfoDer = keyInfo.GetEncoded(Asn1Encodable.Der),
            IsDer = isDer, Version = number, Tbs = SignedBytes(der) ?? tbs.GetEncoded(Asn1Encodable.Der), Serial = serial,
            InnerAlgorithm = innerAlgorithm, OuterAlgorithm = outerAlgorithm, RawNotBefore = notBefore.GetEncoded(),
            RawNotAfter = notAfter.GetEncoded(), NotBefore = times.Item1, NotAfter = times.Item2, Signature = signature.GetOctets(),
            Extensions = [.. extensions],
        };
        // Read now, so that a malformed name is refused now and not when a property is read.
        _ = (fields.SubjectText, fields.IssuerText);
        return fields;
    }

    // The signature covers the bytes as they came, even where they are not DER. Null for an indefinite length (BER).
    static byte[]? SignedBytes(byte[] certificate)
    {
        var at = 2 + (certificate[1] > 0x80 ? certificate[1] & 0x7F : 0);
        return DerObject.Length(certificate, at) is { } length && length <= certificate.Length - at
            ? certificate.AsSpan(at, length).ToArray() : null;
    }

    static List<ExtensionField> ReadExtensions(Asn1Sequence sequence, ref bool isDer)
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
                if (!flag.GetEncoded().AsSpan().SequenceEqual(DerBoolean.True.GetEncoded())) isDer = false;
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
