using System.Security.Cryptography;

namespace DeviceCreds;

/// <summary>
/// An archive while it grows: in a hidden folder and for its owner alone, without its name until it is complete. Its directory, where the
/// format has one, grows in a file beside it and not in memory.
/// </summary>
internal sealed class ArchiveWriter : IDisposable
{
    readonly IArchiveEncoder _encoder;
    readonly PendingFile _file;
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly FileStream _directory;
    long _entries;

    /// <param name="path">Its place.</param>
    /// <param name="encoder">Its format.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <exception cref="OutputException">The file exists and may not be replaced, or the system refuses.</exception>
    public ArchiveWriter(string path, IArchiveEncoder encoder, bool replace)
    {
        _encoder = encoder;
        _file = FileWriter.OpenSecret(path, replace);
        FileStream? directory = null;
        try
        {
            _file.Write(() =>
                directory = new FileStream(_file.Stream.Name + "~", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
        }
        catch
        {
            _file.Dispose();
            _hash.Dispose();
            throw;
        }

        _directory = directory!;
    }

    /// <summary>How many bytes it has.</summary>
    public long Length { get; private set; }

    /// <summary>The digest of it, once it is complete.</summary>
    public byte[] Sha256 { get; private set; } = [];

    /// <summary>Adds a folder; the block's bytes are wiped from memory.</summary>
    /// <exception cref="OutputException">The system refuses: the archive cannot be completed.</exception>
    public void Append(ArchiveBlock block) => _file.Write(() =>
    {
        var directory = _encoder.Directory(block, Length);
        _directory.Write(directory, 0, directory.Length);
        _entries += block.Entries.Count;
        Put(block.Bytes, block.Bytes.Length);
        Array.Clear(block.Bytes, 0, block.Bytes.Length);
    });

    /// <summary>Ends the archive, flushes it to the disk and gives it the first of the names that is free.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="OutputException">No name is free, or the system refuses.</exception>
    public string Complete(IEnumerable<string> paths)
    {
        _file.Write(() =>
        {
            var start = Length;
            _directory.Position = 0;
            var buffer = new byte[81920];
            int read;
            while ((read = _directory.Read(buffer, 0, buffer.Length)) > 0) Put(buffer, read);
            var end = _encoder.End(_entries, start, Length - start);
            Put(end, end.Length);
            _directory.Dispose();
        });
        Sha256 = _hash.GetHashAndReset();
        _hash.Dispose();
        return _file.Commit(paths);
    }

    public void Dispose()
    {
        _directory.Dispose();
        _hash.Dispose();
        _file.Dispose();
    }

    void Put(byte[] bytes, int count)
    {
        _file.Stream.Write(bytes, 0, count);
        _hash.AppendData(bytes, 0, count);
        Length += count;
    }
}
