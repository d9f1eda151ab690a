using System.Text;

namespace DeviceCreds;

/// <summary>
/// The file of a list: gzip is recognised and unpacked, and the encoding is detected unless it is given. All of it is read before the
/// first device is given: a compressed file shows only at its end that it is complete, and any byte may show the encoding.
/// </summary>
sealed class ListFile
{
    const int BlockBytes = 64 * 1024;

    /// <summary>A device needs some hundred characters.</summary>
    public const int MaximumLine = 256 * 1024;

    readonly Encoding _encoding;

    /// <exception cref="InputException">The file is missing, empty, damaged or may not be read.</exception>
    public ListFile(string path, Encoding? encoding, CancellationToken cancel)
    {
        Path = path;
        (Sample, var detected) = Reading(() => Examine(path, cancel), path);
        // A mark at the beginning overrides this (StreamReader does that).
        _encoding = encoding ?? detected;
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The first bytes, unpacked.</summary>
    public InputFile Sample { get; }

    /// <exception cref="InputException">The file cannot be read any more.</exception>
    public ListText Open() => Reading(() => new ListText(OpenStream(Path, out var file), file, _encoding), Path);

    /// <summary>
    /// The next line, without its end; null after the last one. Of a line that is longer than <see cref="MaximumLine"/>, one character
    /// more than these is given. TextReader's method has no limit.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static string? ReadLine(TextReader text, StringBuilder line, string path)
    {
        line.Clear();
        try
        {
            int c;
            while ((c = text.Read()) >= 0)
            {
                if (c == '\r' && text.Peek() == '\n') text.Read();
                if (c is '\r' or '\n') return line.ToString();
                if (line.Length <= MaximumLine) line.Append((char)c);
            }

            return line.Length == 0 ? null : line.ToString();
        }
        catch (Exception e) when (InputFile.Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>The error of a line that is longer than <see cref="MaximumLine"/>.</summary>
    public static InputException TooLong(string path, int line, int column) => new("DeviceListLineTooLong", ErrorKind.LimitExceeded,
        FormattableString.Invariant($"the line has more than {MaximumLine:N0} characters."), "Is this the right file?", path, line, column);

    public static int ReadBlock(TextReader text, char[] buffer, string path) =>
        Reading(() => text.ReadBlock(buffer, 0, buffer.Length), path);

    public static int Read(TextReader text, char[] buffer, int start, string path) =>
        Reading(() => text.Read(buffer, start, buffer.Length - start), path);

    static T Reading<T>(Func<T> read, string path)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (InputFile.Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    static (InputFile Sample, Encoding Encoding) Examine(string path, CancellationToken cancel)
    {
        using var stream = OpenStream(path, out _);
        var block = new byte[BlockBytes];
        var sample = InputFile.Of(block.AsSpan(0, Archive.Fill(stream, block)).ToArray(), path);
        var detector = new EncodingDetector(sample.Bytes, BlockBytes);
        for (var count = sample.Bytes.Length; count > 0; count = stream.Read(block, 0, block.Length))
        {
            cancel.ThrowIfCancellationRequested();
            detector.Add(block, count);
        }

        return (sample, detector.Detect());
    }

    static Stream OpenStream(string path, out FileStream file)
    {
        file = InputFile.Open(path);
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new GzipReader(file, path) : file;
    }
}
