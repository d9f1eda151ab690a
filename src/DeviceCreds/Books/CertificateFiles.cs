namespace DeviceCreds;

/// <summary>Reads the devices' certificates in one folder, whatever formats they are in.</summary>
internal static class CertificateFiles
{
    // The errors of files that are not a credential's.
    static readonly string[] OtherFiles = ["CredentialNotRecognised", "CertificateNotRecognised", "CertificateNotFound"];

    /// <summary>Reads a folder.</summary>
    public static FoundFolder Read(string folder)
    {
        try
        {
            var folders = Directory.EnumerateDirectories(folder).Where(d => !Staging.Holds(d)).ToLookup(FileKind.IsLink);
            var files = Directory.EnumerateFiles(folder).Where(CredentialImporter.IsOfDevice).Select(StoredFile.OnDisk).ToList();
            var found = Read(folder, [.. folders[false]], files);
            return found.Error is null && folders[true].FirstOrDefault() is { } link
                ? found with { Error = ExportPlace.IsLink(link) } : found;
        }
        catch (Exception e) when (InputFile.Explain(e, folder) is { } explained)
        {
            return new(folder, [], [], explained);
        }
    }

    /// <summary>Reads the files of a folder.</summary>
    public static FoundFolder Read(string folder, IReadOnlyList<string> folders, IReadOnlyList<StoredFile> files)
    {
        var found = new List<FoundCertificate>();
        InputException? error = null;
        foreach (var file in Chosen(files))
        {
            try
            {
                found.AddRange(ReadFile(file));
            }
            catch (InputException e)
            {
                var isCertificate = KindRule.OfFile(file.Path) is { } kind && IsCertificate(file.Name, kind);
                if (isCertificate || !OtherFiles.Contains(e.ErrorId)) error ??= e;
            }
        }

        return new(folder, found, folders, error);
    }

    /// <summary>The files that tell all: of each kind the certificate's own files where there are any, and files of no kind.</summary>
    static IEnumerable<StoredFile> Chosen(IReadOnlyList<StoredFile> files)
    {
        foreach (var kind in KindRule.All)
        {
            var own = files.Where(f => KindRule.OfFile(f.Path) == kind).ToList();
            // Two exports may have left different certificates in two encodings.
            var certificates = own.FindAll(f => FileNames.Plain.Contains(Path.GetExtension(f.Name)) && IsCertificate(f.Name, kind));
            foreach (var file in certificates.Count > 0 ? certificates : own.FindAll(f => !IsKey(f.Name, kind))) yield return file;
        }

        foreach (var file in files.Where(f => KindRule.OfFile(f.Path) is null)) yield return file;
    }

    static bool IsCertificate(string name, CredentialKind kind) => Path.GetFileNameWithoutExtension(name) == FileNames.Certificate(kind);

    static bool IsKey(string name, CredentialKind kind) =>
        name.StartsWith(FileNames.Key(kind), StringComparison.OrdinalIgnoreCase);

    static IEnumerable<FoundCertificate> ReadFile(StoredFile stored)
    {
        using var file = stored.Read();
        var format = CredentialFormats.Recognise(file) ?? throw CredentialImporter.Unknown(file);
        var parts = new CredentialParts();
        // Private keys beside a certificate are not read where that is possible.
        if (format.Sign == FormatSign.Objects) parts.Certificates.AddRange(CertificateReader.Read(file));
        else format.Read(file, null, parts);
        var devices = CertificatePath.Leaves(parts.Certificates).Where(c => !c.IsCertificateAuthority);
        return [.. devices.Select(c => Found(c, parts, stored.Path))];
    }

    static FoundCertificate Found(DeviceCertificate certificate, CredentialParts parts, string path)
    {
        var kind = parts.KindOf(certificate, [path]);
        // As the ledger names it.
        var name = certificate.EndpointName ?? OneLineName.Create(certificate.Fields.Subject);
        return new(name, certificate.AccountId, kind, certificate.SerialNumber, certificate.Fields.NotBefore, certificate.Fields.NotAfter,
            path);
    }
}
