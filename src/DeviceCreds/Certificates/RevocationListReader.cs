namespace DeviceCreds;

/// <summary>Reads revocation lists out of a file: PEM or DER, one or many.</summary>
internal static class RevocationListReader
{
    // RFC 7468, 6: CRL is what a few old tools write.
    static readonly string[] Labels = ["X509 CRL", "CRL"];

    /// <inheritdoc cref="CertificateRevocationList.Read(InputFile)"/>
    public static IReadOnlyList<CertificateRevocationList> Read(InputFile file)
    {
        // Looking for PEM inside a large list in DER would cost more than reading it.
        if (IsOneObject(file.Bytes))
            return [Parse(file, file.Bytes, null)];
        if (file.LooksLikeDer)
            return [.. Objects(file).Select(der => Parse(file, der, null))];
        if (!Pem.IsPem(file.Text))
            throw file.Invalid(
                "RevocationListNotRecognised",
                "this is neither PEM nor DER.",
                "A revocation list begins with '-----BEGIN X509 CRL-----' (PEM) or with the byte 30 (DER)."
            );
        var blocks = Pem.Parse(file);
        var lists = blocks.Where(b => Labels.Contains(b.Label)).ToList();
        // A key may stand beside them.
        foreach (var other in blocks.Except(lists))
            Array.Clear(other.Bytes, 0, other.Bytes.Length);
        if (lists.Count == 0)
            throw file.Invalid(
                "RevocationListNotFound",
                $"the file holds no revocation list (found: {Pem.Labels(blocks)}).",
                "Give the file that holds the list."
            );
        return [.. lists.Select(b => Parse(file, b.Bytes, b.Line))];
    }

    static bool IsOneObject(byte[] bytes) =>
        bytes.Length > 0 && bytes[0] == DerCursor.Sequence && DerObject.Length(bytes, 0) == bytes.Length;

    static IEnumerable<byte[]> Objects(InputFile file)
    {
        for (var at = 0; at < file.Bytes.Length; )
        {
            if (
                file.Bytes[at] != DerCursor.Sequence
                || DerObject.Length(file.Bytes, at) is not { } length
                || length > file.Bytes.Length - at
            )
                throw Malformed(
                    file,
                    at == 0
                        ? null
                        : FormattableString.Invariant($"{file.Bytes.Length - at:N0} bytes follow the list that are not another list.")
                );
            yield return file.Bytes.AsSpan(at, length).ToArray();
            at += length;
        }
    }

    static CertificateRevocationList Parse(InputFile file, byte[] der, int? line)
    {
        try
        {
            return new CertificateRevocationList(der);
        }
        catch (Exception e) when (DerObject.IsParsingError(e))
        {
            throw Malformed(file, null, line, e);
        }
    }

    static InputException Malformed(InputFile file, string? what, int? line = null, Exception? inner = null) =>
        file.Invalid(
            "RevocationListMalformed",
            what ?? "this is not a certificate revocation list (X.509 CRL), or it is damaged.",
            "Give the file that openssl ca -gencrl or New-CertificateRevocationList wrote.",
            line,
            inner: inner
        );
}
