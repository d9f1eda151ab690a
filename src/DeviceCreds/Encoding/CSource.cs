using System.Text;

namespace DeviceCreds;

/// <summary>
/// The part of C99 that a file of constants needs: texts, arrays of bytes, numbers and <c>sizeof</c>. Everything except constants
/// with the wanted names is skipped. Source: ISO/IEC 9899:1999, 6.4 and 6.7.8.
/// </summary>
internal sealed class CSource
{
    /// <summary>Far more than any certificate or name has.</summary>
    const int MaximumLength = 65536;

    enum TokenKind
    {
        End,
        Name,
        Number,
        Text,
        Sign,
    }

    readonly record struct Token(TokenKind Kind, string Text, byte[] Bytes, ulong Number, int Line, int Column)
    {
        public bool Is(string sign) => Kind is TokenKind.Sign or TokenKind.Name && Text == sign;
    }

    readonly InputFile _file;
    readonly string _advice;
    readonly string _text;
    int _at;
    int _line = 1;
    int _lineStart;
    bool _isLineEmpty = true;
    Token _token;

    CSource(InputFile file, string advice)
    {
        _file = file;
        _advice = advice;
        // Lines may end with CR alone.
        _text = file.Text.IndexOf('\n') >= 0 ? file.Text : file.Text.Replace('\r', '\n');
        Next();
    }

    /// <summary>The constants of the wanted names, by name.</summary>
    /// <param name="file">The file.</param>
    /// <param name="wanted">The names.</param>
    /// <param name="advice">What to do when the file cannot be read.</param>
    /// <exception cref="InputException">One of them cannot be read, or is defined twice.</exception>
    public static IReadOnlyDictionary<string, CConstant> Read(InputFile file, ICollection<string> wanted,
        string advice)
    {
        var source = new CSource(file, advice);
        var constants = new Dictionary<string, CConstant>(StringComparer.Ordinal);
        while (source._token.Kind != TokenKind.End)
        {
            if (source._token.Kind == TokenKind.Name && wanted.Contains(source._token.Text)) source.ReadConstant(constants);
            else source.Next();
        }

        return constants;
    }

    /// <summary>The bytes inside a C string literal: printable ASCII unchanged, everything else as three octal digits.</summary>
    public static string Escape(string text)
    {
        var literal = new StringBuilder();
        var previous = (byte)0;
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is (byte)'"' or (byte)'\\') literal.Append('\\').Append((char)b);
            // Two question marks begin a trigraph.
            else if (b == '?' && previous == '?') literal.Append("\\?");
            else if (b is >= 0x20 and < 0x7F) literal.Append((char)b);
            else literal.Append('\\').Append(Convert.ToString(b, 8).PadLeft(3, '0'));
            previous = b;
        }

        return literal.ToString();
    }

    /// <summary>Whether a text can be a name, or the beginning of one.</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && IsLetter(text[0]) && text.Length <= 64 && text.All(c => IsLetter(c) || IsDigit(c));

    void ReadConstant(Dictionary<string, CConstant> constants)
    {
        var name = _token;
        Next();
        ulong? declared = null;
        if (_token.Is("["))
        {
            Next();
            if (_token.Kind == TokenKind.Number)
            {
                declared = _token.Number;
                Next();
            }

            Expect("]");
        }

        // A declaration, without the constant's value.
        if (_token.Is(";")) return;
        if (!_token.Is("=")) throw Unexpected($"'=' after {name.Text}");
        Next();
        var constant = ReadValue(name);
        Expect(";");
        if (constant.Kind == CValueKind.Array && declared is { } length && length != (ulong)constant.Bytes.Length)
            throw Error("SourceValueInvalid",
                $"{name.Text}: expected {length:N0} bytes as declared, found {constant.Bytes.Length:N0}.", name);
        if (constants.ContainsKey(name.Text)) throw Error("SourceDuplicateField", $"{name.Text}: the constant is defined twice.", name);
        constants[name.Text] = constant;
    }

    CConstant ReadValue(Token name)
    {
        var constant = new CConstant(name.Text, CValueKind.Number, [], 0, "", name.Line);
        if (_token.Kind == TokenKind.Text) return constant with { Kind = CValueKind.Text, Bytes = ReadText(name) };
        if (_token.Is("{"))
        {
            Next();
            if (_token.Kind != TokenKind.Text) return constant with { Kind = CValueKind.Array, Bytes = ReadArray(name) };
            var bytes = ReadText(name);
            Expect("}");
            return constant with { Kind = CValueKind.Text, Bytes = bytes };
        }

        if (_token.Is("sizeof"))
        {
            Next();
            var inBrackets = _token.Is("(");
            if (inBrackets) Next();
            var of = _token;
            if (of.Kind != TokenKind.Name) throw Unexpected("the name of an array");
            Next();
            if (inBrackets) Expect(")");
            return constant with { Kind = CValueKind.SizeOf, Of = of.Text };
        }

        return constant with { Number = ReadNumber() };
    }

    // Literals beside each other are one (6.4.5).
    byte[] ReadText(Token name)
    {
        var bytes = new List<byte>();
        while (_token.Kind == TokenKind.Text)
        {
            bytes.AddRange(_token.Bytes);
            if (bytes.Count > MaximumLength) throw TooLong(name);
            Next();
        }

        return [.. bytes];
    }

    byte[] ReadArray(Token name)
    {
        // A key fits, so no copy of a part stays in memory.
        using var bytes = new MemoryStream(capacity: 1024);
        while (!_token.Is("}"))
        {
            if (bytes.Length == MaximumLength) throw TooLong(name);
            var element = _token;
            // The number is not shown: it may be a key's.
            if (ReadNumber() is <= byte.MaxValue and var number) bytes.WriteByte((byte)number);
            else throw Error("SourceValueInvalid", $"{name.Text}: an element of the array is larger than 255.", element);
            if (_token.Is(",")) Next();
            else if (!_token.Is("}")) throw Unexpected($"',' or '}}' in {name.Text}");
        }

        Next();
        var array = bytes.ToArray();
        Array.Clear(bytes.GetBuffer(), 0, array.Length);
        return array;
    }

    ulong ReadNumber()
    {
        // A cast, such as (uint8_t)0x30.
        if (_token.Is("("))
        {
            Next();
            if (_token.Kind != TokenKind.Name) throw Unexpected("the type of a cast");
            Next();
            Expect(")");
        }

        if (_token.Kind != TokenKind.Number) throw Unexpected("a number");
        var number = _token.Number;
        Next();
        return number;
    }

    void Expect(string sign)
    {
        if (!_token.Is(sign)) throw Unexpected($"'{sign}'");
        Next();
    }

    // Moves to the next token, over white space, comments, directives and backslashes at the ends of lines.
    void Next()
    {
        SkipBlanks();
        _isLineEmpty = false;
        var (line, column) = (_line, _at - _lineStart + 1);
        if (_at >= _text.Length)
        {
            _token = new Token(TokenKind.End, "", [], 0, line, column);
            return;
        }

        var c = _text[_at];
        if (c is '"' or '\'') _token = Quoted(c, line, column);
        else if (IsDigit(c)) _token = new Token(TokenKind.Number, "", [], Number(line, column), line, column);
        else if (IsLetter(c)) _token = new Token(TokenKind.Name, Name(), [], 0, line, column);
        else _token = new Token(TokenKind.Sign, _text[_at++].ToString(), [], 0, line, column);
    }

    void SkipBlanks()
    {
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c == '\n') NewLine();
            else if (char.IsWhiteSpace(c)) _at++;
            else if (c == '\\' && IsLineEnd(_at + 1)) Splice();
            else if (c == '/' && Peek(1) == '*') SkipComment();
            else if ((c == '/' && Peek(1) == '/') || (c == '#' && _isLineEmpty)) SkipLine();
            else return;
        }
    }

    void SkipComment()
    {
        var (line, column) = (_line, _at - _lineStart + 1);
        _at += 2;
        while (_at < _text.Length)
        {
            if (_text[_at] == '*' && Peek(1) == '/')
            {
                _at += 2;
                return;
            }

            if (_text[_at] == '\n') NewLine();
            else _at++;
        }

        throw Error("SourceTruncated", "a comment has no end.", line, column);
    }

    // To the end of the line, or further after a backslash or inside a comment.
    void SkipLine()
    {
        var isComment = false;
        while (_at < _text.Length && _text[_at] != '\n')
        {
            isComment |= _text[_at] == '/' && Peek(1) == '/';
            if (_text[_at] == '\\' && IsLineEnd(_at + 1)) Splice();
            else if (!isComment && _text[_at] == '/' && Peek(1) == '*') SkipComment();
            else _at++;
        }
    }

    Token Quoted(char quote, int line, int column)
    {
        var bytes = new List<byte>();
        _at++;
        while (true)
        {
            if (_at >= _text.Length || _text[_at] is '\n' or '\r')
                throw Error("SourceTruncated", "a text has no end in its line.", line, column);
            var c = _text[_at];
            if (c == quote) break;
            if (bytes.Count > MaximumLength)
                throw Error("SourceLimitExceeded", $"a text has more than {MaximumLength:N0} bytes.", line, column);
            if (c == '\\' && IsLineEnd(_at + 1)) Splice();
            else if (c == '\\') AppendEscape(bytes);
            else AppendCharacter(bytes);
        }

        _at++;
        if (quote == '"') return new Token(TokenKind.Text, "", [.. bytes], 0, line, column);
        return bytes.Count == 1
            ? new Token(TokenKind.Number, "", [], bytes[0], line, column)
            : throw Error("SourceMalformed", "a character constant must have one character.", line, column);
    }

    void AppendCharacter(List<byte> bytes)
    {
        // A comment may have any bytes.
        if (_text[_at] == '\uFFFD')
            throw Error("SourceValueInvalid", "expected text in UTF-8, found other bytes.", _line, _at - _lineStart + 1);
        var length = char.IsHighSurrogate(_text[_at]) && char.IsLowSurrogate(Peek(1)) ? 2 : 1;
        bytes.AddRange(Encoding.UTF8.GetBytes(_text.Substring(_at, length)));
        _at += length;
    }

    // 6.4.4.4: simple, octal and hexadecimal escapes, and 6.4.3: universal names.
    void AppendEscape(List<byte> bytes)
    {
        var (line, column) = (_line, _at - _lineStart + 1);
        _at++;
        var c = Peek(0);
        _at++;
        const string simple = "abfnrtv\\\"'?";
        const string meant = "\a\b\f\n\r\t\v\\\"'?";
        if (simple.IndexOf(c) is >= 0 and var index)
        {
            bytes.Add((byte)meant[index]);
        }
        else if (c is 'u' or 'U')
        {
            var value = Digits(16, c == 'u' ? 4 : 8, out var count);
            if (count != (c == 'u' ? 4 : 8) || value is > 0x10FFFF or (>= 0xD800 and <= 0xDFFF))
                throw Error("SourceMalformed", "a universal character name is not valid.", line, column);
            bytes.AddRange(Encoding.UTF8.GetBytes(char.ConvertFromUtf32((int)value)));
        }
        else
        {
            if (c != 'x') _at--;
            var value = c == 'x' ? Digits(16, int.MaxValue, out var count) : Digits(8, 3, out count);
            if (count == 0 || value > byte.MaxValue)
                throw Error("SourceMalformed", "an escape sequence is unknown, or larger than a character.", line, column);
            bytes.Add((byte)value);
        }
    }

    ulong Number(int line, int column)
    {
        var (radix, needed) = (10, 0);
        if (_text[_at] == '0') radix = 8;
        if (radix == 8 && Peek(1) is 'x' or 'X')
        {
            (radix, needed) = (16, 1);
            _at += 2;
        }

        var value = Digits(radix, int.MaxValue, out var count);
        while (Peek(0) is 'u' or 'U' or 'l' or 'L') _at++;
        if (count < needed || value == ulong.MaxValue || IsLetter(Peek(0)) || IsDigit(Peek(0)) || Peek(0) == '.')
            throw Error("SourceMalformed", "a number is not an integer of C, or is larger than 64 bits.", line, column);
        return value;
    }

    // At most this many digits; a number that is too large becomes the largest.
    ulong Digits(int radix, int most, out int count)
    {
        var value = 0UL;
        for (count = 0; count < most && Digit(Peek(0)) is var digit && digit < radix; count++, _at++)
            value = value > (ulong.MaxValue - (ulong)digit) / (ulong)radix ? ulong.MaxValue : value * (ulong)radix + (ulong)digit;
        return value;
    }

    static int Digit(char c) =>
        c switch { >= '0' and <= '9' => c - '0', >= 'a' and <= 'f' => c - 'a' + 10, >= 'A' and <= 'F' => c - 'A' + 10, _ => int.MaxValue };

    string Name()
    {
        var start = _at;
        while (IsLetter(Peek(0)) || IsDigit(Peek(0))) _at++;
        return _text.Substring(start, _at - start);
    }

    static bool IsDigit(char c) => c is >= '0' and <= '9';

    static bool IsLetter(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_';

    char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    bool IsLineEnd(int at) =>
        at < _text.Length && (_text[at] == '\n' || (_text[at] == '\r' && at + 1 < _text.Length && _text[at + 1] == '\n'));

    void Splice()
    {
        while (_text[_at] != '\n') _at++;
        var wasEmpty = _isLineEmpty;
        NewLine();
        _isLineEmpty = wasEmpty;
    }

    void NewLine()
    {
        _at++;
        _line++;
        _lineStart = _at;
        _isLineEmpty = true;
    }

    InputException Unexpected(string expected) => _token.Kind == TokenKind.End
        ? Error("SourceTruncated", $"expected {expected}, found the end of the file.", _token)
        : Error("SourceMalformed", $"expected {expected} here.", _token);

    InputException TooLong(Token name) => Error("SourceLimitExceeded", $"{name.Text}: there are more than {MaximumLength:N0} bytes.", name);

    InputException Error(string id, string message, Token at) => Error(id, message, at.Line, at.Column);

    InputException Error(string id, string message, int line, int column) =>
        _file.Invalid(id, message, _advice, line, column);
}
