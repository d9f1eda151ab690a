namespace DeviceCreds;

/// <summary>Reads the devices' certificates in one folder, whatever formats they are in.</summary>
internal static class CertificateFiles
{
    // DER first: it is read fastest.
    static readonly string[] PlainEndings = [".der", ".pem"];

    // The errors of files that are not a credential's.
    static readonly string[] OtherFiles = ["CredentialNotRecognised", "CertificateNotRecognised", "CertificateNotFound"];

    /// <summary>Reads a folder.</summary>
    public static FoundFolder Read(string folder)
    {
        try
        {
            var folders = Directory.EnumerateDirectories(folder).Where(d => !Staging.Holds(d) && !FileKind.IsLink(d)).ToList();
            var files = Directory.EnumerateFiles(folder).Where(CredentialImporter.IsOfDevice).Select(StoredFile.OnDisk).ToList();
            return Read(folder, folders, files);
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
                if (!OtherFiles.Contains(e.ErrorId)) error ??= e;
            }
        }

        return new(folder, found, folders, error);
    }

    /// <summary>The files that tell all: of each kind the certificate's own file where there is one, and files of no kind.</summary>
    static IEnumerable<StoredFile> Chosen(IReadOnlyList<StoredFile> files)
    {
        foreach (var kind in KindRule.All)
        {
            var own = files.Where(f => KindRule.OfFile(f.Path) == kind).ToList();
            var certificate = PlainEndings.Select(ending => FileNames.Certificate(kind) + ending)
                .Select(name => own.Find(f => f.Name == name)).FirstOrDefault(f => f is not null);
            if (certificate is not null) yield return certificate;
            else foreach (var file in own.Where(f => !IsKey(f.Name, kind))) yield return file;
        }

        foreach (var file in files.Where(f => KindRule.OfFile(f.Path) is null)) yield return file;
    }

    static bool IsKey(string name, CredentialKind kind) =>
        name.StartsWith(FileNames.Key(kind), StringComparison.OrdinalIgnoreCase);

    static IEnumerable<FoundCertificate> ReadFile(StoredFile stored)
    {
        using var file = stored.Read();
        if (CredentialFormats.Recognise(file) is not { } format) return [];
        var parts = new CredentialParts();
        // Private keys beside a certificate are not read where that is possible.
        if (format.Sign == FormatSign.Objects) parts.Certificates.AddRange(CertificateReader.Read(file));
        else format.Read(file, null, parts);
        var devices = CertificatePath.Leaves(parts.Certificates).Where(c => !c.IsCertificateAuthority);
        return [.. devices.Select(c => Found(c, parts, stored.Path))];
    }

    static FoundCertificate Found(DeviceCertificate certificate, CredentialParts parts, string path)
    {
        var kind = parts.Kinds.TryGetValue(certificate, out var stated) ? stated : KindRule.Of([path], certificate.AccountId);
        return new(certificate.EndpointName ?? "", certificate.AccountId, kind, certificate.SerialNumber, certificate.Fields.NotBefore,
            certificate.Fields.NotAfter, path);
    }
}
