using System.IO.Compression;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// An archive of devices' folders, as an index by folder: some 40 bytes for each file. The index is made in one pass; contents
/// are read when they are asked for, from any thread. The file is open only while it is read.
/// </summary>
internal sealed class Archive
{
    /// <summary>How many bytes show whether a file is an archive.</summary>
    public const int Beginning = 1024;

    // Keys and certificates are hardly compressible; as for lists.
    const int MostRatio = 100, LeastLimit = 4096;

    // For the pass over all records.
    const int ScanBuffer = 1 << 16;

    static readonly IArchiveReader[] Readers = [new ZipReader(), new TarReader()];

    readonly IArchiveReader _reader;
    readonly List<long> _positions = [];
    readonly List<int> _next = [];
    readonly List<int> _firsts = [];
    // By the last part of a folder's name, which is the device: people also pack the folder that holds the devices' folders.
    readonly NameSet _last = new(withNotes: true);

    Archive(string path, IArchiveReader reader)
    {
        (Path, _reader) = (path, reader);
        Reading(path, ScanBuffer, file =>
        {
            var names = new NameSet();
            foreach (var entry in reader.Scan(file)) Add(entry, names);
            return true;
        });
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>
    /// Whether a file is an archive, by its content or by its name: one that cannot be read is an error, and not a file without devices.
    /// </summary>
    public static bool IsOne(string path)
    {
        try
        {
            return (HasName(path) && File.Exists(path)) || ReaderOf(BeginningOf(path)) is not null;
        }
        catch (InputException)
        {
            return false;
        }
    }

    /// <summary>Reads the index of an archive; null when the file is not one, and has the name of none.</summary>
    /// <exception cref="InputException">The file cannot be read, or is incomplete, damaged or unsafe.</exception>
    public static Archive? Open(string path)
    {
        if (CompressedFile.HasName(path)) throw ArchiveError.Compressed(path);
        var beginning = BeginningOf(path);
        if (ReaderOf(beginning) is { } reader) return new Archive(path, reader);
        if (!HasName(path)) return null;
        throw CompressedFile.Has(beginning) ? ArchiveError.Compressed(path)
            : ArchiveError.Damaged(path, "it does not begin like tar or ZIP");
    }

    /// <summary>How many files it holds.</summary>
    public int FileCount => _positions.Count;

    /// <summary>The files of each folder, in the order of the folders.</summary>
    /// <exception cref="InputException">The archive cannot be read any more.</exception>
    public IEnumerable<IReadOnlyList<StoredFile>> Groups() =>
        _firsts.SelectMany(first => Reading(Path, Beginning, file => Files(file, FolderName(_reader.At(file, _positions[first])))));

    /// <summary>The names of the folders that hold files, in their order.</summary>
    /// <exception cref="InputException">The archive cannot be read any more.</exception>
    public IReadOnlyList<string> FolderNames() => Reading<IReadOnlyList<string>>(Path, ScanBuffer,
        file => [.. _firsts.Select(first => FolderName(_reader.At(file, _positions[first])))]);

    /// <summary>The files of the folders with a name, each folder by itself: one of a device has the name once.</summary>
    /// <exception cref="InputException">The archive cannot be read any more.</exception>
    public IReadOnlyList<IReadOnlyList<StoredFile>> Find(string folder) =>
        _last.Find(folder) is null ? [] : Reading(Path, Beginning, file => Files(file, folder));

    /// <summary>Reads a file of it.</summary>
    /// <exception cref="InputException">It is too large, or cannot be read.</exception>
    internal InputFile Read(ArchiveEntry entry, string path)
    {
        if (entry.Obstacle is { } obstacle) throw ArchiveError.Unsupported(path, obstacle);
        InputFile.RequireSize(Math.Max(entry.Length, entry.StoredLength), path);
        if (entry.Length > LeastLimit + MostRatio * entry.StoredLength) throw ArchiveError.Bomb(path, MostRatio);
        return InputFile.Of(Reading(Path, 1, file =>
        {
            if (_reader.At(file, entry.Position) != entry) throw ArchiveError.Changed(Path);
            _reader.Seek(file, entry);
            var content = Content(file, entry) ?? throw ArchiveError.Truncated(Path);
            if (entry.Crc is not { } crc || crc == Crc32.Of(content)) return content;
            Array.Clear(content, 0, content.Length);
            throw ArchiveError.Damaged(path, "the checksum of this entry is wrong");
        }), path);
    }

    static bool HasName(string path) => CompressedFile.HasName(path) || ArchiveFormats.OfName(path) is not null;

    static IArchiveReader? ReaderOf(byte[] beginning) => Array.Find(Readers, r => r.Recognises(beginning));

    static byte[] BeginningOf(string path) => Reading(path, 1, file =>
    {
        var bytes = new byte[Beginning];
        return bytes.AsSpan(0, Fill(file, bytes)).ToArray();
    });

    static T Reading<T>(string path, int buffer, Func<FileStream, T> read)
    {
        try
        {
            using var file = InputFile.Open(path, buffer);
            return read(file);
        }
        catch (Exception e) when (InputFile.Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    // Null when there are fewer or more bytes than the record says.
    static byte[]? Content(FileStream file, ArchiveEntry entry)
    {
        var stored = new byte[entry.StoredLength];
        if (!TryFill(file, stored)) return null;
        if (!entry.IsCompressed) return stored;
        var content = new byte[entry.Length];
        try
        {
            using var inflated = new DeflateStream(new MemoryStream(stored), CompressionMode.Decompress);
            return TryFill(inflated, content) && inflated.ReadByte() < 0 ? content : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            // The bytes may be a key's.
            Array.Clear(stored, 0, stored.Length);
        }
    }

    /// <summary>Reads until the bytes are full.</summary>
    /// <returns>How many bytes there were; fewer where the stream ends before.</returns>
    internal static int Fill(Stream stream, byte[] bytes)
    {
        var count = 0;
        while (count < bytes.Length && stream.Read(bytes, count, bytes.Length - count) is > 0 and var read) count += read;
        return count;
    }

    /// <summary>Reads until the bytes are full; false when the stream ends before.</summary>
    internal static bool TryFill(Stream stream, byte[] bytes) => Fill(stream, bytes) == bytes.Length;

    void Add(ArchiveEntry entry, NameSet names)
    {
        var parts = Parts(entry);
        if (entry.Kind == ArchiveEntryKind.Folder || parts.Contains(WorkFolder.Name)) return;
        if (!names.Add(string.Join("/", parts))) throw ArchiveError.Unsafe(Path, entry.Name, "is there twice");
        var folder = Encoding.UTF8.GetBytes(FolderName(entry));
        var index = _positions.Count;
        _positions.Add(entry.Position);
        var before = _last.Find(folder);
        if (before is null) _firsts.Add(index);
        _next.Add((int)(before ?? -1));
        _last.Set(folder, index);
    }

    // Refuses what would be written to another place than a folder below, or read from one.
    string[] Parts(ArchiveEntry entry)
    {
        if (entry.Kind == ArchiveEntryKind.Other) throw ArchiveError.Unsafe(Path, entry.Name, "is a link or a special file");
        var parts = Split(entry.Name);
        var isFolder = entry.Kind == ArchiveEntryKind.Folder;
        if ((parts.Length == 0 && !isFolder) || entry.Name.IndexOfAny(['\\', '\0']) >= 0 || entry.Name is ['/', ..] or [_, ':', ..]
            || parts.Any(p => p is "" or "." or ".."))
            throw ArchiveError.Unsafe(Path, entry.Name, "leads out of the archive's own folder");
        return parts;
    }

    // Without "./" at the beginning, which tar keeps, and "/" at the end.
    static string[] Split(string name)
    {
        var clean = name.TrimEnd('/');
        while (clean.StartsWith("./", StringComparison.Ordinal)) clean = clean.Substring(2);
        return clean is "" or "." ? [] : clean.Split('/');
    }

    static string FolderName(ArchiveEntry entry) => Split(entry.Name) is [.., var folder, _] ? folder : "";

    IReadOnlyList<IReadOnlyList<StoredFile>> Files(FileStream file, string folder)
    {
        var entries = new List<ArchiveEntry>();
        for (var i = (int)(_last.Find(folder) ?? -1); i >= 0; i = _next[i])
            entries.Add(_reader.At(file, _positions[i]));
        return [.. entries.Where(e => FolderName(e) == folder).Select(e => (Path: PathOf(e), Entry: e))
            .GroupBy(f => System.IO.Path.GetDirectoryName(f.Path), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (IReadOnlyList<StoredFile>)[
                .. g.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => new ArchivedFile(this, f.Entry, f.Path))])];
    }

    string PathOf(ArchiveEntry entry) => System.IO.Path.Combine([Path, .. Split(entry.Name)]);
}
