namespace DeviceCreds;

/// <summary>A file to be read: on disk, or in an archive. From any thread.</summary>
public abstract class StoredFile
{
    /// <summary>Where it is; for a file in an archive, the archive's path and the name there.</summary>
    public abstract string Path { get; }

    /// <summary>Its name, without a folder.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads it completely.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public abstract InputFile Read();

    /// <summary>A file on disk.</summary>
    public static StoredFile OnDisk(string path) => new Disk(path);

    sealed class Disk(string path) : StoredFile
    {
        public override string Path => path;

        public override InputFile Read() => InputFile.Read(path);
    }
}
