namespace DeviceCreds;

/// <summary>The table of archive formats.</summary>
internal static class ArchiveFormats
{
    static readonly IReadOnlyDictionary<ArchiveFormat, IArchiveEncoder> Encoders = new Dictionary<ArchiveFormat, IArchiveEncoder>
    {
        [ArchiveFormat.Tar] = new TarEncoder(), [ArchiveFormat.Zip] = new ZipEncoder(),
    };

    /// <summary>What writes a format.</summary>
    public static IArchiveEncoder Encoder(ArchiveFormat format) => Encoders[format];

    /// <summary>The format that a file's name says; null for any other name.</summary>
    public static ArchiveFormat? OfName(string path)
    {
        foreach (var encoder in Encoders)
        {
            if (path.EndsWith(encoder.Value.Ending, StringComparison.OrdinalIgnoreCase)) return encoder.Key;
        }

        return null;
    }
}
