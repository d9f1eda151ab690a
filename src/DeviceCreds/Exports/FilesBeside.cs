namespace DeviceCreds;

/// <summary>
/// The files that a device has already and that an export leaves beside its own. They must be of the same certificate: of two, a station
/// that reads the other format would program the old key.
/// </summary>
/// <param name="folder">The device's folder.</param>
/// <param name="kind">The kind of credential that is exported; files of the other kind may be there.</param>
internal sealed class FilesBeside(string folder, CredentialKind kind)
{
    enum Content
    {
        Nothing,
        Unknown,
        Same,
        Other,
    }

    /// <summary>Checks the files before a certificate is issued: it will be another one than theirs.</summary>
    /// <param name="files">All files that the device has.</param>
    /// <param name="written">The names of the files that the export writes.</param>
    /// <exception cref="OutputException">A file would stay.</exception>
    public void RefuseAll(IReadOnlyList<StoredFile> files, IReadOnlyList<string> written)
    {
        var stay = Beside(files, written).Select(f => (File: f, Content: Read(f, null, null))).ToList();
        Refuse(stay.Where(f => f.Content is Content.Unknown or Content.Other).Select(f => f.File));
    }

    /// <summary>Checks the files against a credential.</summary>
    /// <param name="files">All files that the device has.</param>
    /// <param name="written">The names of the files that the export writes.</param>
    /// <param name="credential">The credential.</param>
    /// <param name="options">The password that may open files, and who gets a warning of files that cannot be compared.</param>
    /// <exception cref="OutputException">A file of another certificate would stay.</exception>
    public void RefuseOther(
        IReadOnlyList<StoredFile> files, IReadOnlyList<string> written, DeviceCredential credential, ExportOptions options)
    {
        var beside = Beside(files, written);
        if (beside.Count == 0) return;
        var leaf = credential.Leaf;
        var found = beside.Select(f => (File: f, Content: Read(f, leaf, options.Password))).ToList();
        var unknown = found.Where(f => f.Content == Content.Unknown).Select(f => f.File).ToList();
        // What cannot be read came with what can be read, also with what is being replaced.
        HashSet<Content> known = [.. found.Select(f => f.Content)];
        if (unknown.Count > 0) known.UnionWith(files.Except(beside).Where(IsOfKind).Select(f => Read(f, leaf, options.Password)));
        Refuse(found.Where(f => f.Content == Content.Other || (f.Content == Content.Unknown && known.Contains(Content.Other)))
            .Select(f => f.File));
        if (unknown.Count > 0 && !known.Contains(Content.Same))
            options.Warn?.Invoke($"Device folders have {unknown[0].Name} already, which cannot be compared with the exported certificate. "
                + "If it is of an older one, do not program it.");
    }

    List<StoredFile> Beside(IReadOnlyList<StoredFile> files, IReadOnlyList<string> written) =>
        [.. files.Where(f => !written.Contains(f.Name) && IsOfKind(f))];

    bool IsOfKind(StoredFile file) => KindRule.OfFile(file.Name) is null || KindRule.OfFile(file.Name) == kind;

    void Refuse(IEnumerable<StoredFile> files)
    {
        var names = files.Select(f => f.Name).Distinct().OrderBy(n => n, StringComparer.Ordinal).ToList();
        if (names.Count == 0) return;
        throw new OutputException("FolderOfOtherCertificate", ErrorKind.Conflict,
            $"files of another certificate of this device would stay beside the new ones: {string.Join(", ", names)}.",
            "Nothing was written. Move these files elsewhere: a device may have their key. "
                + "Or add their formats to -Format, with -Force, to replace them.", folder);
    }

    // A file without the kind in its name, such as a note, counts when it holds a certificate of the kind.
    Content Read(StoredFile stored, DeviceCertificate? leaf, char[]? password)
    {
        var isNamed = KindRule.OfFile(stored.Name) is not null;
        var unreadable = isNamed ? Content.Unknown : Content.Nothing;
        var parts = new CredentialParts();
        try
        {
            using var file = stored.Read();
            if (CredentialFormats.Recognise(file) is not { } format) return unreadable;
            format.Read(file, password, parts);
        }
        catch (InputException)
        {
            return unreadable;
        }
        finally
        {
            foreach (var (key, _) in parts.Keys) key.Dispose();
            foreach (var chain in parts.Chains.Values) chain.PrivateKey?.Dispose();
        }

        var own = CertificatePath.Leaves(parts.Certificates).Concat(parts.Chains.Keys)
            .Where(c => !c.IsCertificateAuthority && KindOf(c) == kind).ToList();
        if (own.Count > 0) return own.TrueForAll(c => c.Equals(leaf)) ? Content.Same : Content.Other;
        if (!isNamed || parts.Keys.Count == 0) return Content.Nothing;
        return leaf is not null && parts.Keys.TrueForAll(k => k.Key.Matches(leaf.Point)) ? Content.Same : Content.Other;

        CredentialKind KindOf(DeviceCertificate certificate) =>
            parts.Kinds.TryGetValue(certificate, out var stated) ? stated : KindRule.Of([stored.Path], certificate.AccountId);
    }
}
