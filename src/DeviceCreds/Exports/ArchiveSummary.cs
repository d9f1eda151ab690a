namespace DeviceCreds;

/// <summary>The file beside an archive that says what is in it.</summary>
internal static class ArchiveSummary
{
    /// <summary>Whether a file has the name of one.</summary>
    public static bool IsOne(string name) => name.EndsWith(".tar.json", StringComparison.Ordinal)
        || name.EndsWith(".zip.json", StringComparison.Ordinal);
}
