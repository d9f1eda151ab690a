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
            var container = Container(file, objects);
            if (container is not null) new Pkcs12Reader(container, password, parts).Read();
            // A request beside its certificate (openssl req -out) is no longer needed.
            var isRequest = objects.Any(o => o.Shape == FileShape.Request);
            if (objects.Any(o => FileShapes.IsPrivateKey(o.Shape) || IsDamaged(o, "PRIVATE KEY"))
                || (!hasCertificate && !isRequest && container is null))
                parts.Keys.Add((parts.FindKey(objects) ?? KeyReader.Read(file, objects, password), file.Path));
        }
        finally
        {
            FileObjects.Wipe(file, objects);
        }
    }

    // Each may demand as much work as a file may.
    static InputFile? Container(InputFile file, IReadOnlyList<FileObject> objects)
    {
        var found = objects.Where(o => o.Shape == FileShape.Pkcs12).Select(o => o.Bytes).ToList();
        if (found.Skip(1).Any(other => !other.AsSpan().SequenceEqual(found[0])))
            throw file.Invalid("Pkcs12Several", $"the file holds {found.Count} PKCS#12 files.", "Put each in a file of its own.");
        return found.Count > 0 ? new InputFile(found[0], file.Path) : null;
    }

    // DER of unknown shape is judged by its beginning: a key begins with a number, its version.
    static bool IsDamaged(FileObject item, string label) => item.Shape == FileShape.Unknown
        && (item.Block is { } block ? block.Label.EndsWith(label, StringComparison.Ordinal) : label == "CERTIFICATE"
            && DerElement.At(item.Bytes, 0, item.Bytes.Length).Elements(item.Bytes).FirstOrDefault().Tag != DerCursor.Integer);
}
