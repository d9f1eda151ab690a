namespace DeviceCreds;

/// <summary>Reads revocation lists out of a file (see <see cref="FileObjects"/>): one or many, also out of PKCS#7 containers.</summary>
internal static class RevocationListReader
{
    // RFC 7468, 6: CRL is what a few old tools write.
    static readonly string[] Labels = ["X509 CRL", "CRL"];

    /// <inheritdoc cref="CertificateRevocationList.Read(InputFile)"/>
    public static IReadOnlyList<CertificateRevocationList> Read(InputFile file)
    {
        var objects = FileObjects.Find(file);
        try
        {
            var lists = new List<CertificateRevocationList>();
            foreach (var item in objects)
            {
                if (item.Shape == FileShape.Pkcs7) lists.AddRange(
                    Pkcs7.RevocationLists(file, item).Select(der => Parse(file, der, item.Line)));
                else if (lists.Count > 0 && item.Block is null && item.Shape == FileShape.Unknown) throw Trailing(file, item.Bytes.Length);
                else if (IsList(item)) lists.Add(Parse(file, item.Bytes, item.Line));
            }

            return lists.Count > 0 ? lists : throw NotFound(file, objects);
        }
        finally
        {
            // A key may stand beside them.
            FileObjects.Wipe(file, objects);
        }
    }

    // A damaged object is recognised only by its label, or by its place in a DER file.
    static bool IsList(FileObject item) =>
        item.Shape == FileShape.RevocationList || (item.Shape == FileShape.Unknown && (item.Block is null || item.IsLabelled(Labels)));

    static InputException Trailing(InputFile file, int length) =>
        file.Invalid("RevocationListMalformed", $"{MessageText.BytesFollow(length)} the revocation list, which a list does not have.",
            "If the file was copied, copy it again; otherwise ask the CA for a correct one.");

    static InputException NotFound(InputFile file, IReadOnlyList<FileObject> objects)
    {
        var (found, conversion) = (FileObjects.Describe(file, objects), FileObjects.Conversion(file, objects));
        return objects.Count == 0
            ? file.Invalid("RevocationListNotRecognised", $"this is {found}.",
                conversion ?? "A revocation list begins with '-----BEGIN X509 CRL-----' (PEM) or with the byte 30 (DER).")
            : file.Invalid("RevocationListNotFound", $"the file holds no revocation list (found: {found}).",
                conversion ?? "Give the file that openssl ca -gencrl or New-CertificateRevocationList wrote.");
    }

    static CertificateRevocationList Parse(InputFile file, byte[] der, int? line) =>
        Guarded.Parse(() => new CertificateRevocationList(der), e =>
    {
        var reason = UnreadableException.ReasonOf(e) ?? DerFault.Find(der) ?? "it does not have the structure of a list (RFC 5280, 5.1)";
        return file.Invalid("RevocationListMalformed", $"the revocation list cannot be read: {reason}.",
            "If the file was copied, copy it again; otherwise ask the CA for a correct one.", line, inner: e);
    });
}
