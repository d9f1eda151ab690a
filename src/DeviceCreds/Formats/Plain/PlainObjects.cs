namespace DeviceCreds;

/// <summary>Takes certificates and a key out of a file that holds them as they are, whatever they are wrapped in.</summary>
internal static class PlainObjects
{
    /// <exception cref="InputException">There is neither, or one of them cannot be read.</exception>
    public static void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var objects = FileObjects.Find(file);
        try
        {
            var hasCertificate = objects.Any(o => o.Shape is FileShape.Certificate or FileShape.Pkcs7 || IsDamaged(o, "CERTIFICATE"));
            if (hasCertificate) parts.Certificates.AddRange(CertificateReader.Read(file, objects));
            // A request beside its certificate (openssl req -out) has served its purpose.
            var isRequest = objects.Any(o => o.Shape == FileShape.Request);
            if (objects.Any(o => FileShapes.IsPrivateKey(o.Shape) || IsDamaged(o, "PRIVATE KEY"))
                || (!hasCertificate && !isRequest)) parts.Keys.Add((KeyReader.Read(file, objects, password), file.Path));
        }
        finally
        {
            FileObjects.Wipe(file, objects);
        }
    }

    // What DER without a known shape should be only its beginning tells: a key's is a number, its version.
    static bool IsDamaged(FileObject item, string label) => item.Shape == FileShape.Unknown
        && (item.Block is { } block ? block.Label.EndsWith(label, StringComparison.Ordinal) : label == "CERTIFICATE"
            && DerElement.At(item.Bytes, 0, item.Bytes.Length).Elements(item.Bytes).FirstOrDefault().Tag != DerCursor.Integer);
}
