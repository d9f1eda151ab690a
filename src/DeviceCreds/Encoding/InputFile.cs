using System.Text;

namespace DeviceCreds;

/// <summary>
/// Bytes to be read, with the path they came from, so that every error can name it. Dispose it when the bytes may be a key's.
/// </summary>
public sealed class InputFile : IDisposable
{
    /// <summary>No key, certificate or chain is larger; a larger file is a mistake and is not read into memory.</summary>
    public const int MaximumBytes = 16 * 1024 * 1024;

    // A version, an identifier or a short length comes within these bytes of any structure that is read here.
    const int LongestHeader = 64;

    // In bytes: so many printable characters with a zero byte each are not chance.
    const int SignOfUtf16 = 32;

    // A file that is read at once needs no buffer of the stream's own.
    const int Unbuffered = 1;

    string? _text;
    Encoding? _encoding;

    /// <summary>Wraps bytes that did not come from a file (<paramref name="path"/> null) or did.</summary>
    public InputFile(byte[] bytes, string? path = null)
    {
        Bytes = bytes;
        Path = path;
    }

    /// <summary>The content.</summary>
    public byte[] Bytes { get; }

    /// <summary>The file's path, or null.</summary>
    public string? Path { get; }

    /// <summary>Whether an argument is PEM instead of a path: people have keys and certificates in variables.</summary>
    public static bool IsPem(string argument) => Pem.IsPem(argument);

    /// <summary>Reads a complete file; PEM instead of a path is taken as the content.</summary>
    /// <exception cref="InputException">The file is missing, may not be read, is empty, or is larger than
    /// <see cref="MaximumBytes"/>.</exception>
    public static InputFile Read(string path) => ReadLarge(path, MaximumBytes);

    /// <summary>Reads a complete file that may be larger than a certificate's.</summary>
    internal static InputFile ReadLarge(string path, int maximum)
    {
        if (IsPem(path)) return new InputFile(Encoding.UTF8.GetBytes(path));
        byte[] bytes;
        try
        {
            bytes = UnixFile.IsSupported && FileKind.Of(path, follow: true) == PathKind.File && UnixFile.TryRead(path) is { } small
                ? small : ReadAtMost(path, maximum);
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }

        return Of(bytes, path);
    }

    /// <summary>The content of a file.</summary>
    /// <exception cref="InputException">It is empty.</exception>
    internal static InputFile Of(byte[] bytes, string path) => bytes.Length > 0
        ? new InputFile(bytes, path)
        : throw new InputException("FileEmpty", ErrorKind.InvalidData, "the file is empty.",
            "The program that wrote it may have been interrupted: write the file again.", path);

    /// <exception cref="InputException">It is larger than <see cref="MaximumBytes"/>.</exception>
    internal static void RequireSize(long length, string path)
    {
        if (length > MaximumBytes) throw TooLarge($"{length:N0} bytes", path, MaximumBytes);
    }

    /// <summary>Opens a regular file. Other programs may still write to it.</summary>
    internal static FileStream Open(string path, int buffer = 4096)
    {
        if (IsPem(path)) throw Refused("PathIsSecret", "expected a path, found PEM.", "Give the path of a file.", null);
        if (Directory.Exists(path))
            throw Refused("PathIsFolder", "this is a folder, not a file.",
                "Give a file in it, or folder/*.pem if the parameter takes wildcards.", path);
        if (FileKind.Special(path) is { } kind)
            throw Refused("FileNotRegular", $"expected a regular file, found {kind}.", "Save its content in a file, and give that file.",
                path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, buffer);
    }

    static InputException Refused(string errorId, string message, string advice, string? path) =>
        new(errorId, ErrorKind.InvalidArgument, message, advice, path);

    /// <summary>The error for the system's refusal to read; null for any other exception.</summary>
    internal static InputException? Explain(Exception e, string path) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException =>
            new InputException("FileNotFound", ErrorKind.NotFound, "there is no such file.", Advice(path), path, inner: e),
        UnauthorizedAccessException =>
            new InputException("FileAccessDenied", ErrorKind.AccessDenied, "you may not read this file.",
                "Ask its owner, or run as an account that may read it.", path, inner: e),
        IOException or NotSupportedException or ArgumentException =>
            new InputException("FileUnreadable", ErrorKind.InputOutput, $"the file cannot be read: {e.Message}", null, path, inner: e),
        _ => null,
    };

    static string Advice(string path) => UnexpandedVariable.Find(path) is { } variable
        ? $"'{MessageText.Shorten(variable)}' in the path is a variable that was not replaced by its value."
        : "Check the path.";

    /// <summary>
    /// The content as text: UTF-8, or UTF-16 or UTF-32 where a byte-order mark or the zero bytes between ASCII characters say so; the
    /// mark itself is dropped.
    /// </summary>
    public string Text => _text ??= Decode();

    /// <summary>The content as text that becomes a value: no character of it may be lost.</summary>
    /// <exception cref="InputException">Bytes are not text in the file's encoding.</exception>
    public string RequireText(string errorId)
    {
        var (start, again) = (MarkLength, TextEncoding.GetBytes(Text));
        var content = Bytes.AsSpan(start);
        if (content.SequenceEqual(again)) return Text;
        var place = 0;
        while (place < content.Length && place < again.Length && content[place] == again[place]) place++;
        var before = TextEncoding.GetString(Bytes, start, place);
        // Lines may end with CR alone.
        var line = before.Count(c => c == '\n') is > 0 and var lines ? lines : before.Count(c => c == '\r');
        throw Invalid(errorId, $"expected text in {TextEncoding.WebName.ToUpperInvariant()}, found other bytes.",
            "Save the file as UTF-8.", line + 1);
    }

    /// <summary>Whether the text is in UTF-16 or UTF-32.</summary>
    internal bool IsWide => TextEncoding is not UTF8Encoding;

    // Readers ask for each character. Windows PowerShell's ">" writes UTF-16.
    Encoding TextEncoding => _encoding ??= UnmarkedEncoding() ?? (Bytes is [0xFF, 0xFE, ..] ? Encoding.Unicode
        : Bytes is [0xFE, 0xFF, ..] ? Encoding.BigEndianUnicode : Encoding.UTF8);

    // Several formats check one file, and decoding binary data costs much.
    string Decode()
    {
        var start = MarkLength;
        return TextEncoding.GetString(Bytes, start, Bytes.Length - start);
    }

    int MarkLength => TextEncoding.GetPreamble() is var mark && Bytes.AsSpan().StartsWith(mark) ? mark.Length : 0;

    // UTF-16 without a mark, and UTF-32: the zeros of many ASCII characters at the beginning tell which.
    Encoding? UnmarkedEncoding()
    {
        if (Bytes.Length % 4 == 0 && Bytes is [0xFF, 0xFE, 0, 0, ..] or [(> 0 and < 0x80), 0, 0, 0, (> 0 and < 0x80), 0, 0, 0, ..])
            return new UTF32Encoding(bigEndian: false, byteOrderMark: true);
        if (Bytes.Length % 4 == 0 && Bytes is [0, 0, 0xFE, 0xFF, ..] or [0, 0, 0, (> 0 and < 0x80), 0, 0, 0, (> 0 and < 0x80), ..])
            return new UTF32Encoding(bigEndian: true, byteOrderMark: true);
        if (Bytes.Length < SignOfUtf16 || Bytes.Length % 2 != 0) return null;
        return HoldsUtf16(0) ? Encoding.Unicode : HoldsUtf16(1) ? Encoding.BigEndianUnicode : null;
    }

    bool HoldsUtf16(int lowByte)
    {
        for (var i = 0; i < SignOfUtf16; i += 2)
        {
            if (Bytes[i + lowByte] is not ((>= 0x20 and < 0x7F) or (byte)'\t' or (byte)'\r' or (byte)'\n') || Bytes[i + 1 - lowByte] != 0)
                return false;
        }

        return true;
    }

    /// <summary>
    /// Whether it begins as a SEQUENCE. So does text that begins with the digit 0, but text has no control characters, and no
    /// character begins with the bytes that begin a long length.
    /// </summary>
    internal bool LooksLikeDer => Bytes is [0x30, _, ..]
        && (Bytes[1] is >= 0x80 and <= 0x84 || !LooksLikeText(Bytes.AsSpan(0, Math.Min(Bytes.Length, LongestHeader))));

    static bool LooksLikeText(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b is < 0x20 and not ((byte)'\t' or (byte)'\r' or (byte)'\n')) return false;
        }

        return true;
    }

    /// <summary>Overwrites the bytes; objects that were read from them stay usable.</summary>
    public void Dispose() => Array.Clear(Bytes, 0, Bytes.Length);

    internal InputException Invalid(string errorId, string message, string? advice = null, int? line = null, int? column = null,
        Exception? inner = null) =>
        new(errorId, ErrorKind.InvalidData, message, advice, Path, line, column, inner);

    // The length may be wrong: files of the kernel (/proc) report 0, so the bytes that arrive are counted.
    private static byte[] ReadAtMost(string path, int maximum)
    {
        using var stream = Open(path, Unbuffered);
        if (stream.CanSeek && stream.Length > maximum) throw TooLarge($"{stream.Length:N0} bytes", path, maximum);
        // One byte more than expected: a read that fills it shows that there are more.
        var (buffer, count) = (new byte[(stream.CanSeek ? (int)stream.Length : 0) + 1], 0);
        int read;
        while ((read = stream.Read(buffer, count, buffer.Length - count)) > 0)
        {
            count += read;
            if (count > maximum) throw TooLarge($"more than {maximum:N0} bytes", path, maximum);
            if (count == buffer.Length) buffer = Move(buffer, count, 2 * count);
        }

        return Move(buffer, count, count);
    }

    // The bytes may be a key's and must not stay in memory.
    private static byte[] Move(byte[] from, int count, int size)
    {
        var to = new byte[size];
        Buffer.BlockCopy(from, 0, to, 0, count);
        Array.Clear(from, 0, from.Length);
        return to;
    }

    private static InputException TooLarge(string size, string path, int maximum)
    {
        var what = maximum == MaximumBytes ? "a key, certificate or chain" : "a revocation list";
        return new("FileTooLarge", ErrorKind.LimitExceeded,
            FormattableString.Invariant($"the file has {size}; {what} has {maximum / 1024 / 1024} MiB at most."),
            "Is this the right file?", path);
    }
}
