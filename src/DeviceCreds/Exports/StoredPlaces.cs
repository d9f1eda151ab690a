namespace DeviceCreds;

/// <summary>
/// Finds the files of devices by path: in folders, in archives, and in one folder or file of an archive, as in
/// <c>shard-1.tar/DEV-1</c>. It remembers the index of the last archive: a pipeline may name one device of it after another. It
/// may be used from several threads.
/// </summary>
public sealed class StoredPlaces
{
    readonly object _gate = new();
    Archive? _last;
    FileStamp _stamp;

    /// <summary>Whether a path is a folder or an archive, or a folder in one: these may hold many devices.</summary>
    /// <remarks>A file with the ending of a credential is not opened.</remarks>
    public bool HoldsDevices(string path) => CredentialImporter.HoldsDevices(path)
        || (!InputFile.IsPem(path) && !FileNames.HasKnownEnding(path)
            && ArchiveOf(path) is { } archive && IsFolderIn(archive, path));

    /// <inheritdoc cref="CredentialImporter.Group"/>
    public IEnumerable<IReadOnlyList<StoredFile>> Group(string path, Action<InputException>? report = null) =>
        !Directory.Exists(path) && ArchiveOf(path) is { } archive
            ? GroupInside(archive, path, report) : CredentialImporter.Group(path, report);

    /// <exception cref="InputException">There is no file of a credential in the folder or archive, or below it.</exception>
    public void RequireFiles(string path)
    {
        // An archive that cannot be read is another error.
        var hasOther = false;
        if (Group(path, _ => hasOther = true).Any() || hasOther) return;
        if (Directory.Exists(path) && FindList(path) is { } list)
            throw new InputException("CredentialNotFound", ErrorKind.NotFound,
                $"there is no credential here but in {Path.GetFileName(list)}, a list for a service, which is skipped in a folder.",
                $"Give the file itself: {list}.", path);
        throw new InputException("CredentialNotFound", ErrorKind.NotFound,
            $"there is no credential here: no file ends with {string.Join(", ", FileNames.Endings)}, "
            + $"and none is named like an item ({DeviceItems.Prefix}*).", "Give the folder or archive that Export-DeviceCredential wrote.",
            path);
    }

    static string? FindList(string folder) => CredentialImporter.Below(folder).Prepend(folder)
        .SelectMany(f => CredentialFormats.ReadableFleetFiles.Select(name => Path.Combine(f, name))).FirstOrDefault(File.Exists);

    /// <summary>A file on disk or in an archive. A file that is missing is reported when it is read.</summary>
    /// <exception cref="InputException">The archive cannot be read.</exception>
    public StoredFile Find(string path) => ArchiveOf(path) is { } archive
        ? Inside(archive, path).FirstOrDefault(f => f.Path == path) ?? StoredFile.OnDisk(path) : StoredFile.OnDisk(path);

    // The part of a path that is a file, when more follows: nothing else than an archive has something inside.
    static string? ArchiveOf(string path)
    {
        if (InputFile.IsPem(path) || File.Exists(path) || Directory.Exists(path)) return null;
        for (var at = Path.GetDirectoryName(path); at is { Length: > 0 }; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at)) return Archive.IsOne(at) ? at : null;
            if (Directory.Exists(at)) return null;
        }

        return null;
    }

    // An archive that cannot be read is an error of its groups.
    bool IsFolderIn(string archive, string path)
    {
        try
        {
            return Inside(archive, path).Any(f => f.Path != path);
        }
        catch (InputException)
        {
            return true;
        }
    }

    IReadOnlyList<IReadOnlyList<StoredFile>> GroupInside(string archive, string path, Action<InputException>? report)
    {
        try
        {
            var folders = Inside(archive, path).GroupBy(f => Path.GetDirectoryName(f.Path));
            return [.. folders.Select(files => CredentialImporter.OfDevice([.. files])).Where(g => g.Count > 0)];
        }
        catch (InputException e) when (report is not null)
        {
            report(e);
            return [];
        }
    }

    IEnumerable<StoredFile> Inside(string archive, string path)
    {
        var inside = path.TrimEnd(Path.DirectorySeparatorChar);
        var parent = Path.GetDirectoryName(inside)!;
        // A file may also be in no folder.
        return new[] { Path.GetFileName(inside), parent == archive ? "" : Path.GetFileName(parent) }
            .SelectMany(folder => Open(archive).Find(folder)).SelectMany(g => g)
            .Where(f => f.Path == inside || Path.GetDirectoryName(f.Path) == inside);
    }

    Archive Open(string path)
    {
        lock (_gate)
        {
            var stamp = FileStamp.Of(path);
            if (_last?.Path == path && _stamp == stamp) return _last;
            (_last, _stamp) = (ArchiveSummary.Open(path)!, stamp);
            return _last;
        }
    }
}
