using System.Text;
using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>
/// Names on one line, as OpenSSL's X509_NAME_oneline writes them: <c>/OU=account/CN=device</c>, with a backslash before '/'
/// and '+' (since OpenSSL 3), and <c>\xHH</c> for each byte outside of printable ASCII. OpenSSL does not escape a backslash in the
/// name, so that its <c>\xC3</c> is one byte or four characters, and a backslash at the end hides where the next
/// attribute begins. In these cases only, we write <c>\x5C</c>: what we write reads back exactly, what OpenSSL wrote
/// does except for such names, and <c>openssl ca -revoke</c>, which compares the text, finds all except such names.
/// </summary>
internal static class OneLineName
{
    public static string Create(string commonName, string? organizationalUnit)
    {
        var text = new StringBuilder();
        if (organizationalUnit is not null) Append(text, '/', "OU", organizationalUnit);
        Append(text, '/', "CN", commonName);
        return text.ToString();
    }

    public static string Create(Asn1Sequence name)
    {
        var text = new StringBuilder();
        foreach (var rdn in name)
        {
            var separator = '/';
            foreach (var (type, value) in DistinguishedName.Attributes(new DerSequence(rdn)))
            {
                Append(text, separator, DistinguishedName.Label(type), DistinguishedName.Text(value));
                separator = '+';
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// What distinguishes the devices of two subjects: common name and organizational unit, written as by
    /// <see cref="Create(string, string?)"/> whatever else the subject has, in lines of any program.
    /// </summary>
    public static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> subject)
    {
        // Almost every line has been written here.
        if (IsPlain(subject)) return subject;
        var name = LedgerFormat.Text(subject);
        return First(name, "CN") is { } commonName ? Encoding.ASCII.GetBytes(Create(commonName, First(name, "OU"))) : subject;
    }

    // /CN=device or /OU=account/CN=device, without characters that can be written in two ways.
    static bool IsPlain(ReadOnlySpan<byte> subject)
    {
        var slashes = 0;
        foreach (var b in subject)
        {
            if (b is < 0x20 or > 0x7E or (byte)'\\' or (byte)'+') return false;
            if (b == '/') slashes++;
        }

        return slashes == 1 ? subject.StartsWith("/CN="u8)
            : slashes == 2 && subject.StartsWith("/OU="u8) && subject.Slice(subject.LastIndexOf((byte)'/')).StartsWith("/CN="u8);
    }

    /// <summary>
    /// Whether a subject may be that of a device or CA. OpenSSL writes the two bytes of each character of a BMPString: such a name cannot
    /// be compared, and the serial number decides.
    /// </summary>
    public static bool MayBeOf(string subject, string? commonName) =>
        subject.Length == 0 || First(subject, "CN") == commonName || subject.Contains("\\x00");

    /// <summary>The value of the first attribute of a type; null when there is none.</summary>
    public static string? First(string name, string type)
    {
        for (var at = 0; at < name.Length;)
        {
            var end = at + 1;
            while (end < name.Length && !StartsAttribute(name, end)) end++;
            if (string.CompareOrdinal(name, at + 1, type, 0, type.Length) == 0 && at + 1 + type.Length < end
                && name[at + 1 + type.Length] == '=')
                return Decode(name, at + type.Length + 2, end);
            at = end;
        }

        return null;
    }

    static void Append(StringBuilder text, char separator, string type, string value)
    {
        text.Append(separator).Append(type).Append('=');
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (b is < 0x20 or > 0x7E || (b == '\\' && (i == bytes.Length - 1 || bytes[i + 1] == 'x')))
                text.Append("\\x").Append(Hex.Digits[b >> 4]).Append(Hex.Digits[b & 15]);
            else if (b is (byte)'/' or (byte)'+') text.Append('\\').Append((char)b);
            else text.Append((char)b);
        }
    }

    // OpenSSL before 3 did not escape '/' in a value: a '/' separates only when an attribute's type follows.
    static bool StartsAttribute(string name, int at)
    {
        if (name[at] is not ('/' or '+') || name[at - 1] == '\\') return false;
        var i = at + 1;
        while (i < name.Length && (name[i] is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '.' or '-')) i++;
        return i > at + 1 && i < name.Length && name[i] == '=';
    }

    static string Decode(string name, int start, int end)
    {
        if (name.IndexOf('\\', start, end - start) < 0) return name.Substring(start, end - start);
        var bytes = new byte[end - start];
        var count = 0;
        for (var i = start; i < end; i++)
        {
            if (name[i] == '\\' && i + 3 < end && name[i + 1] == 'x' && Hex.TryDecode(name.Substring(i + 2, 2)) is [var b])
            {
                bytes[count++] = b;
                i += 3;
            }
            else
            {
                if (name[i] == '\\' && i + 1 < end && name[i + 1] is '/' or '+') i++;
                bytes[count++] = (byte)name[i];
            }
        }

        // OpenSSL writes the certificate's own bytes: Latin-1, as a rule, where it has a TeletexString.
        return Utf8.OrLatin1(bytes.AsSpan(0, count));
    }
}
