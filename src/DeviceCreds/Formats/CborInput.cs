using System.Formats.Cbor;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// Reads CBOR (RFC 8949) from any source. It reads only what the caller's schema has, so that depth costs
/// nothing; every error names the field and its path, such as <c>Certificates[1].Data</c>.
/// </summary>
internal sealed class CborInput
{
    readonly InputFile _file;
    readonly CborReader _reader;
    readonly string _what;
    readonly bool _allowsIndefinite;
    readonly List<string> _path = [];

    CborInput(InputFile file, string what, bool allowsIndefinite)
    {
        _file = file;
        _what = what;
        _allowsIndefinite = allowsIndefinite;
        // The checks of conformance modes are made here, where the field is known.
        _reader = new CborReader(file.Bytes, CborConformanceMode.Lax);
    }

    /// <summary>
    /// The first byte inside an array or a map that the bytes begin with (RFC 8949, 3); null when it is empty or nothing follows.
    /// </summary>
    public static byte? FirstInside(byte[] bytes)
    {
        var length = bytes[0] & 0x1F;
        var at = length switch { < 24 or 31 => 1, 24 => 2, 25 => 3, 26 => 5, _ => 9 };
        return length > 0 && at < bytes.Length ? bytes[at] : null;
    }

    /// <summary>Where the reader is: <c>Certificates[1].Data</c>.</summary>
    public string Field => string.Concat(_path).TrimStart('.');

    /// <summary>Reads one item that fills the file.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="what">What they are, for messages: "bundle".</param>
    /// <param name="allowsIndefinite">Whether maps and arrays may have an indefinite length.</param>
    /// <param name="read">Reads the item.</param>
    /// <exception cref="InputException">It is not CBOR, or does not fit the schema.</exception>
    public static T Read<T>(InputFile file, string what, bool allowsIndefinite, Func<CborInput, T> read)
    {
        var input = new CborInput(file, what, allowsIndefinite);
        try
        {
            var result = read(input);
            var left = input._reader.BytesRemaining;
            return left == 0 ? result : throw input.Error("TrailingData", $"{MessageText.BytesFollow(left)} the {what}.",
                "One file holds one item: write it again.");
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            throw input.Error("Malformed",
                $"the CBOR is incomplete or damaged at byte {file.Bytes.Length - input._reader.BytesRemaining:N0}.",
                "Write or copy the file again.", e);
        }
    }

    /// <summary>A map with text keys, each at most once.</summary>
    /// <param name="entry">Reads the value of the given key, and refuses an unknown one: so there are no more entries than keys.</param>
    public void Map(Action<string> entry)
    {
        Expect(CborReaderState.StartMap, "a map");
        if (_reader.ReadStartMap() is null && !_allowsIndefinite) throw Indefinite();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (_reader.PeekState() != CborReaderState.EndMap)
        {
            var key = Text("a key of the map");
            _path.Add("." + SubjectText.Shorten(key));
            if (!keys.Add(key)) throw Error("DuplicateField", "the field occurs more than once.", "Keep one of them.");
            entry(key);
            _path.RemoveAt(_path.Count - 1);
        }

        _reader.ReadEndMap();
    }

    /// <summary>An array.</summary>
    /// <param name="maximum">How many elements there may be.</param>
    /// <param name="element">Reads one element.</param>
    public List<T> Array<T>(int maximum, Func<T> element)
    {
        Expect(CborReaderState.StartArray, "an array");
        var length = _reader.ReadStartArray();
        if (length is null && !_allowsIndefinite) throw Indefinite();
        if (length > maximum) throw TooMany(maximum);
        var list = new List<T>();
        while (_reader.PeekState() != CborReaderState.EndArray)
        {
            if (list.Count == maximum) throw TooMany(maximum);
            _path.Add($"[{list.Count}]");
            list.Add(element());
            _path.RemoveAt(_path.Count - 1);
        }

        _reader.ReadEndArray();
        return list;
    }

    public string Text() => Text(null);

    public byte[] Bytes()
    {
        Expect(CborReaderState.ByteString, "a byte string");
        return _reader.ReadDefiniteLengthByteString().ToArray();
    }

    public long Integer()
    {
        if (_reader.PeekState() is not (CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger)) throw WrongType("an integer");
        try
        {
            return _reader.ReadInt64();
        }
        catch (OverflowException e)
        {
            throw Error("ValueInvalid", "expected a signed integer of 64 bits.", "Give a smaller one.", e);
        }
    }

    /// <summary>0 or 1; the device does not accept CBOR's true and false.</summary>
    public bool Flag() => Integer() is var value and (0 or 1) ? value == 1 : throw Error("ValueInvalid", "expected 0 or 1.", null);

    /// <summary>An integer, a text or bytes.</summary>
    public object Value() => _reader.PeekState() switch
    {
        CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger => Integer(),
        CborReaderState.TextString => Text(),
        CborReaderState.ByteString => Bytes(),
        _ => throw WrongType("an integer, a text or a byte string"),
    };

    /// <summary>An error at the present field.</summary>
    /// <param name="id">The end of its identifier, such as <c>UnknownField</c>.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="advice">What to do.</param>
    /// <param name="inner">The cause.</param>
    public InputException Error(string id, string message, string? advice, Exception? inner = null) =>
        At(Field, id, message, advice, inner);

    /// <summary>An error at a field that was read before.</summary>
    public InputException At(string field, string id, string message, string? advice, Exception? inner = null) =>
        _file.Invalid(char.ToUpperInvariant(_what[0]) + _what.Substring(1) + id, field.Length == 0
            ? $"the {_what}: {message}"
            : $"{field}: {message}", advice, inner: inner);

    string Text(string? role)
    {
        Expect(CborReaderState.TextString, "a text", role);
        try
        {
            return Utf8.Strict.GetString(_reader.ReadDefiniteLengthTextStringBytes().ToArray());
        }
        catch (DecoderFallbackException e)
        {
            throw Error("ValueInvalid", $"{role ?? "the text"} is not UTF-8.", null, e);
        }
    }

    void Expect(CborReaderState state, string what, string? role = null)
    {
        if (_reader.PeekState() != state) throw WrongType(what, role);
    }

    InputException TooMany(int maximum) => Error("LimitExceeded", $"there are more than {maximum} elements.", null);

    InputException Indefinite() =>
        Error("IndefiniteLength", "the length is indefinite, which the device does not accept.",
            "Write it with definite lengths.");

    InputException WrongType(string expected, string? role = null) => _reader.PeekState() switch
    {
        CborReaderState.StartIndefiniteLengthByteString or CborReaderState.StartIndefiniteLengthTextString => Indefinite(),
        var state => Error("WrongType", $"{role ?? "this"}: expected {expected}, found {Describe(state)}.", null),
    };

    static string Describe(CborReaderState state) => state switch
    {
        CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger => "an integer",
        CborReaderState.TextString => "a text",
        CborReaderState.ByteString => "a byte string",
        CborReaderState.StartMap => "a map",
        CborReaderState.StartArray => "an array",
        CborReaderState.Tag => "a tag",
        CborReaderState.Boolean => "true or false",
        CborReaderState.Null => "null",
        CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat =>
            "a number with a fraction",
        _ => "something else",
    };
}
