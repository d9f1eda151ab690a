namespace DeviceCreds;

/// <summary>The archive that an export makes. Its name is certain when it is complete: another run may take the first one.</summary>
internal sealed class ExportedArchive(string path)
{
    /// <summary>Its path.</summary>
    public string Path { get; set; } = path;
}
