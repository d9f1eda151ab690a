using System.Text;

namespace DeviceCreds;

/// <summary>The textual encoding of RFC 7468, and RFC 1421's headers, which OpenSSL's old encrypted keys carry.</summary>
internal static class Pem
{
    public const string Begin = "-----BEGIN ";
    public const string End = "-----END ";
    public const string Dashes = "-----";

    /// <summary>Whether there is the beginning of a block anywhere; percent-encoded ones come from web servers.</summary>
    public static bool IsPem(string text) => text.Contains(Begin) || text.Contains(PemReader.EncodedBegin)
        || text.Contains(PemReader.FormBegin);

    /// <summary>Lines of 64 characters, LF between them, none after the last: what .NET's own PEM properties give.</summary>
    public static string Encode(string label, byte[] der)
    {
#if NET
        return System.Security.Cryptography.PemEncoding.WriteString(label, der);
#else
        var base64 = Convert.ToBase64String(der);
        var text = new StringBuilder(base64.Length + base64.Length / 64 + 64);
        text.Append(Begin).Append(label).Append(Dashes).Append('\n');
        for (var i = 0; i < base64.Length; i += 64)
            text.Append(base64, i, Math.Min(64, base64.Length - i)).Append('\n');
        return text.Append(End).Append(label).Append(Dashes).ToString();
#endif
    }

    /// <summary>The same as a file's bytes, with a newline at the end; no copy stays in memory.</summary>
    public static byte[] EncodeBytes(string label, byte[] der)
    {
        var base64 = new char[(der.Length + 2) / 3 * 4];
        Convert.ToBase64CharArray(der, 0, der.Length, base64, 0);
        var (begin, end) = ($"{Begin}{label}{Dashes}\n", $"{End}{label}{Dashes}\n");
        var file = new byte[begin.Length + base64.Length + (base64.Length + 63) / 64 + end.Length];
        var at = Encoding.ASCII.GetBytes(begin, 0, begin.Length, file, 0);
        for (var i = 0; i < base64.Length; i += 64)
        {
            at += Encoding.ASCII.GetBytes(base64, i, Math.Min(64, base64.Length - i), file, at);
            file[at++] = (byte)'\n';
        }

        Encoding.ASCII.GetBytes(end, 0, end.Length, file, at);
        Array.Clear(base64, 0, base64.Length);
        return file;
    }

    /// <summary>
    /// The text in a label's place comes from the file: it may hold control characters or a line of a key. Labels are
    /// words in capitals.
    /// </summary>
    public static string Printable(string text) =>
        text.Length > PemReader.LongestLabel || !text.All(c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or ' ')
            ? "(no label)" : text;
}
