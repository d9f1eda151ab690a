namespace DeviceCreds;

/// <summary>The errors of archives.</summary>
internal static class ArchiveError
{
    const string CopyAgain = "Copy the archive again from where it was written.";

    public static InputException Truncated(string path) => new("ArchiveTruncated", ErrorKind.InvalidData,
        "the archive is incomplete: its end is missing.", CopyAgain, path);

    public static InputException Damaged(string path, string problem) =>
        new("ArchiveDamaged", ErrorKind.InvalidData, $"the archive is damaged: {problem}.", CopyAgain, path);

    public static InputException Unsafe(string path, string name, string problem) => new("ArchiveEntryUnsafe", ErrorKind.InvalidData,
        $"the entry '{MessageText.Shorten(name)}' {problem}. Nothing of the archive was read.",
        "Archives of Export-DeviceCredential have no such entry. If you trust this one, extract it and give the folder.", path);

    public static InputException Unsupported(string path, string problem) =>
        new("ArchiveUnsupported", ErrorKind.InvalidData, $"{problem}.", "Extract the archive, and give the folder.", path);

    public static InputException Compressed(string path) => new("ArchiveUnsupported", ErrorKind.InvalidData,
        "the archive is compressed as a whole: a device in it cannot be found without reading all of it.",
        "Unpack it (gzip -d, xz -d, zstd -d, bzip2 -d, 7z x), and give the .tar file or the folder.", path);

    public static InputException Bomb(string path, int ratio) => new("FileTooLarge", ErrorKind.LimitExceeded,
        FormattableString.Invariant($"the entry unpacks to more than {ratio} times its size."),
        "No key or certificate does: is this the right archive?", path);

    public static InputException Changed(string path) => new("ArchiveChanged", ErrorKind.Conflict,
        "another program changed the archive while it was being read.", "Run again when that program has ended.", path);
}
