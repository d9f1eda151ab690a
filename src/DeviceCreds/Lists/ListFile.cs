using System.IO.Compression;
using System.Text;

namespace DeviceCreds;

/// <summary>Opens a list as text: gzip is recognised and unpacked, and the encoding is detected unless it is given.</summary>
static class ListFile
{
    const int SampleBytes = 64 * 1024;

    /// <summary>A device needs some hundred characters.</summary>
    public const int MaximumLine = 256 * 1024;

    static readonly Encoding Latin1 = Encoding.GetEncoding(28591);

    // A byte-order mark is looked for and dropped here.
    static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true);

    /// <summary>The first bytes, unpacked.</summary>
    /// <exception cref="InputException">The file is missing or may not be read.</exception>
    public static InputFile Sample(string path) => Reading(() =>
    {
        var sample = new byte[SampleBytes];
        using var stream = OpenStream(path, out _);
        return new InputFile(sample.AsSpan(0, ReadFully(stream, sample)).ToArray(), path);
    }, path);

    /// <exception cref="InputException">The file is missing or may not be read.</exception>
    public static ListText Open(string path, Encoding? encoding)
    {
        try
        {
            var sample = new byte[SampleBytes];
            int length;
            using (var stream = OpenStream(path, out _)) length = ReadFully(stream, sample);
            if (length == 0)
                throw new InputException("FileEmpty", ErrorKind.InvalidData, "the file is empty.",
                    "The program that wrote it may have been interrupted: write the file again.", path);
            return new ListText(OpenStream(path, out var file), file, encoding ?? Detect(sample.AsSpan(0, length), length < SampleBytes));
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>
    /// The next line, without its end; null when there is none. Of a line that is longer than <see cref="MaximumLine"/>, one character
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
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

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
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    static InputException? Explain(Exception e, string path) => e is InvalidDataException
        ? new InputException("GzipDamaged", ErrorKind.InvalidData, "the compressed file is damaged or incomplete.",
            "Write or copy the file again.", path, inner: e)
        : InputFile.Explain(e, path);

    static Stream OpenStream(string path, out FileStream file)
    {
        file = InputFile.Open(path);
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new Unpacked(file) : file;
    }

    static int ReadFully(Stream stream, byte[] buffer)
    {
        int length = 0, read;
        while (length < buffer.Length && (read = stream.Read(buffer, length, buffer.Length - length)) > 0) length += read;
        return length;
    }

    // A mark at the beginning overrides this (StreamReader does that).
    static Encoding Detect(ReadOnlySpan<byte> sample, bool isAll)
    {
        // UTF-16 of mostly Latin text has a zero in every second byte.
        int even = 0, odd = 0;
        for (var i = 0; i < sample.Length; i++)
        {
            if (sample[i] != 0) continue;
            if (i % 2 == 0) even++;
            else odd++;
        }

        if (odd > sample.Length / 4) return Encoding.Unicode;
        if (even > sample.Length / 4) return Encoding.BigEndianUnicode;
        return IsUtf8(sample, isAll) ? Utf8 : Latin1;
    }

    static bool IsUtf8(ReadOnlySpan<byte> sample, bool isAll)
    {
        try
        {
            var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
            decoder.GetCharCount(sample.ToArray(), 0, sample.Length, flush: isAll);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The content of a gzip file, with a limit on its size: a list compresses to a tenth or a fiftieth.</summary>
    sealed class Unpacked(FileStream file) : Stream
    {
        const long Allowed = 16 * 1024 * 1024;
        const int MaximumFactor = 100;

        readonly GZipStream _gzip = new(file, CompressionMode.Decompress);
        long _length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = _gzip.Read(buffer, offset, count);
            _length += read;
            return _length <= Math.Max(Allowed, MaximumFactor * file.Position) ? read
                : throw new InputException("GzipTooLarge", ErrorKind.LimitExceeded,
                    $"the compressed file unpacks to more than {MaximumFactor} times its size.",
                    "If it is really a list, unpack it first.", file.Name);
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) _gzip.Dispose();
            base.Dispose(disposing);
        }
    }
}
