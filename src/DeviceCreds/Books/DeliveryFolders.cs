namespace DeviceCreds;

/// <summary>
/// Finds the devices' certificates in what exports wrote, folders and archives, on all processors. Only certificates are read, each kind
/// once for each folder, and nothing is verified. What a killed export left does not count: no device has it.
/// </summary>
/// <param name="threads">How many folders are read at a time.</param>
/// <param name="cancel">Ends the work.</param>
internal sealed class DeliveryFolders(int threads, CancellationToken cancel)
{
    /// <summary>The folders below a path, and what they hold; in the order of the system.</summary>
    /// <exception cref="InputException">There is no such folder.</exception>
    public IEnumerable<FoundFolder> Read(string path)
    {
        if (!Directory.Exists(path) && CredentialImporter.HoldsDevices(path))
        {
            foreach (var found in InArchive(path)) yield return found;
            yield break;
        }

        if (!Directory.Exists(path))
            throw new InputException("FolderNotFound", ErrorKind.NotFound, "there is no such folder.",
                "Give the -Path of Export-DeviceCredential.", path);
        var unfinished = Staging.HalfPlaced(path);
        using var workers = new OrderedWorkers<string, FoundFolder>(threads, CertificateFiles.Read);
        using var stop = cancel.Register(workers.Stop);
        var below = new Queue<string>();
        foreach (var found in Work(workers, [path], below)) yield return found;
        while (below.Count > 0 && !cancel.IsCancellationRequested)
        {
            var next = below.ToList();
            below.Clear();
            foreach (var found in Work(workers, next.Where(f => !unfinished.Contains(Path.GetFileName(f))), below)) yield return found;
        }
    }

    static IEnumerable<FoundFolder> Work(OrderedWorkers<string, FoundFolder> workers, IEnumerable<string> folders, Queue<string> below)
    {
        foreach (var folder in folders)
        {
            workers.Add(folder);
            foreach (var found in Take(workers.Finished(), below)) yield return found;
        }

        foreach (var found in Take(workers.Rest(), below)) yield return found;
    }

    static IEnumerable<FoundFolder> Take(IEnumerable<IReadOnlyList<OrderedWorkers<string, FoundFolder>.Piece>> groups, Queue<string> below)
    {
        foreach (var found in groups.SelectMany(g => g).Select(p => p.Output))
        {
            foreach (var folder in found.Folders) below.Enqueue(folder);
            yield return found;
            foreach (var archived in Archives(found).SelectMany(InArchive)) yield return archived;
        }
    }

    static IEnumerable<string> Archives(FoundFolder found)
    {
        try
        {
            return [.. ExportPlace.ArchivesIn(found.Path)];
        }
        catch (Exception e) when (found.Error is not null && InputFile.Explain(e, found.Path) is not null)
        {
            // The folder's own error says so.
            return [];
        }
    }

    // An archive that cannot be read is an error of its own, and the others are read.
    static IEnumerable<FoundFolder> InArchive(string path)
    {
        InputException? error = null;
        foreach (var files in CredentialImporter.Group(path, e => error = e))
            yield return CertificateFiles.Read(Path.GetDirectoryName(files[0].Path)!, [], files);
        if (error is not null) yield return new(path, [], [], error);
    }
}
