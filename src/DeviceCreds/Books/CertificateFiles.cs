namespace DeviceCreds;

/// <summary>Reads the devices' certificates in one folder, whatever formats they are in.</summary>
internal static class CertificateFiles
{
    static readonly CredentialKind[] Kinds = [CredentialKind.Bootstrap, CredentialKind.Lwm2m];

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
            var files = Directory.EnumerateFiles(folder).Where(CredentialImporter.IsOfDevice).ToList();
            return Read(folder, folders, Chosen(files));
        }
        catch (Exception e) when (InputFile.Explain(e, folder) is { } explained)
        {
            return new(folder, [], [], explained);
        }
    }

    static FoundFolder Read(string folder, IReadOnlyList<string> folders, IEnumerable<string> files)
    {
        var found = new List<FoundCertificate>();
        InputException? error = null;
        foreach (var file in files)
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
    static IEnumerable<string> Chosen(IReadOnlyList<string> files)
    {
        foreach (var kind in Kinds)
        {
            var own = files.Where(f => KindRule.OfFile(f) == kind).ToList();
            var certificate = PlainEndings.Select(ending => FileNames.Certificate(kind) + ending)
                .Select(name => own.Find(f => Path.GetFileName(f) == name)).FirstOrDefault(f => f is not null);
            if (certificate is not null) yield return certificate;
            else foreach (var file in own.Where(f => !IsKey(f, kind))) yield return file;
        }

        foreach (var file in files.Where(f => KindRule.OfFile(f) is null)) yield return file;
    }

    static bool IsKey(string path, CredentialKind kind) =>
        Path.GetFileName(path).StartsWith(FileNames.Key(kind), StringComparison.OrdinalIgnoreCase);

    static IEnumerable<FoundCertificate> ReadFile(string path)
    {
        using var file = InputFile.Read(path);
        if (CredentialFormats.Recognise(file) is not { } format) return [];
        var parts = new CredentialParts();
        // Private keys beside a certificate are not read where that is possible.
        if (format.Sign == FormatSign.Objects) parts.Certificates.AddRange(CertificateReader.Read(file));
        else format.Read(file, null, parts);
        return [.. CertificatePath.Leaves(parts.Certificates).Where(c => !c.IsCertificateAuthority).Select(c => Found(c, parts, path))];
    }

    static FoundCertificate Found(DeviceCertificate certificate, CredentialParts parts, string path)
    {
        var kind = parts.Kinds.TryGetValue(certificate, out var stated) ? stated : KindRule.Of([path], certificate.AccountId);
        return new(certificate.EndpointName ?? "", certificate.AccountId, kind, certificate.SerialNumber, certificate.Fields.NotBefore,
            certificate.Fields.NotAfter, path);
    }
}
