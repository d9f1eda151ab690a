namespace DeviceCreds;

/// <summary>Reads a file of any size line by line, without a string for each line.</summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>Lines of a ledger are far shorter; a file with a longer line is something else.</summary>
    const int MaximumLength = 1024 * 1024;

    /// <summary>Large enough for the disk to be the slower part.</summary>
    public const int DefaultBufferSize = 128 * 1024;

    readonly string _path;
    readonly Stream _stream;
    byte[] _buffer;
    int _start;
    int _next;
    int _end;
    int _length;

    /// <param name="path">The file.</param>
    /// <param name="start">Where the first line begins.</param>
    /// <param name="bufferSize">How much is read at a time.</param>
    /// <exception cref="InputException">The file is missing or may not be read.</exception>
    public LineReader(string path, long start = 0, int bufferSize = DefaultBufferSize)
        : this(Open(path), path, start, bufferSize)
    {
    }

    /// <param name="stream">The file; closed with this.</param>
    /// <param name="path">What an error calls it.</param>
    /// <param name="start">Where the first line begins.</param>
    /// <param name="bufferSize">How much is read at a time.</param>
    public LineReader(Stream stream, string path, long start = 0, int bufferSize = DefaultBufferSize)
    {
        _path = path;
        _stream = stream;
        _buffer = new byte[bufferSize];
        NextOffset = start;
        if (start > 0) _stream.Position = start;
    }

    /// <summary>The line's bytes, without its end, or a carriage return at the file's end.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_start, _length);

    /// <summary>The line's bytes with its end.</summary>
    public ReadOnlySpan<byte> WholeLine => _buffer.AsSpan(_start, _next - _start);

    /// <summary>Whether a newline ended it; only the file's last line may lack one.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The line's number, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Where in the file the line begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Where in the file the next one begins.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Goes to the next line; false at the file's end.</summary>
    /// <exception cref="InputException">The file cannot be read, or has a line that no ledger has.</exception>
    public bool Read()
    {
        Offset = NextOffset;
        _start = _next;
        for (var searched = _start; ;)
        {
            var found = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (found >= 0) return Take(searched + found, newline: true);
            if (_end - _start > MaximumLength)
                throw new InputException("LineTooLong", ErrorKind.LimitExceeded, "the line has more than a million bytes.",
                    "Is this the right file?", _path, Number + 1);
            var read = Fill();
            if (read == 0) return _end > _start && Take(_end, newline: false);
            searched = _end - read;
        }
    }

    static FileStream Open(string path)
    {
        try
        {
            return InputFile.Open(path);
        }
        catch (Exception e) when (InputFile.Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    bool Take(int end, bool newline)
    {
        _length = end - _start;
        if (_length > 0 && _buffer[end - 1] == '\r') _length--;
        IsWhole = newline;
        _next = newline ? end + 1 : end;
        NextOffset += _next - _start;
        Number++;
        return true;
    }

    int Fill()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        try
        {
            var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            return read;
        }
        catch (Exception e) when (InputFile.Explain(e, _path) is { } explained)
        {
            throw explained;
        }
    }

    public void Dispose() => _stream.Dispose();
}
