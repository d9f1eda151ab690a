using System.Text;

namespace DeviceCreds;

/// <summary>The textual encoding of RFC 7468, and RFC 1421's headers, which OpenSSL's old encrypted keys carry.</summary>
internal static class Pem
{
    public const string Begin = "-----BEGIN ";
    const string End = "-----END ";
    const string Dashes = "-----";
    static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    public static bool IsPem(string text) => text.Contains(Begin);

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

    /// <summary>The same as a file's bytes, with a newline at the end; nothing of it is left in memory elsewhere.</summary>
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

    /// <summary>Every block of the text, whatever stands around them.</summary>
    /// <exception cref="InputException">A block has no END, another's END, or something that is not Base64.</exception>
    public static IReadOnlyList<PemBlock> Parse(InputFile file)
    {
        var blocks = new List<PemBlock>();
        var lines = new LineReader(file.Text);
        while (lines.Next() is { } line)
        {
            var text = line.Trim();
            if (!text.StartsWith(Begin, StringComparison.Ordinal) || !text.EndsWith(Dashes, StringComparison.Ordinal) || text.Length < Begin.Length + Dashes.Length) continue;
            var label = text.Substring(Begin.Length, text.Length - Begin.Length - Dashes.Length);
            // Without its line breaks a whole key would pass for a label, and messages show labels.
            if (label.Contains(Dashes))
                throw file.Invalid("PemLineBreaksMissing", "the BEGIN line goes on after its label: the line breaks of the file are lost.", "Write or copy the file again, with its line breaks.", lines.Number);
            blocks.Add(ReadBlock(file, lines, label));
        }

        return blocks;
    }

    /// <summary>The label of every block; what the blocks hold, which may be keys, is overwritten.</summary>
    /// <exception cref="InputException">As for <see cref="Parse"/>.</exception>
    public static IReadOnlyList<string> ReadLabels(InputFile file) => [.. Parse(file).Select(block =>
    {
        Array.Clear(block.Bytes, 0, block.Bytes.Length);
        return block.Label;
    })];

    static PemBlock ReadBlock(InputFile file, LineReader lines, string label)
    {
        var beginLine = lines.Number;
        var body = new StringBuilder();
        Dictionary<string, string>? headers = null;
        while (lines.Next() is { } line)
        {
            var text = line.Trim();
            if (text.StartsWith(End, StringComparison.Ordinal))
            {
                if (text != End + label + Dashes)
                    throw file.Invalid("PemLabelMismatch", $"the block '{Printable(label)}' that begins in line {beginLine} ends with {EndOf(text)}.", "The file was cut or glued together wrongly: write it again.", lines.Number);
                return new PemBlock(label, Decode(file, body, label, beginLine), beginLine, headers ?? NoHeaders);
            }

            if (text.StartsWith(Begin, StringComparison.Ordinal)) break;
            var colon = text.IndexOf(':');
            if (colon > 0 && body.Length == 0) (headers ??= [])[text.Substring(0, colon)] = text.Substring(colon + 1).Trim();
            else AppendBase64(file, body, line, lines.Number);
        }

        throw file.Invalid("PemTruncated", $"the block '{Printable(label)}' has no END line.", "The file was cut short: write or copy it again.", beginLine);
    }

    static void AppendBase64(InputFile file, StringBuilder body, string line, int number)
    {
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c is ' ' or '\t' or '\r') continue;
            // The offending character is not shown: in a key's block it would be key material.
            if (c is not (>= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '+' or '/' or '='))
                throw file.Invalid("PemNotBase64", "a character that is not Base64 stands in a PEM block.", "The file is damaged: write or copy it again.", number, i + 1);
            body.Append(c);
        }
    }

    static byte[] Decode(InputFile file, StringBuilder body, string label, int line)
    {
        try
        {
            var bytes = Convert.FromBase64String(body.ToString());
            if (bytes.Length == 0) throw file.Invalid("PemEmpty", $"the block '{Printable(label)}' is empty.", "Write the file again.", line);
            return bytes;
        }
        catch (FormatException)
        {
            throw file.Invalid("PemNotBase64", $"the block '{Printable(label)}' is not Base64 as a whole: characters are missing or too many.", "The file is damaged: write or copy it again.", line);
        }
    }

    /// <summary>The labels of the blocks, for a message; at most five.</summary>
    public static string Labels(IEnumerable<PemBlock> blocks) => string.Join(", ", blocks.Select(b => Printable(b.Label)).Distinct().Take(5));

    // What follows the END line's dashes may be the next block's content, and is not shown.
    static string EndOf(string line)
    {
        var label = line.Substring(End.Length);
        var dashes = label.IndexOf(Dashes, StringComparison.Ordinal);
        return dashes < 0 ? "an END line that is cut short" : dashes == label.Length - Dashes.Length ? $"the END of '{Printable(label.Substring(0, dashes))}'" : "an END line that goes on after its label";
    }

    // What stands in a label's place comes from the file: it may steer a terminal, or be a line of a key. Labels are words in capitals.
    static string Printable(string text) => text.Length > 60 || !text.All(c => c is >= 'A' and <= 'Z' or >= '0' and <= '9' or ' ') ? "(no label)" : text;

    /// <summary>Lines by CRLF, LF or CR, counted from 1.</summary>
    sealed class LineReader(string text)
    {
        readonly StringReader _reader = new(text);

        public int Number { get; private set; }

        public string? Next()
        {
            var line = _reader.ReadLine();
            if (line is not null) Number++;
            return line;
        }
    }
}
