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
    const int MaximumRecord = 256 * 1024;
    const int MaximumLines = 100;

    readonly record struct Field(int Start, int Length, bool HasQuotes, int Line, int Column);

    readonly List<Field> _fields = [];
    char[] _buffer = new char[64 * 1024];
    int _start;
    int _end;
    int _at;
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

    /// <summary>Goes to the next record; false at the end.</summary>
    /// <exception cref="InputException">The record is broken; the next call continues after it.</exception>
    public bool Read()
    {
        _fields.Clear();
        _start = _at;
        _line = _nextLine;
        if (Peek() < 0) return false;
        var lineStart = _at - _start;
        while (true)
        {
            var column = _at - _start - lineStart + 1;
            var fieldLine = _nextLine;
            if (Peek() == '"')
            {
                _at++;
                var from = _at - _start;
                var hasQuotes = false;
                while (true)
                {
                    var c = Peek();
                    if (c < 0 || _at - _start > MaximumRecord || _nextLine - _line > MaximumLines)
                        throw Broken("DeviceListQuoteOpen", $"this quote is not closed within {MaximumLines} lines.",
                            fieldLine, column);
                    _at++;
                    if (c == '\n')
                    {
                        _nextLine++;
                        lineStart = _at - _start;
                    }
                    else if (c == '"')
                    {
                        if (Peek() != '"') break;
                        _at++;
                        hasQuotes = true;
                    }
                }

                _fields.Add(new(from, _at - 1 - _start - from, hasQuotes, fieldLine, column));
                if (Peek() is var next && next != delimiter && next is not ('\r' or '\n' or < 0))
                    throw Broken("DeviceListQuoteInside", "text follows the closing quote of a field.", _nextLine,
                        _at - _start - lineStart + 1);
            }
            else
            {
                var from = _at - _start;
                while (Peek() is var c && c != delimiter && c is not ('\r' or '\n' or < 0)) _at++;
                _fields.Add(new(from, _at - _start - from, false, fieldLine, column));
                if (_at - _start > MaximumRecord)
                    throw Broken("DeviceListLineTooLong", $"the line has more than {MaximumRecord:N0} characters.", fieldLine, column);
            }

            var end = Peek();
            if (end >= 0) _at++;
            if (end == delimiter) continue;
            if (end == '\r' && Peek() == '\n') _at++;
            _nextLine++;
            return true;
        }
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

    InputException Broken(string id, string message, int line, int column)
    {
        // Continues with the line after the one where the record began.
        var newline = Array.IndexOf(_buffer, '\n', _start, _end - _start);
        _at = newline < 0 ? _end : newline + 1;
        _nextLine = _line + 1;
        return new InputException(id, ErrorKind.InvalidData, message,
            "Quote the field as RFC 4180 says: \"...\", with quotes inside it doubled.", path, line, column);
    }
}
