using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// Which token, and which key on it: a URI of RFC 7512, such as <c>pkcs11:token=Factory;object=ca</c>. Attributes that it does not name
/// may have any value. It never holds a PIN.
/// </summary>
internal sealed class Pkcs11Uri
{
    const string Scheme = "pkcs11:";

    /// <summary>Longer than all attributes of any token together, percent-encoded.</summary>
    const int MaximumLength = 4096;

    // RFC 7512, 2.3: characters other than letters and digits that need no encoding; the second set only after the question mark.
    const string PlainCharacters = "-._~:[]@!$'()*+,=&";
    const string QueryCharacters = "-._~:[]@!$'()*+,=/?|";

    static readonly string[] PlaceNames = ["token", "manufacturer", "serial", "model", "library-manufacturer",
        "library-description", "library-version", "slot-manufacturer", "slot-description"];

    readonly Dictionary<string, string> _place = [];

    Pkcs11Uri()
    {
    }

    /// <summary>What the URI says of the token, its slot and its library: attribute name and value.</summary>
    public IReadOnlyDictionary<string, string> Place => _place;

    /// <summary>The number of the slot (CK_SLOT_ID).</summary>
    public ulong? SlotId { get; private set; }

    /// <summary>The object's label (CKA_LABEL).</summary>
    public string? Object { get; private set; }

    /// <summary>The object's identifier (CKA_ID).</summary>
    public byte[]? Id { get; private set; }

    /// <summary>
    /// The identifier as copied from pkcs11-tool: in hexadecimal, without percent signs. Null when it is not hexadecimal.
    /// </summary>
    public byte[]? IdInHexadecimal { get; private set; }

    /// <exception cref="InputException">It is not a URI of RFC 7512, cannot name a private key, or holds a PIN. The message shows
    /// none of its values.</exception>
    public static Pkcs11Uri Parse(string text)
    {
        if (text.Length > MaximumLength)
            throw new InputException("Pkcs11UriTooLong", ErrorKind.LimitExceeded,
                $"The PKCS#11 URI has {text.Length} characters, more than {MaximumLength}.",
                "Name the token and the object: 'pkcs11:token=...;object=...'.");
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) throw Invalid("a PKCS#11 URI begins with 'pkcs11:'", 1);
        if (UnexpandedVariable.Find(text) is not null) throw Invalid("it holds a variable that was not replaced by its value", 1);
        var uri = new Pkcs11Uri();
        var question = text.IndexOf('?');
        var path = question < 0 ? text.Length : question;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in Attributes(text, Scheme.Length, path, ';')) uri.Take(attribute, seen);
        if (question >= 0)
        {
            foreach (var attribute in Attributes(text, question + 1, text.Length, '&')) CheckQuery(attribute);
        }

        return uri;
    }

    /// <summary>The same token, and the object that bears these.</summary>
    public Pkcs11Uri For(string label, byte[]? id)
    {
        var uri = new Pkcs11Uri { SlotId = SlotId, Object = label, Id = id };
        foreach (var part in _place) uri._place.Add(part.Key, part.Value);
        return uri;
    }

    /// <summary>The URI of a key on a token, as <see cref="Parse"/> reads it.</summary>
    public static string Format(string token, string? label, byte[]? id)
    {
        var text = new StringBuilder(Scheme).Append("token=").Append(Encode(Encoding.UTF8.GetBytes(token)));
        if (label is { Length: > 0 }) text.Append(";object=").Append(Encode(Encoding.UTF8.GetBytes(label)));
        if (id is { Length: > 0 })
            text.Append(";id=").Append(string.Concat(id.Select(Escape)));
        return text.ToString();
    }

    static string Encode(byte[] value) =>
        string.Concat(value.Select(b => b < 0x80 && IsPlain((char)b, "-._~") ? ((char)b).ToString() : Escape(b)));

    static string Escape(byte octet) => "%" + octet.ToString("X2", CultureInfo.InvariantCulture);

    void Take(Attribute attribute, HashSet<string> seen)
    {
        var (name, column) = (attribute.Name, attribute.Column);
        if (!seen.Add(name)) throw Invalid($"the attribute '{name}' is a duplicate", column);
        if (PlaceNames.Contains(name)) _place[name] = Text(attribute);
        else if (name == "object") Object = Text(attribute);
        else if (name == "id") TakeId(attribute);
        else if (name == "slot-id")
            SlotId = ulong.TryParse(Text(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var slot)
                ? slot : throw Invalid("a slot-id is a decimal number", column);
        else if (name == "type") CheckType(Text(attribute), column);
        else if (name is "pin-value" or "pin-source") throw Pin(name);
        // RFC 7512, 2.4: an unknown attribute matches nothing.
        else throw Invalid("there is no such attribute in RFC 7512", column);
    }

    // RFC 7512, 2.3: an identifier's octets are percent-encoded; otherwise the octets of its characters count.
    void TakeId(Attribute attribute)
    {
        Id = Decode(attribute, PlainCharacters);
        if (attribute.Value.IndexOf('%') >= 0) return;
        var digits = attribute.Value.Replace(":", "");
        IdInHexadecimal = Hex.TryDecode(digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits.Substring(2)
            : digits) is { Length: > 0 } id ? id : null;
    }

    // People copy the URI of the certificate or the public key, which has the private key's label and identifier.
    static void CheckType(string type, int column)
    {
        if (type is not ("private" or "public" or "cert"))
            throw Invalid("this type of object cannot sign; a CA's key is of the type private", column);
    }

    static void CheckQuery(Attribute attribute)
    {
        if (attribute.Name is "pin-value" or "pin-source") throw Pin(attribute.Name);
        // RFC 7512, 2.4: others are ignored; -Pkcs11Library says which library it is.
        Decode(attribute, QueryCharacters);
    }

    static IEnumerable<Attribute> Attributes(string text, int start, int end, char separator)
    {
        while (start < end)
        {
            var stop = text.IndexOf(separator, start, end - start);
            if (stop < 0) stop = end;
            var equals = text.IndexOf('=', start, stop - start);
            if (equals <= start) throw Invalid("an attribute is a name, '=' and a value", start + 1);
            for (var i = start; i < equals; i++)
            {
                if (!(text[i] < 0x80 && (char.IsLetterOrDigit(text[i]) || text[i] is '-' or '_')))
                    throw Invalid("this character cannot stand in an attribute's name", i + 1);
            }

            yield return new Attribute(text.Substring(start, equals - start), text.Substring(equals + 1, stop - equals - 1), equals + 2);
            if (stop == end - 1) throw Invalid($"nothing follows the '{separator}'", end);
            start = stop + 1;
        }
    }

    static string Text(Attribute attribute)
    {
        try
        {
            var text = Utf8.Strict.GetString(Decode(attribute, PlainCharacters));
            return text.Any(char.IsControl) ? throw Invalid("the value has a control character", attribute.Column) : text;
        }
        catch (ArgumentException)
        {
            throw Invalid("the value is not UTF-8 after percent-decoding", attribute.Column);
        }
    }

    static byte[] Decode(Attribute attribute, string plain)
    {
        var value = attribute.Value;
        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '%')
            {
                var octet = i + 2 < value.Length ? Hex.TryDecode(value.Substring(i + 1, 2)) : null;
                bytes.Add((octet ?? throw Invalid("'%' is followed by two hexadecimal digits", attribute.Column + i))[0]);
                i += 2;
            }
            else
            {
                bytes.Add(
                    IsPlain(value[i], plain)
                        ? (byte)value[i]
                        : throw Invalid(value[i] == ' ' ? "a space is written %20" : "this character is percent-encoded in a PKCS#11 URI",
                            attribute.Column + i));
            }
        }

        return [.. bytes];
    }

    static bool IsPlain(char c, string others) =>
        c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' || others.IndexOf(c) >= 0;

    static InputException Pin(string name) =>
        new("Pkcs11UriPin", ErrorKind.InvalidArgument,
            $"The PKCS#11 URI has a {name}. Do not put a PIN in a URI: URIs appear in histories, logs and error messages.",
            "Give it as -Pin (Read-Host -AsSecureString), and remove it from the URI.");

    static InputException Invalid(string problem, int column) =>
        new("Pkcs11UriInvalid", ErrorKind.InvalidArgument, $"The PKCS#11 URI is not valid: {problem} (character {column}).",
            "Write it as 'pkcs11:token=Factory;object=ca' (RFC 7512); p11tool --list-tokens and pkcs11-tool --list-objects show them.");

    readonly record struct Attribute(string Name, string Value, int Column);
}
