using System.Collections.Concurrent;

namespace DeviceCreds;

/// <summary>
/// Writes credentials to disk in any number of formats: one folder for each device, or one archive of such folders, and beside them one
/// file for all devices for each format that has such a file. The archive and the files for all devices exist once
/// <see cref="Complete"/> was called, not before; <see cref="Dispose"/> removes what is unfinished.
/// </summary>
/// <remarks>
/// Three steps make a device's folder: <see cref="Stage"/> writes it aside, <see cref="Flush"/> waits for the disk, once
/// for any number of folders, and <see cref="Place"/> gives it its name. So a folder with a device's name is complete, even
/// after a power cut; a folder that was only staged is made again. Another thread may place folders while the export's owner
/// takes what stands (<see cref="Take"/>) and warns (<see cref="Warn"/>).
/// </remarks>
public sealed class CredentialExport : IDisposable
{
    readonly string _folder;
    readonly ExportOptions _options;
    readonly bool _replace;
    readonly ExportPlace _earlier;
    readonly ExportedArchive? _archive;
    readonly IDeviceStore _store;
    readonly ConcurrentQueue<ExportedCredential> _placed = new();
    string[] _names = [];
    readonly List<ICredentialFormat> _formats;
    readonly List<IDeviceFormat> _deviceFormats;
    readonly List<FleetFile> _fleetFiles;
    readonly bool _holdsFolders;
    readonly ICredentialFormat? _ignoresCase;
    readonly HashSet<NameHash> _earlierFolders = [];
    readonly HashSet<CredentialKind> _kinds = [];
    readonly HashSet<string> _warnings = [];
    readonly ExportRehearsal _rehearsal;
    bool _isComplete;

    /// <param name="path">The folder that holds one folder per device, or an archive; or an archive by its name.</param>
    /// <param name="formats">Names of formats; see <see cref="CredentialFormats.Descriptions"/>.</param>
    /// <param name="options">Choices.</param>
    /// <param name="replace">Whether files that were there before are replaced; never those of the same run.</param>
    /// <param name="archive">The format of the archive; null for folders.</param>
    /// <param name="written">What the run has written to folders, where a run has several exports; null for one.</param>
    /// <exception cref="InputException">There is no such format, or one needs a password or cannot use the one given; or an archive in
    /// the folder cannot be read.</exception>
    /// <exception cref="OutputException">The archive or a file for all devices exists.</exception>
    public CredentialExport(
        string path, IEnumerable<string> formats, ExportOptions options, bool replace, ArchiveFormat? archive = null,
        WrittenFiles? written = null)
    {
        var target = archive is { } format ? new ArchiveTarget(path, format, replace) : null;
        _folder = target?.Folder ?? path;
        _options = options;
        _replace = replace;
        _formats = Find(formats, options);
        _deviceFormats = [.. _formats.OfType<IDeviceFormat>()];
        // Devices that an interrupted run exported are not exported again: they are found by their folders.
        _holdsFolders = _deviceFormats.Count > 0;
        _fleetFiles = [.. _formats.OfType<IFleetFormat>().Select(f => new FleetFile(_folder, f, replace, extends: _holdsFolders))];
        _earlier = target?.Earlier() ?? new ExportPlace(_folder);
        _archive = target is null ? null : new ExportedArchive(target.Paths().First());
        _store = target is null ? new Staging(_folder, written) : new ArchiveStore(target, _archive!, options.Time);
        _rehearsal = new ExportRehearsal(options, c => [.. Compose(c, options with { Warn = null }).Files.Select(f => f.Name)]);
        _ignoresCase = _formats.Find(f => f.Info.IgnoresCase);
        // Devices of earlier runs: the service may know them.
        if (_ignoresCase is not null) foreach (var name in _earlier.FolderNames()) options.Names.TryAdd(name);
        if (_holdsFolders && _fleetFiles.Count > 0) _earlierFolders = [.. _earlier.FolderNames().Select(NameHash.Of)];
    }

    /// <summary>Checks what can be checked before the first device and without a folder.</summary>
    /// <exception cref="InputException">There is no such format, or one needs a password or cannot use the one given.</exception>
    public static void Check(IEnumerable<string> formats, ExportOptions options) => Find(formats, options);

    /// <summary>The paths of the files that hold all devices.</summary>
    public IEnumerable<string> FleetFiles => _fleetFiles.Select(f => Path.Combine(_folder, f.Format.FileName));

    /// <summary>The folder that a credential goes to, on disk or in the archive.</summary>
    public string FolderFor(DeviceCredential credential) =>
        Path.Combine(_archive?.Path ?? _folder, FileNames.FolderFor(credential.EndpointName));

    /// <summary>
    /// Checks that the formats can hold a device's name, before the device gets a certificate; in the order of the devices.
    /// </summary>
    /// <exception cref="InputException">They cannot, or it is another device's name for a service that ignores case.</exception>
    public void EnsureNamePossible(string endpointName)
    {
        CheckName(endpointName);
        if (!IsOwnName(endpointName)) throw NameOfAnother(endpointName);
    }

    /// <summary>
    /// Checks that a device's credential could be exported, before the device gets a certificate; from any thread. A certificate that
    /// cannot be exported would be valid, and its key lost.
    /// </summary>
    /// <exception cref="DeviceCredsException">As for <see cref="Stage"/> and <see cref="Place"/>.</exception>
    public void EnsurePossible(DeviceOrder order)
    {
        var (name, files) = (FileNames.FolderFor(order.Identity.EndpointName), _rehearsal.FilesOf(order));
        EnsureNew(name, files);
        if (_store.EnsureFree(name, files, _replace) && !_earlier.HasArchives) return;
        new FilesBeside(Path.Combine(_folder, name), order.Issuer.Kind).RefuseAll(_earlier.FilesOf(name), files, order.Key?.Point);
    }

    /// <summary>Writes one credential: all of its own files, or none.</summary>
    /// <returns>The paths written.</returns>
    /// <exception cref="DeviceCredsException">The credential does not fit a format, a file exists, or the system refuses.</exception>
    public IReadOnlyList<string> Write(DeviceCredential credential)
    {
        var staged = Stage(credential);
        Flush();
        try
        {
            return Place(staged);
        }
        finally
        {
            Warn(staged);
        }
    }

    /// <summary>Writes one credential's folder aside; from any thread.</summary>
    /// <exception cref="DeviceCredsException">The credential does not fit a format, or the system refuses.</exception>
    public StagedCredential Stage(DeviceCredential credential)
    {
        credential.RequireKey();
        CheckName(credential.EndpointName);
        var warnings = new List<string>();
        var (entries, files) = Compose(credential, _options with { Warn = warnings.Add });
        if (files.Count == 0) return new StagedCredential(credential, null, null, entries, warnings);
        var name = FileNames.FolderFor(credential.EndpointName);
        var folder = _archive is null ? Path.Combine(_folder, name) : name;
        var exported = new ExportedCredential(credential, folder, NamesOf(files), _archive);
        Action ensureMayJoin = () => EnsureOneCertificate(credential, name, exported.Names, warnings.Add);
        if (!_store.IsNew) WipeUnless(ensureMayJoin, files);
        var staged = _store.Stage(name, files);
        // Where nothing was, another program may still write before the folder is placed.
        if (_store.IsNew) staged = staged with { EnsureMayJoin = ensureMayJoin };
        return new StagedCredential(credential, staged, exported, entries, warnings);
    }

    static void WipeUnless(Action allowed, List<OutputFile> files)
    {
        try
        {
            allowed();
        }
        catch (DeviceCredsException)
        {
            files.ForEach(f => f.Wipe());
            throw;
        }
    }

    /// <summary>Returns when all that was staged is on the disk.</summary>
    /// <exception cref="OutputException">The disk reports an error.</exception>
    public void Flush() => _store.Flush();

    /// <summary>Gives the warnings about a credential that were not given before; when it is placed.</summary>
    public void Warn(StagedCredential staged)
    {
        // A warning about one configuration may be true of a million devices and is given once.
        foreach (var warning in staged.Warnings.Where(_warnings.Add)) _options.Warn?.Invoke(warning);
    }

    /// <summary>Gives a folder its name, and notes the credential for the files of all devices; in the order of the devices.</summary>
    /// <returns>The paths written.</returns>
    /// <exception cref="InputException">A service ignores case, and knows the name of this device as another's.</exception>
    /// <exception cref="OutputException">A file exists, or the system refuses.</exception>
    public IReadOnlyList<string> Place(StagedCredential staged)
    {
        // Here and not when it is staged: of two such devices, the first one is exported.
        if (!IsOwnName(staged.EndpointName))
        {
            if (staged.Folder is { } refused) _store.Discard(refused);
            throw NameOfAnother(staged.EndpointName);
        }

        var paths = staged.Folder is null ? [] : PlaceFiles(staged.Folder);
        // Its files stand, whatever happens to a file for all devices.
        if (staged.Exported is { } exported) _placed.Enqueue(exported);
        for (var i = 0; i < staged.Entries.Count; i++) _fleetFiles[i].Append(staged.Entries[i].Id, staged.Entries[i].Text);
        if (staged.Folder is { } folder) _earlierFolders.Remove(NameHash.Of(folder.Name));
        _kinds.Add(staged.Kind);
        return paths;
    }

    /// <summary>How many credentials were placed and are not on disk yet: their archive has no name.</summary>
    public int Waiting => _archive is null || _isComplete ? 0 : _placed.Count;

    /// <summary>
    /// The credentials that are on disk, in their order, each once: in a folder when they were placed, in an archive when it is complete.
    /// </summary>
    public IReadOnlyList<ExportedCredential> Take()
    {
        if (_placed.IsEmpty || Waiting > 0) return [];
        var taken = new List<ExportedCredential>();
        while (_placed.TryDequeue(out var exported)) taken.Add(exported);
        return taken;
    }

    /// <summary>
    /// Ends the archive, writes the files for all devices, and returns when everything is on the disk under its own name. Beside folders
    /// and archives, these files hold every device that has one, also those that an earlier run exported.
    /// </summary>
    /// <param name="report">Gets an error for each folder whose device cannot be in these files; when it is null, the first error is
    /// thrown.</param>
    /// <param name="cancel">Ends the search for what earlier runs exported.</param>
    /// <param name="failures">How many devices of this run failed, by their error's id; for an archive's summary.</param>
    /// <param name="withFleetFiles">Whether the files for all devices are written.</param>
    /// <returns>The paths written.</returns>
    /// <exception cref="OutputException">A file exists by now, or the system refuses.</exception>
    /// <exception cref="OperationCanceledException">The search was ended.</exception>
    public IReadOnlyList<string> Complete(
        Action<DeviceCredsException>? report = null, CancellationToken cancel = default, IReadOnlyDictionary<string, long>? failures = null,
        bool withFleetFiles = true)
    {
        if (_store is ArchiveStore archive) CompleteArchive(archive, failures ?? new Dictionary<string, long>());
        if (!withFleetFiles) return [];
        foreach (var file in _fleetFiles) file.AppendEarlier();
        if (_earlierFolders.Count > 0 || _fleetFiles.Exists(f => f.IsLacking)) AppendFolders(report, cancel);
        List<string> paths = [.. _fleetFiles.SelectMany(f => f.Complete())];
        if (_archive is null) _store.Complete();
        return paths;
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose()
    {
        _fleetFiles.ForEach(f => f.Dispose());
        _store.Dispose();
    }

    static List<ICredentialFormat> Find(IEnumerable<string> formats, ExportOptions options)
    {
        var all = formats.Select(CredentialFormats.Get).Distinct().ToList();
        options.CheckPrefix();
        foreach (var format in all) options.CheckPassword(format);
        return all;
    }

    void CheckName(string endpointName)
    {
        foreach (var format in _formats) format.Info.Names?.Check(endpointName);
    }

    // Entries first: a device that does not fit is in none of the files.
    (List<FleetEntry> Entries, List<OutputFile> Files) Compose(DeviceCredential credential, ExportOptions options) => (
        [.. _fleetFiles.Select(f => new FleetEntry(f.Format.IdOf(credential), f.Format.Entry(credential, options)))],
        [.. _deviceFormats.SelectMany(f => f.Write(credential, options))]);

    bool IsOwnName(string endpointName) => _ignoresCase is null || _options.Names.TryAdd(FileNames.FolderFor(endpointName));

    InputException NameOfAnother(string endpointName) => new("EndpointNameDiffersInCase", ErrorKind.Conflict,
        $"'{MessageText.Shorten(endpointName)}' differs only in case from another device's name in this export, "
            + $"and the service of the format {_ignoresCase!.Info.Name} ignores case.",
        "Give one of the two devices another name, or export this one to another folder without this format.");

    IReadOnlyList<string> PlaceFiles(StagedFiles staged)
    {
        try
        {
            EnsureNew(staged.Name, staged.Files);
        }
        catch (DeviceCredsException)
        {
            _store.Discard(staged);
            throw;
        }

        return _store.Place(staged, _replace);
    }

    // A file that may not be replaced is another error, of the place.
    void EnsureOneCertificate(DeviceCredential credential, string name, IReadOnlyList<string> files, Action<string> warn)
    {
        var existing = _earlier.FilesOf(name);
        if (existing.Count == 0 || (!_replace && existing.Any(f => files.Contains(f.Name)))) return;
        var folder = new FilesBeside(Path.Combine(_folder, name), credential.Kind);
        folder.RefuseOther(existing, files, credential, _options with { Warn = warn });
    }

    // Files in folders are the store's to check.
    void EnsureNew(string name, IReadOnlyList<string> files)
    {
        if (_archive is not null || _earlier.HasArchives) _earlier.EnsureNew(name, files, alsoOnDisk: _archive is not null);
    }

    // Most devices have files of the same names: a million devices keep them once.
    string[] NamesOf(List<OutputFile> files)
    {
        var known = _names;
        return files.Select(f => f.Name).SequenceEqual(known) ? known : _names = [.. files.Select(f => f.Name)];
    }

    void AppendFolders(Action<DeviceCredsException>? report, CancellationToken cancel)
    {
        CredentialKind[] kinds = _kinds.Count > 0 ? [.. _kinds] : [.. KindRule.All];
        // A device may be in several places.
        var folders = _earlier.FolderNames().Select(n => (Name: n, Wanted: Wanted(n, kinds))).Where(f => f.Wanted.Count > 0);
        var cache = new CertificateCache();
        foreach (var (folder, wanted, read) in folders.AsParallel().AsOrdered().WithCancellation(cancel)
            .Select(f => (f.Name, f.Wanted, Read(f.Name, f.Wanted.Select(w => w.Kind).Distinct(), cache))))
        {
            try
            {
                foreach (var credential in read())
                {
                    foreach (var (file, kind) in wanted)
                    {
                        if (kind == credential.Kind) Append(file, credential, folder, report);
                    }
                }
            }
            catch (DeviceCredsException e) when (report is not null)
            {
                report(Missing(folder, wanted.Select(w => w.File), e));
            }
        }
    }

    InputException Missing(string folder, IEnumerable<FleetFile> files, DeviceCredsException e) => new(e.ErrorId, e.Kind,
        $"this device is missing from {string.Join(", ", files.Select(f => f.Format.FileName).Distinct())}: {e.Problem}",
        e.Advice, Path.Combine(_folder, folder), inner: e);

    // Which files get which entry. Of folders that this run wrote to, only what the replaced files had in addition.
    List<(FleetFile File, CredentialKind Kind)> Wanted(string folder, CredentialKind[] kinds)
    {
        var isEarlier = _earlierFolders.Remove(NameHash.Of(folder));
        return [.. KindRule.All.SelectMany(k => _fleetFiles.Where(f => (isEarlier && kinds.Contains(k)) || f.Lacks(folder, k))
            .Select(f => (f, k)))];
    }

    // Read on many threads; errors are thrown on the one that writes.
    Func<IReadOnlyList<DeviceCredential>> Read(string folder, IEnumerable<CredentialKind> kinds, CertificateCache cache)
    {
        try
        {
            IReadOnlyList<DeviceCredential> found = [.. _earlier.FindFolder(folder).SelectMany(
                files => kinds.SelectMany(kind => ExportedFolder.Read(files, kind, cache)?.Credentials ?? []))];
            return () => found;
        }
        catch (DeviceCredsException e)
        {
            return () => throw e;
        }
    }

    // The archive first: files for all devices must not name a device whose key is nowhere.
    void CompleteArchive(ArchiveStore store, IReadOnlyDictionary<string, long> failures)
    {
        if (_isComplete) return;
        try
        {
            store.Complete();
        }
        finally
        {
            // It has its name, although the disk may report an error after that.
            _isComplete = store.Written is not null;
        }

        if (store.Written is not { } written) return;
        var formats = _deviceFormats.Select(f => f.Info.Name);
        ArchiveSummary.Write(_archive!.Path, written, [.. _placed], formats, failures, _options.Time.GetUtcNow());
    }

    // What one file cannot hold, the others can.
    void Append(FleetFile file, DeviceCredential credential, string folder, Action<DeviceCredsException>? report)
    {
        try
        {
            var id = file.Format.IdOf(credential);
            if (file.Has(id)) return;
            file.Format.Info.Names?.Check(credential.EndpointName);
            file.Append(id, file.Format.Entry(credential, _options));
        }
        catch (DeviceCredsException e) when (report is not null)
        {
            report(Missing(folder, [file], e));
        }
    }
}
