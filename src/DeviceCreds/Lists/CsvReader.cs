namespace DeviceCreds;

/// <summary>
/// Reads RFC 4180: quoted fields, which may hold delimiters, quotes in pairs and newlines. It knows line and column of
/// every field, and continues with the next line after a broken row; no library does both.
/// </summary>
sealed class CsvReader(TextReader text, char delimiter, string path)
{
    // A quote that is never closed would put the rest of the list into one field. Reading continues in the line after the one where it was
    // opened, so these lines are read twice. Their number is limited, or a list of such quotes would take time that grows
    // with its square.
    const int MaximumLines = 100;

    readonly record struct Field(int Start, int Length, bool HasQuotes, int Line, int Column);

    readonly List<Field> _fields = [];
    char[] _buffer = new char[64 * 1024];
    int _start;
    int _end;
    int _at;
    int _lineStart;
    int _line = 1;
    int _nextLine = 1;
    long _read;
    bool _ended;

    /// <summary>How much of the buffer has been read, from 0 to 1.</summary>
    public double Progress => _read == 0 ? 0 : (double)(_read - (_end - _at)) / _read;

    /// <summary>How many fields the record has.</summary>
    public int Count => _fields.Count;

    /// <summary>The line in which the record begins, from 1.</summary>
    public int Line => _line;

    /// <summary>Line and column, from 1, in which a field begins.</summary>
    public (int Line, int Column) Place(int field) => (_fields[field].Line, _fields[field].Column);

    public string this[int field]
    {
        get
        {
            var (start, length, hasQuotes, _, _) = _fields[field];
            var value = new string(_buffer, _start + start, length);
            return hasQuotes ? value.Replace("\"\"", "\"") : value;
        }
    }

    /// <summary>Whether the record is empty: an empty line, or one of only delimiters, as spreadsheets leave them.</summary>
    public bool IsEmpty => _fields.TrueForAll(f => f.Length == 0);

    /// <summary>What is wrong with the record; null when it has fields.</summary>
    public InputException? Error { get; private set; }

    int Column => _at - _start - _lineStart + 1;

    /// <summary>
    /// Goes to the next record; false at the end. After a broken one, it begins in the line after the one where that began.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public bool Read()
    {
        _fields.Clear();
        Error = null;
        (_start, _line, _lineStart) = (_at, _nextLine, 0);
        if (Peek() < 0) return false;
        do Error = Peek() == '"' ? ReadQuoted() : ReadPlain();
        while (Error is null && TakeDelimiter());
        if (Error is not null) BackToFirstLineEnd();
        TakeLineEnd();
        return true;
    }

    InputException? ReadQuoted()
    {
        var (line, column, hasQuotes) = (_nextLine, Column, false);
        _at++;
        var from = _at - _start;
        while (true)
        {
            var c = Peek();
            if (c < 0 || _at - _start > ListFile.MaximumLine || _nextLine - _line > MaximumLines)
                return Broken("DeviceListQuoteOpen", $"this quote is not closed within {MaximumLines} lines.", line, column);
            if (TakeLineEnd()) continue;
            _at++;
            if (c != '"') continue;
            if (Peek() != '"') break;
            _at++;
            hasQuotes = true;
        }

        _fields.Add(new(from, _at - 1 - _start - from, hasQuotes, line, column));
        return IsFieldEnd(Peek()) ? null
            : Broken("DeviceListQuoteInside", "text follows the closing quote of a field.", _nextLine, Column);
    }

    InputException? ReadPlain()
    {
        var (from, column) = (_at - _start, Column);
        while (!IsFieldEnd(Peek()))
        {
            if (++_at - _start > ListFile.MaximumLine) return ListFile.TooLong(path, _nextLine, column);
        }

        _fields.Add(new(from, _at - _start - from, false, _nextLine, column));
        return null;
    }

    bool IsFieldEnd(int c) => c == delimiter || c is '\r' or '\n' or < 0;

    bool TakeDelimiter()
    {
        if (Peek() != delimiter) return false;
        _at++;
        return true;
    }

    // LF, CRLF and CR are alike.
    bool TakeLineEnd()
    {
        var c = Peek();
        if (c is not ('\r' or '\n')) return false;
        _at++;
        if (c == '\r' && Peek() == '\n') _at++;
        _nextLine++;
        _lineStart = _at - _start;
        return true;
    }

    // The line may be longer than any buffer: nothing of it is kept.
    void BackToFirstLineEnd()
    {
        (_at, _nextLine) = (_start, _line);
        while (Peek() is not ('\r' or '\n' or < 0)) _start = ++_at;
    }

    int Peek() => _at < _end || Fill() ? _buffer[_at] : -1;

    // Keeps the record from its start: positions are counted from there.
    bool Fill()
    {
        if (_ended) return false;
        if (_start > 0)
        {
            Array.Copy(_buffer, _start, _buffer, 0, _end - _start);
            _at -= _start;
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = ListFile.Read(text, _buffer, _end, path);
        _end += read;
        _read += read;
        _ended = read == 0;
        return read > 0;
    }

    InputException Broken(string id, string message, int line, int column) =>
        new(id, ErrorKind.InvalidData, message, "Quote the field as RFC 4180 says: \"...\", with quotes inside it doubled.",
            path, line, column);
}
