using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds;

/// <summary>
/// Reads certificates from any file (see <see cref="FileObjects"/>), whatever else is in
/// it, from PKCS#7 containers, and from .NET.
/// </summary>
public static class CertificateReader
{
    static readonly string[] Labels = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];

    /// <summary>Every certificate of the file, in the file's order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cache">What came before, which is not read again; null to start with nothing.</param>
    /// <exception cref="InputException">There is none, or one cannot be read.</exception>
    public static IReadOnlyList<DeviceCertificate> Read(InputFile file, CertificateCache? cache = null)
    {
        var objects = FileObjects.Find(file);
        try
        {
            return Read(file, objects, cache is null ? null : cache.Find);
        }
        finally
        {
            FileObjects.Wipe(file, objects);
        }
    }

    /// <summary>The public part of a certificate of .NET's.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static DeviceCertificate From(X509Certificate2 certificate)
    {
        // One that was disposed of has no bytes.
        var der = Guarded.Parse(() => certificate.RawData, e => new InputException("CertificateUnusable", ErrorKind.InvalidArgument,
            "The certificate object is empty: it was disposed of or never loaded.", "Load the certificate again.", inner: e));
        return Parse(new InputFile(der), der, 1, FileEncoding.Der, null, null);
    }

    /// <summary>The certificates in DER with nothing around them, where a device reads them.</summary>
    /// <exception cref="InputException">There is something else, or a certificate cannot be read.</exception>
    internal static IReadOnlyList<DeviceCertificate> ReadDer(InputFile file) => Read(file, FileObjects.Find(file), allowContainers: false);

    /// <summary>The certificates among a file's objects.</summary>
    /// <param name="file">The file.</param>
    /// <param name="objects">Its objects.</param>
    /// <param name="find">Finds the certificate of the same bytes that was read before; null to read all.</param>
    /// <param name="allowContainers">Whether certificates may be in PKCS#7 containers.</param>
    internal static IReadOnlyList<DeviceCertificate> Read(InputFile file, IReadOnlyList<FileObject> objects,
        Func<byte[], DeviceCertificate?>? find = null, bool allowContainers = true)
    {
        var certificates = new List<DeviceCertificate>();
        var isContainer = false;
        foreach (var item in objects)
        {
            if (item.Shape == FileShape.Pkcs7 && allowContainers)
            {
                isContainer = true;
                foreach (var der in Pkcs7.Certificates(file, item)) certificates.Add(
                    Parse(file, der, certificates.Count + 1, item.Encoding, item.Line, find));
            }
            else if (IsCertificate(item))
            {
                certificates.Add(Parse(file, Content(file, item), certificates.Count + 1, item.Encoding, item.Line, find));
            }
        }

        for (var i = 1; i < certificates.Count; i++) certificates[i].ShareParts(certificates[i - 1]);
        return certificates.Count > 0 ? certificates : throw NotFound(file, objects, isContainer);
    }

    // A damaged object is recognised only by its label, or by its place in a DER file.
    static bool IsCertificate(FileObject item) =>
        item.Shape == FileShape.Certificate || (item.Shape == FileShape.Unknown && (item.Block is null || item.IsLabelled(Labels)));

    // OpenSSL's TRUSTED CERTIFICATE appends its trust settings to the certificate.
    static byte[] Content(InputFile file, FileObject item)
    {
        var (der, element) = (item.Bytes, DerElement.At(item.Bytes, 0, item.Bytes.Length));
        if (item.IsLabelled("TRUSTED CERTIFICATE") && element.End < der.Length) return der.AsSpan(0, element.End).ToArray();
        if (item.Block is not null) return der;
        if (element.Tag != DerCursor.Sequence) throw file.Invalid(
            "CertificateTrailingData", $"{MessageText.BytesFollow(der.Length)} the certificate, and this is not another one.",
            "Write or copy the file again.");
        if (element is { Length: not null } && element.End > der.Length)
            throw file.Invalid("CertificateTruncated",
            $"the certificate is incomplete: expected {(long)element.Start + element.Length:N0} bytes, "
            + $"found {der.Length:N0}.", "Write or copy the file again.");
        // The file's own bytes may be overwritten later.
        return ReferenceEquals(der, file.Bytes) ? (byte[])der.Clone() : der;
    }

    static InputException NotFound(InputFile file, IReadOnlyList<FileObject> objects, bool isContainer)
    {
        var (found, conversion) = (FileObjects.Describe(file, objects), FileObjects.Conversion(file, objects));
        if (isContainer) return file.Invalid("CertificateNotFound", "the PKCS#7 container holds no certificate.",
            "Create it again with its certificates: openssl crl2pkcs7 -nocrl -certfile <certificates>.");
        return objects.Count == 0
            ? file.Invalid("CertificateNotRecognised", $"this is {found}.", conversion
                ?? "A certificate file holds '-----BEGIN CERTIFICATE-----' (PEM) or begins with the byte 30 (DER).")
            : file.Invalid("CertificateNotFound", $"the file holds no certificate (found: {found}).", conversion
                ?? "Give the file that holds the certificate.");
    }

    static DeviceCertificate Parse(InputFile file, byte[] der, int position, FileEncoding encoding, int? line,
        Func<byte[], DeviceCertificate?>? find)
    {
        if (find?.Invoke(der) is { } copy) return new DeviceCertificate(copy, file.Path, position, encoding);
        DerObject.RequireSize(file, der, "the certificate", line);
        return Guarded.Parse(() => new DeviceCertificate(der, file.Path, position, encoding), e =>
        {
            var reason = UnreadableException.ReasonOf(e) ?? DerFault.Find(der)
                ?? "it does not have the structure of a certificate (RFC 5280, 4.1)";
            return file.Invalid("CertificateMalformed",
                $"{(position == 1 ? "the certificate" : $"certificate {position} of the file")} cannot be read: "
                + $"{reason}.", "If the file was copied, copy it again; "
                + "otherwise ask who issued the certificate for a correct one.", line, inner: e);
        });
    }
}
