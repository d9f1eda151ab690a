namespace DeviceCreds;

/// <summary>A file in an archive.</summary>
internal sealed class ArchivedFile(Archive archive, ArchiveEntry entry, string path) : StoredFile
{
    public override string Path => path;

    public override InputFile Read() => archive.Read(entry, path);
}
