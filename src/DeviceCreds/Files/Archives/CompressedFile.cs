using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>Archives that are compressed as a whole: a device in one cannot be found without reading all of it.</summary>
internal static class CompressedFile
{
    static readonly Regex Names = new(@"\.(t(gz|xz|zst|bz2?|lz)|(tar|zip)\.(gz|xz|zstd?|bz2|lz|lz4|lzma|lzo|br|z)|7z|rar)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    // gzip, xz, Zstandard, bzip2.
    static readonly byte[][] Signatures = [[0x1F, 0x8B], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], [0x28, 0xB5, 0x2F, 0xFD], [.. "BZh"u8]];

    /// <summary>Whether a file has the name of one.</summary>
    public static bool HasName(string path) => Names.IsMatch(path);

    /// <summary>Whether a file begins like one.</summary>
    public static bool Has(byte[] beginning) => Array.Exists(Signatures, s => beginning.AsSpan().StartsWith(s));
}
