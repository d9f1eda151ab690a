namespace DeviceCreds;

/// <summary>Reads certificates and a key from a file that holds them in any plain form.</summary>
internal static class PlainObjects
{
    /// <exception cref="InputException">There is neither, or one of them cannot be read.</exception>
    public static void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var objects = FileObjects.Find(file);
        try
        {
            var hasCertificate = objects.Any(o => o.Shape is FileShape.Certificate or FileShape.Pkcs7 || IsDamaged(o, "CERTIFICATE"));
            if (hasCertificate) parts.Certificates.AddRange(CertificateReader.Read(file, objects, parts.Find));
            // A request beside its certificate (openssl req -out) is no longer needed.
            var isRequest = objects.Any(o => o.Shape == FileShape.Request);
            if (objects.Any(o => FileShapes.IsPrivateKey(o.Shape) || IsDamaged(o, "PRIVATE KEY"))
                || (!hasCertificate && !isRequest))
                parts.Keys.Add((parts.FindKey(objects) ?? KeyReader.Read(file, objects, password), file.Path));
        }
        finally
        {
            FileObjects.Wipe(file, objects);
        }
    }

    // DER of unknown shape is judged by its beginning: a key begins with a number, its version.
    static bool IsDamaged(FileObject item, string label) => item.Shape == FileShape.Unknown
        && (item.Block is { } block ? block.Label.EndsWith(label, StringComparison.Ordinal) : label == "CERTIFICATE"
            && DerElement.At(item.Bytes, 0, item.Bytes.Length).Elements(item.Bytes).FirstOrDefault().Tag != DerCursor.Integer);
}
