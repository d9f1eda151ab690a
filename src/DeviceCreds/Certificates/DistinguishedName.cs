using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X500;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>X.500 names (RFC 5280, 4.1.2.4): made for devices and CAs, read from any certificate, shown as RFC 4514 says.</summary>
internal static class DistinguishedName
{
    /// <summary>Names have a few attributes; each costs a hundred times its bytes.</summary>
    const int MaximumAttributes = 256;

    static readonly Dictionary<DerObjectIdentifier, string> ShortNames = new()
    {
        [X509Name.CN] = "CN", [X509Name.OU] = "OU", [X509Name.O] = "O", [X509Name.L] = "L", [X509Name.ST] = "ST", [X509Name.C] = "C",
        [X509Name.Street] = "STREET", [X509Name.DC] = "DC", [X509Name.UID] = "UID", [X509Name.EmailAddress] = "emailAddress",
        [X509Name.SerialNumber] = "serialNumber", [X509Name.T] = "title", [X509Name.Surname] = "SN", [X509Name.GivenName] = "GN",
    };

    /// <summary>One CN, preceded by one OU when there is one: from the general to the particular, as X.501 orders them.</summary>
    public static Asn1Sequence Create(string commonName, string? organizationalUnit = null) => organizationalUnit is null
        ? new DerSequence(Attribute(X509Name.CN, commonName))
        : new DerSequence(Attribute(X509Name.OU, organizationalUnit), Attribute(X509Name.CN, commonName));

    static DerSet Attribute(DerObjectIdentifier type, string value) =>
        new(new DerSequence(type, DerPrintableString.IsPrintableString(value) ? new DerPrintableString(value) : new DerUtf8String(value)));

    /// <summary>Every attribute in encoded order.</summary>
    /// <exception cref="ArgumentException">It is not a Name.</exception>
    public static IEnumerable<(DerObjectIdentifier Type, Asn1Encodable Value)> Attributes(Asn1Sequence name)
    {
        foreach (var rdn in name)
        {
            foreach (var attribute in Asn1Set.GetInstance(rdn))
            {
                var pair = AttributeTypeAndValue.GetInstance(attribute);
                yield return (pair.Type, pair.Value);
            }
        }
    }

    public static IEnumerable<string> Values(Asn1Sequence name, DerObjectIdentifier type) =>
        Attributes(name).Where(a => a.Type.Equals(type)).Select(a => Text(a.Value));

    public static string? First(Asn1Sequence name, DerObjectIdentifier type) => Values(name, type).FirstOrDefault();

    public static string Label(DerObjectIdentifier type) => ShortNames.TryGetValue(type, out var label) ? label : type.Id;

    /// <summary>The string representation of RFC 4514: last RDN first, specials escaped.</summary>
    /// <exception cref="ArgumentException">It is not a Name.</exception>
    /// <exception cref="UnreadableException">It has more attributes than are read.</exception>
    public static string Format(Asn1Sequence name)
    {
        var count = name.Count > MaximumAttributes ? name.Count : name.Sum(rdn => Asn1Set.GetInstance(rdn).Count);
        if (count > MaximumAttributes)
            throw new UnreadableException($"a name in it has {count:N0} attributes, and at most {MaximumAttributes} are read");
        var text = new StringBuilder();
        for (var i = name.Count - 1; i >= 0; i--)
        {
            if (text.Length > 0) text.Append(',');
            var first = true;
            foreach (var attribute in Asn1Set.GetInstance(name[i]))
            {
                if (!first) text.Append('+');
                first = false;
                var pair = AttributeTypeAndValue.GetInstance(attribute);
                text.Append(Label(pair.Type)).Append('=');
                AppendEscaped(text, Text(pair.Value));
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// A form in which names that are equal by RFC 5280, 7.1, are the same text: see <see cref="PreparedName"/>. The form of a name
    /// begins with that of its first attributes.
    /// </summary>
    public static string Normalise(Asn1Sequence name)
    {
        var text = new StringBuilder();
        foreach (var rdn in name)
        {
            // A set has no order. Each value has its length before it, so that no value can imitate another attribute.
            var attributes = Asn1Set.GetInstance(rdn);
            if (attributes.Count == 1) text.Append(Normalise(attributes[0]));
            else foreach (var attribute in attributes.Select(Normalise).OrderBy(a => a, StringComparer.Ordinal)) text.Append(attribute);
            text.Append('/');
        }

        return text.ToString();
    }

    static string Normalise(Asn1Encodable attribute)
    {
        var pair = AttributeTypeAndValue.GetInstance(attribute);
        var value = Text(pair.Value);
        // A value that is not text is equal only to the same bytes.
        value = pair.Value.ToAsn1Object() is not IAsn1String
            ? "#" + Hex.Encode(pair.Value.GetDerEncoded())
            : "=" + PreparedName.Of(value);
        return $"{pair.Type.Id}:{value.Length}{value}";
    }

    /// <summary>A value as text; a value that is not text, in hexadecimal after '#'.</summary>
    public static string Text(Asn1Encodable value) => value.ToAsn1Object() switch
    {
        DerUniversalString universal => DecodeUniversal(universal.GetOctets()),
        IAsn1String s => s.GetString(),
        var other => "#" + Hex.Encode(other.GetDerEncoded()),
    };

    static string DecodeUniversal(byte[] utf32) =>
        new UTF32Encoding(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true).GetString(utf32);

    static void AppendEscaped(StringBuilder text, string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsControl(c))
            {
                // UTF-8's octets: one, or from U+0080 C2 and another.
                if (c >= 0x80) text.Append("\\C2");
                text.Append('\\').Append(Hex.Digits[c >> 4]).Append(Hex.Digits[c & 0xF]);
                continue;
            }

            var isAtEnd = i == 0 || i == value.Length - 1;
            if (c is ',' or '+' or '"' or '\\' or '<' or '>' or ';' || (c == '#' && i == 0) || (c == ' ' && isAtEnd)) text.Append('\\');
            text.Append(c);
        }
    }
}
