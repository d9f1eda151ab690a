using System.Collections.Concurrent;

namespace DeviceCreds;

/// <summary>
/// Puts devices' folders into an archive. The archive begins with the first device, and has its name once it is complete: an export
/// that ends before leaves none.
/// </summary>
/// <param name="target">Which file it becomes.</param>
/// <param name="archive">Gets its path when it is complete.</param>
/// <param name="time">The time of its entries.</param>
internal sealed class ArchiveStore(ArchiveTarget target, ExportedArchive archive, TimeProvider time) : IDeviceStore
{
    readonly NameSet _names = new();

    // They hold keys, and a run that is stopped places none of them.
    readonly ConcurrentDictionary<byte[], bool> _staged = new();
    ArchiveWriter? _writer;
    OutputException? _failure;

    /// <summary>The archive, once it is complete; null when no device came.</summary>
    public ArchiveWriter? Written { get; private set; }

    // It may have folders beside it.
    public bool IsNew => false;

    public StagedFiles Stage(string name, IReadOnlyList<OutputFile> files)
    {
        var block = target.Encoder.Encode(name, files, time.GetUtcNow());
        foreach (var file in files) file.Wipe();
        _staged.TryAdd(block.Bytes, true);
        return new StagedBlock(name, [.. files.Select(f => f.Name)], block);
    }

    public bool EnsureFree(string name, IReadOnlyList<string> files, bool replace)
    {
        // No further device can be in it.
        if (_failure is not null) throw _failure;
        if (files.FirstOrDefault(f => _names.Contains(NameIn(name, f))) is { } twice)
            throw new OutputException("FileExists", ErrorKind.AlreadyExists,
                "this file is in the archive already and was not replaced.",
                "A device came twice: leave out one of them, or export it to another archive.", Path.Combine(archive.Path, name, twice));
        // It may have a folder beside the archive.
        return false;
    }

    public void Flush()
    {
        // Once, at the end: until then there is no archive.
    }

    public IReadOnlyList<string> Place(StagedFiles staged, bool replace)
    {
        var block = ((StagedBlock)staged).Block;
        try
        {
            EnsureFree(staged.Name, staged.Files, replace);
            Append(block);
            foreach (var file in staged.Files) _names.Add(NameIn(staged.Name, file));
            return [.. staged.Files.Select(f => Path.Combine(archive.Path, staged.Name, f))];
        }
        finally
        {
            Discard(staged);
        }
    }

    public void Discard(StagedFiles staged) => Wipe(((StagedBlock)staged).Block.Bytes);

    public void Complete()
    {
        if (_failure is not null) throw _failure;
        if (_writer is null) return;
        archive.Path = _writer.Complete(target.Paths());
        (Written, _writer) = (_writer, null);
        if (UnixFile.IsSupported) FileWriter.Explaining(target.Folder, () => UnixFile.Flush(target.Folder));
    }

    public void Dispose()
    {
        foreach (var bytes in _staged.Keys) Wipe(bytes);
        _writer?.Dispose();
    }

    void Wipe(byte[] bytes)
    {
        Array.Clear(bytes, 0, bytes.Length);
        _staged.TryRemove(bytes, out _);
    }

    static string NameIn(string folder, string file) => folder + "/" + file;

    // A device that was written in part stays in the file: after one failure there is no archive.
    void Append(ArchiveBlock block)
    {
        try
        {
            _writer ??= new ArchiveWriter(archive.Path = target.Paths().First(), target.Encoder, target.Replace);
            _writer.Append(block);
        }
        catch (OutputException e)
        {
            _failure = e;
            _writer?.Dispose();
            throw;
        }
    }
}
