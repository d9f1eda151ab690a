using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>Reads certificates out of any file: PEM or DER, one or many, with text around them.</summary>
internal static class CertificateReader
{
    static readonly string[] Labels = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];

    /// <summary>Every certificate of the file, in the file's order.</summary>
    /// <exception cref="InputException">There is none, or one cannot be read.</exception>
    public static IReadOnlyList<DeviceCertificate> Read(InputFile file)
    {
        var text = file.LooksLikeDer ? "" : file.Text;
        if (Pem.IsPem(text)) return ReadPem(file);
        if (!file.LooksLikeDer) throw file.Invalid("CertificateNotRecognised", "this is neither PEM nor DER.", "A certificate file holds '-----BEGIN CERTIFICATE-----' (PEM) or begins with the byte 30 (DER).");
        return ReadDer(file);
    }

    static IReadOnlyList<DeviceCertificate> ReadPem(InputFile file)
    {
        var blocks = Pem.Parse(file);
        var certificates = blocks.Where(b => Labels.Contains(b.Label)).ToList();
        // A key may stand beside them.
        foreach (var other in blocks.Except(certificates)) Array.Clear(other.Bytes, 0, other.Bytes.Length);
        if (certificates.Count == 0)
        {
            var found = Pem.Labels(blocks);
            throw file.Invalid("CertificateNotFound", $"the file holds no certificate (found: {(found.Length == 0 ? "no complete PEM block" : found)}).", "Give the file that holds the certificate; a key or a request is something else.");
        }

        return certificates.Select((block, i) => Parse(file, FirstObject(block), i + 1, FileEncoding.Pem, block.Line)).ToList();
    }

    // OpenSSL's TRUSTED CERTIFICATE appends its trust settings to the certificate.
    static byte[] FirstObject(PemBlock block) =>
        block.Label == "TRUSTED CERTIFICATE" && DerObject.Length(block.Bytes, 0) is { } length && length < block.Bytes.Length ? block.Bytes.AsSpan(0, length).ToArray() : block.Bytes;

    static IReadOnlyList<DeviceCertificate> ReadDer(InputFile file)
    {
        var list = new List<DeviceCertificate>();
        for (var at = 0; at < file.Bytes.Length;)
        {
            if (file.Bytes[at] != 0x30 || DerObject.Length(file.Bytes, at) is not { } length || length > file.Bytes.Length - at)
            {
                throw at == 0
                    ? file.Invalid("CertificateTruncated", $"the certificate is cut short or damaged: the file has {file.Bytes.Length:N0} bytes, its own length field says otherwise.", "Write or copy the file again.")
                    : file.Invalid("CertificateTrailingData", $"{file.Bytes.Length - at:N0} bytes follow the certificate that are no certificate.", "Write or copy the file again.");
            }

            list.Add(Parse(file, file.Bytes.AsSpan(at, length).ToArray(), list.Count + 1, FileEncoding.Der, null));
            at += length;
        }

        return list;
    }

    static DeviceCertificate Parse(InputFile file, byte[] der, int position, FileEncoding encoding, int? line)
    {
        DerObject.RequireSize(file, der, "the certificate", line);
        try
        {
            return new DeviceCertificate(der, file.Path, position, encoding);
        }
        catch (Exception e) when (DerObject.IsParsingError(e))
        {
            var which = position == 1 ? "the certificate" : $"certificate {position} of the file";
            throw Describe(der) is { } other and not Certificate
                ? file.Invalid("CertificateNotFound", $"this is {other}, not a certificate.", other == DerObject.Pkcs12 ? "Read it with Import-DeviceCredential: the Chain of what comes out has the certificates." : "Give the file that holds the certificate.", line)
                : file.Invalid("CertificateMalformed", $"{which} is damaged or cut short.", "Write or copy the file again.", line, inner: e);
        }
    }

    internal const string Certificate = "a certificate";
    internal const string Request = "a certificate signing request";

    /// <summary>What a file in DER seems to be, by its outer form; null when that says nothing.</summary>
    internal static string? Describe(byte[] der)
    {
        try
        {
            var sequence = (Asn1Sequence)Asn1Object.FromByteArray(der);
            return (sequence.Count > 0 ? sequence[0] : null, sequence.Count > 1 ? sequence[1] : null) switch
            {
                (DerInteger version, Asn1Sequence) when version.HasValue(3) => DerObject.Pkcs12,
                (DerInteger, Asn1OctetString or Asn1Sequence) => "a private key",
                (Asn1Sequence, Asn1OctetString) => "an encrypted private key",
                (Asn1Sequence, DerBitString) => "a public key",
                (Asn1Sequence info, Asn1Sequence) when info.Count > 0 && info[0] is DerInteger { } version && version.HasValue(0) && sequence.Count == 3 => Request,
                (Asn1Sequence, Asn1Sequence) when sequence.Count == 3 => Certificate,
                (DerObjectIdentifier, _) => "a PKCS#7 or CMS container",
                _ => null,
            };
        }
        catch (Exception e) when (DerObject.IsParsingError(e))
        {
            return null;
        }
    }
}
