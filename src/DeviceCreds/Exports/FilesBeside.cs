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
    /// <param name="point">The public point of the device's key; null when a new key is made.</param>
    /// <exception cref="OutputException">A file would stay.</exception>
    public void RefuseAll(IReadOnlyList<StoredFile> files, IReadOnlyList<string> written, byte[]? point) =>
        Refuse(files, written, f => Read(f, null, point, null), f => ReadKey(f, point, null), unknown => point is null);

    /// <summary>Checks the files against a credential.</summary>
    /// <param name="files">All files that the device has.</param>
    /// <param name="written">The names of the files that the export writes.</param>
    /// <param name="credential">The credential.</param>
    /// <param name="options">The password that may open files, and who gets a warning of files that cannot be compared.</param>
    /// <exception cref="OutputException">A file of another certificate would stay.</exception>
    public void RefuseOther(
        IReadOnlyList<StoredFile> files, IReadOnlyList<string> written, DeviceCredential credential, ExportOptions options)
    {
        var leaf = credential.Leaf;
        Refuse(files, written, f => Read(f, leaf, leaf.Point, options.Password), f => ReadKey(f, leaf.Point, options.Password), unknown =>
        {
            options.Warn?.Invoke($"Device folders have {unknown.Name} already, which cannot be compared with the exported certificate. "
                + "If it is of an older one, do not program it.");
            return false;
        });
    }

    // What cannot be read came with what can be read, also with what is being replaced: that may be an older certificate of the key.
    void Refuse(IReadOnlyList<StoredFile> files, IReadOnlyList<string> written, Func<StoredFile, Content> read,
        Func<StoredFile, Content> readKey, Func<StoredFile, bool> isUnknownRefused)
    {
        var beside = Beside(files, written);
        if (beside.Count == 0) return;
        var found = beside.ToLookup(read);
        var refused = found[Content.Other].ToList();
        if (found[Content.Unknown].Any())
        {
            HashSet<Content> known = [.. found.Select(g => g.Key), .. files.Except(beside).Where(IsOfKind).Select(readKey)];
            if (known.Contains(Content.Other) || (!known.Contains(Content.Same) && isUnknownRefused(found[Content.Unknown].First())))
                refused.AddRange(found[Content.Unknown]);
        }

        Refuse(refused);
    }

    List<StoredFile> Beside(IReadOnlyList<StoredFile> files, IReadOnlyList<string> written) =>
        [.. files.Where(f => !written.Contains(f.Name) && IsOfKind(f))];

    bool IsOfKind(StoredFile file) => KindRule.OfFile(file.Name) is null || KindRule.OfFile(file.Name) == kind;

    void Refuse(IReadOnlyList<StoredFile> files)
    {
        if (files.Count == 0) return;
        var names = string.Join(", ", files.Select(f => f.Name).Distinct().OrderBy(n => n, StringComparer.Ordinal));
        var place = files.Select(f => Path.GetDirectoryName(f.Path)).FirstOrDefault(p => p != folder) ?? folder;
        throw new OutputException("FolderOfOtherCertificate", ErrorKind.Conflict,
            $"files of another certificate of this device would stay beside the new ones: {names}.", place == folder
                ? "Nothing was written. Move these files elsewhere: a device may have their key. "
                    + "Or add their formats to -Format, with -Force, to replace them."
                : "Nothing was written. An archive is not changed: export to another folder.", place);
    }

    Content Read(StoredFile stored, DeviceCertificate? leaf, byte[]? point, char[]? password) =>
        Read(stored, point, password, c => c.Equals(leaf));

    // Whether a file is of the key, whichever of its certificates it has.
    Content ReadKey(StoredFile stored, byte[]? point, char[]? password) =>
        Read(stored, point, password, c => point is not null && c.Point is { } own && own.AsSpan().SequenceEqual(point));

    // A file without the kind in its name, such as a note, counts when it holds a certificate of this device and kind.
    Content Read(StoredFile stored, byte[]? point, char[]? password, Func<DeviceCertificate, bool> isSame)
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
            .Where(c => !c.IsCertificateAuthority && parts.KindOf(c, [stored.Path]) == kind && (isNamed || IsOfDevice(c))).ToList();
        if (own.Count > 0) return own.TrueForAll(c => isSame(c)) ? Content.Same : Content.Other;
        if (!isNamed || parts.Keys.Count == 0) return Content.Nothing;
        return point is not null && parts.Keys.TrueForAll(k => k.Key.Matches(point)) ? Content.Same : Content.Other;

    }

    bool IsOfDevice(DeviceCertificate certificate) =>
        certificate.EndpointName is { Length: > 0 } name && FileNames.FolderFor(name) == Path.GetFileName(folder);
}
