namespace DeviceCreds;

/// <summary>Reads credentials back: certificates and keys are distinguished by content, and matched by public key.</summary>
public static class CredentialImporter
{
    /// <summary>Whether a file may hold a device's credential, by its name.</summary>
    internal static bool IsOfDevice(string path) =>
        KcmFormat.IsItem(path) || FileNames.IsOfDevice(path)
        || (FileNames.HasKnownEnding(path) && IsOfOne(path) && !ArchiveSummary.IsOne(Path.GetFileName(path)));

    /// <summary>The files of a device's folder that hold its credential.</summary>
    internal static IReadOnlyList<StoredFile> OfDevice(IReadOnlyList<StoredFile> files) => [.. files.Where(f => IsOfDevice(f.Path))];

    /// <summary>Whether a file in a folder is an archive of devices' folders.</summary>
    internal static bool MayBeArchive(string path) => IsOfOne(path) && !IsOfDevice(path) && Archive.IsOne(path);

    // Files for services, with all devices, are beside the folders and repeat what the folders hold.
    static bool IsOfOne(string path) =>
        Path.GetFileName(path) is var name && name[0] != '.' && !CredentialFormats.FleetFiles.Contains(name);

    /// <summary>
    /// The groups of files below a path: one group per folder, in folders and in archives; a single file is a group of its own.
    /// </summary>
    /// <param name="path">A folder, an archive or another file.</param>
    /// <param name="report">
    /// Gets an error for each folder or archive that cannot be read; when it is null, the first error is thrown.
    /// </param>
    public static IEnumerable<IReadOnlyList<StoredFile>> Group(string path, Action<InputException>? report = null)
    {
        if (InputFile.IsPem(path)) return [[StoredFile.OnDisk(path)]];
        if (!Directory.Exists(path)) return Archive.IsOne(path) ? GroupArchive(path, report) : [[StoredFile.OnDisk(path)]];
        return Folders(path).SelectMany(d => GroupFolder(d, report));
    }

    // A device's own folder is listed once: the caller that takes its group asks for no folders below it.
    static IEnumerable<string> Folders(string path)
    {
        yield return path;
        foreach (var folder in Below(path).OrderBy(d => d, StringComparer.Ordinal)) yield return folder;
    }

    /// <summary>All folders below a folder.</summary>
    internal static List<string> Below(string path)
    {
        List<string> found = [];
        var links = new FolderLinks(path);
        Stack<string> open = new([path]);
        while (open.Count > 0)
        {
            foreach (var folder in FoldersIn(open.Pop()).Where(d => !Staging.Holds(d) && links.MayFollow(d)))
            {
                found.Add(folder);
                open.Push(folder);
            }
        }

        return found;
    }

    static string[] FoldersIn(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (Exception e) when (InputFile.Explain(e, folder) is not null)
        {
            // Its files cannot be listed either, which is the error.
            return [];
        }
    }

    /// <summary>The groups of files directly in a folder: those of its device, and those of each archive.</summary>
    internal static IEnumerable<IReadOnlyList<StoredFile>> GroupFolder(string folder, Action<InputException>? report)
    {
        string[] files = [];
        try
        {
            files = Directory.GetFiles(folder);
            Array.Sort(files, StringComparer.Ordinal);
        }
        catch (Exception e) when (InputFile.Explain(e, folder) is { } explained)
        {
            if (report is null) throw explained;
            report(explained);
        }

        var own = Array.FindAll(files, IsOfDevice);
        if (own.Length > 0) yield return Array.ConvertAll(own, StoredFile.OnDisk);
        foreach (var group in files.Where(MayBeArchive).SelectMany(f => GroupArchive(f, report))) yield return group;
    }

    static IEnumerable<IReadOnlyList<StoredFile>> GroupArchive(string path, Action<InputException>? report)
    {
        Archive? archive = null;
        try
        {
            archive = ArchiveSummary.Open(path);
        }
        catch (InputException e) when (report is not null)
        {
            report(e);
        }

        if (archive is null) yield break;
        using var groups = archive.Groups().GetEnumerator();
        while (HasNext(groups, report))
        {
            if (OfDevice(groups.Current) is { Count: > 0 } files) yield return files;
        }
    }

    // Another program may change the archive while it is read.
    static bool HasNext(IEnumerator<IReadOnlyList<StoredFile>> groups, Action<InputException>? report)
    {
        try
        {
            return groups.MoveNext();
        }
        catch (InputException e) when (report is not null)
        {
            report(e);
            return false;
        }
    }

    /// <summary>Whether a path is a folder or an archive, which may hold many devices, and not a file of one.</summary>
    public static bool HoldsDevices(string path) => Directory.Exists(path)
        || (!InputFile.IsPem(path) && !FileNames.HasKnownEnding(path) && Archive.IsOne(path));

    /// <summary>The credentials that a group of files holds, whatever formats they are in.</summary>
    /// <param name="paths">The files of one device.</param>
    /// <param name="password">The password of encrypted keys.</param>
    /// <param name="cache">What is known of the CAs already; null to start with nothing.</param>
    /// <exception cref="InputException">A file cannot be read or is of no known format, there is no device certificate, or a
    /// key belongs to none.</exception>
    public static IReadOnlyList<DeviceCredential> Read(
        IReadOnlyList<StoredFile> paths, char[]? password = null, CertificateCache? cache = null)
    {
        var files = new List<InputFile>(paths.Count);
        try
        {
            foreach (var path in paths) files.Add(path.Read());
            return Read(files, paths[0].Path, password, cache);
        }
        finally
        {
            foreach (var file in files) file.Dispose();
        }
    }

    /// <inheritdoc cref="Read(IReadOnlyList{StoredFile}, char[], CertificateCache)"/>
    public static IReadOnlyList<DeviceCredential> Read(IReadOnlyList<string> paths, char[]? password = null) =>
        Read([.. paths.Select(StoredFile.OnDisk)], password);

    /// <inheritdoc cref="Read(IReadOnlyList{StoredFile}, char[], CertificateCache)"/>
    internal static IReadOnlyList<DeviceCredential> Read(IEnumerable<InputFile> files, string path, char[]? password = null,
        CertificateCache? cache = null)
    {
        var parts = new CredentialParts(cache);
        foreach (var file in files)
        {
            var format = CredentialFormats.Recognise(file) ?? throw Unknown(file);
            format.Read(file, password, parts);
        }

        cache?.Share(parts.Certificates);
        return Assemble(parts, path);
    }

    /// <summary>The error of a file that is in no known format.</summary>
    internal static InputException Unknown(InputFile file)
    {
        var shape = FileShapes.OfBeginning(file.Bytes);
        return shape == FileShape.Unknown
            ? file.Invalid("CredentialNotRecognised", "this is not in a known credential format.",
                $"Formats that are read: {string.Join(", ", CredentialFormats.All.OfType<IReadableFormat>().Select(f => f.Info.Name))}.")
            : file.Invalid("CredentialNotRecognised", $"this is {FileShapes.Name(shape)}.", FileShapes.Conversion(shape));
    }

    static IReadOnlyList<DeviceCredential> Assemble(CredentialParts parts, string path)
    {
        var (certificates, keys) = (parts.Certificates, parts.Keys);
        var heap = new CertificatePath(certificates, [], null);
        var inChains = new HashSet<DeviceCertificate>(parts.Chains.Values.SelectMany(c => c.Certificates));
        var leaves = parts.Chains.Keys.Concat(CertificatePath.Leaves(certificates).Where(c => !inChains.Contains(c))).ToList();
        if (leaves.Count == 0)
        {
            var problem = keys.Count > 0 ? "expected a certificate with the private key, found none." : "there is no certificate here.";
            throw new InputException("CredentialNotFound", ErrorKind.InvalidData, problem,
                "Give the files of one device together, or the folder that holds them.", path);
        }

        var credentials = leaves.Select(leaf => (Leaf: leaf, Kind: parts.KindOf(leaf, certificates.Where(leaf.Equals).Select(c => c.Path))))
            .Select(d => new DeviceCredential(d.Kind, d.Leaf, Above(d.Leaf), Key(d.Leaf))
            {
                Configuration = parts.ConfigurationOf(d.Kind), IsForDevelopment = parts.ForDevelopment.Contains(d.Leaf),
            }).ToList();
        foreach (var (key, file) in keys)
        {
            if (!certificates.Any(c => key.Matches(c.Point)) && !credentials.Any(c => ReferenceEquals(c.PrivateKey, key)))
                throw Mismatch(leaves, key, file);
        }

        return credentials;

        List<DeviceCertificate> Above(DeviceCertificate leaf) =>
            [.. (parts.Chains.TryGetValue(leaf, out var chain) ? chain.Certificates : heap.Build(leaf)).Skip(1)];

        DeviceKey? Key(DeviceCertificate leaf)
        {
            if (!parts.Chains.TryGetValue(leaf, out var stated) || stated.PrivateKey is not { } own)
                return keys.FirstOrDefault(k => k.Key.Matches(leaf.Point)).Key;
            // A certificate without a key on P-256 fails the rule for that; there is nothing to compare.
            return leaf.Point is null || own.Matches(leaf.Point) ? own : throw Mismatch([leaf], own, path);
        }
    }

    static InputException Mismatch(IReadOnlyList<DeviceCertificate> leaves, DeviceKey key, string? path) =>
        leaves.FirstOrDefault(c => c.Point is null) is { } other
        ? new InputException("KeyMismatch", ErrorKind.Conflict,
            $"this private key is on P-256, and the certificate of '{SubjectText.Shorten(other.Subject)}' holds {other.KeyAlgorithm}.",
            "Devices use EC keys on P-256: issue the certificate for this key.", path)
        : new InputException("KeyMismatch", ErrorKind.Conflict,
            $"this private key belongs to none of the certificates beside it. The public key has the fingerprint {Begin(key)}; that of "
            + $"the certificate of '{SubjectText.Shorten(leaves[0].Subject)}' has {Begin(new DeviceKey(null, leaves[0].Point!))}.",
            "These files come from different runs. Find the certificate of this key, or the key of this certificate: Import-DeviceKey "
            + "shows the Fingerprint of a key. Keep both files until then: a device may have either key.", path);

    // A complete fingerprint is as long as a key, and would not be shown.
    static string Begin(DeviceKey key) => key.Fingerprint.Substring(0, 32) + "...";
}
