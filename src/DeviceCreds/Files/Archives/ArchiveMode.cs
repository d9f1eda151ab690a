namespace DeviceCreds;

/// <summary>The permissions that entries of an archive have when they are extracted on Unix.</summary>
internal static class ArchiveMode
{
    const int OwnerFile = 0x180; // 0600
    const int PublicFile = 0x1A4; // 0644
    const int OwnerFolder = 0x1C0; // 0700
    const int PublicFolder = 0x1ED; // 0755

    public static int Of(OutputFile file) => file.IsSecret ? OwnerFile : PublicFile;

    public static int OfFolder(IEnumerable<OutputFile> files) => files.Any(f => f.IsSecret) ? OwnerFolder : PublicFolder;
}
