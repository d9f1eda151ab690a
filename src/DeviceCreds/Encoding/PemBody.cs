using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>The text between BEGIN and END: headers, and Base64 with anything around it that can be ignored.</summary>
internal sealed class PemBody
{
    public static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    const int MaximumHeaders = 64;

    // OpenSSL's headers, with or without their line breaks. The initialisation vector has 8 octets for DES, and 16 for the others.
    static readonly Regex OpenSslHeaders = new(
        @"\A\s*Proc-Type:\s*(?<type>4,\s*ENCRYPTED)\s*DEK-Info:\s*(?<info>DES-[A-Z0-9-]+,[0-9A-Fa-f]{16}|[A-Z0-9-]+,[0-9A-Fa-f]{32})",
            RegexOptions.CultureInvariant);

    // Of Base64, as a mail may write them.
    static readonly string[] QuotedSigns = ["=3D", "=2B", "=2F"];

    readonly string _file;
    readonly bool _isQuoted;
    readonly int _from;
    readonly string _text;
    readonly int _end;
    int _start;

    /// <param name="file">The text of the file.</param>
    /// <param name="start">Where the body begins in it.</param>
    /// <param name="end">Where it ends.</param>
    public PemBody(string file, int start, int end)
    {
        _file = file;
        _from = start;
        // A revocation list may be large: text that needs no change is not copied.
        _isQuoted = IsQuoted(file, start, end);
        var isPlain = !_isQuoted && file.IndexOf('\\', start, end - start) < 0;
        _text = isPlain ? file : Unescape(file, start, end);
        (_start, _end) = isPlain ? (start, end) : (0, _text.Length);
    }

    /// <summary>The headers before the Base64, which <see cref="Decode"/> then leaves out.</summary>
    public IReadOnlyDictionary<string, string> TakeHeaders()
    {
        if (_text.IndexOf(':', _start, _end - _start) < 0) return NoHeaders;
        if (OpenSslHeaders.Match(_text.Substring(_start, _end - _start)) is { Success: true } match)
        {
            _start += match.Length;
            return new Dictionary<string, string> { ["Proc-Type"] = match.Groups["type"].Value, ["DEK-Info"] = match.Groups["info"].Value };
        }

        var headers = new Dictionary<string, string>();
        while (_start < _end)
        {
            var end = _text.IndexOfAny(['\r', '\n'], _start, _end - _start);
            if (end < 0) end = _end;
            var line = _text.Substring(_start, end - _start).Trim();
            var colon = line.IndexOf(':');
            if ((line.Length > 0 && colon <= 0) || headers.Count == MaximumHeaders) break;
            if (colon > 0) headers[line.Substring(0, colon)] = line.Substring(colon + 1).Trim();
            _start = Math.Min(end + 1, _end);
        }

        return headers;
    }

    /// <summary>The bytes.</summary>
    /// <param name="problem">The position of a character that is not Base64; -1 when all are Base64, but characters are
    /// missing or too many.</param>
    /// <returns>The bytes; null when they cannot be decoded.</returns>
    public byte[]? Decode(out int problem)
    {
        var base64 = new char[_end - _start];
        var count = 0;
        problem = -1;
        try
        {
            for (var i = _start; i < _end; i++)
            {
                var c = _text[i];
                if (Base64.IsDigit(c)) base64[count++] = c;
                else if (!IsAround(c))
                {
                    problem = FileIndex(i);
                    return null;
                }
            }

            return Base64.TryDecode(base64, count, needsPadding: !_isQuoted);
        }
        finally
        {
            Array.Clear(base64, 0, base64.Length);
        }
    }

    // Source code has quotes around lines and NUL at the end, and joined files have byte-order marks inside.
    static bool IsAround(char c) => char.IsWhiteSpace(c) || c is '"' or '\'' or '\0' or '\uFEFF';

    // Quoted-printable (RFC 2045, 6.7): padding is followed by neither digits nor lines.
    static bool IsQuoted(string text, int start, int end)
    {
        var at = text.IndexOf('=', start, end - start);
        if (at < 0 || text.IndexOf(':', start, end - start) >= 0) return false;
        if (QuotedSigns.Any(s => text.IndexOf(s, at, end - at, StringComparison.OrdinalIgnoreCase) >= 0)) return true;
        var next = at + 1;
        while (next < end && char.IsWhiteSpace(text[next])) next++;
        return next > at + 1 && next < end && text[next] != '=' && Base64.IsDigit(text[next]);
    }

    string Unescape(string raw, int start, int end)
    {
        var text = new StringBuilder(end - start);
        for (var i = start; i < end;)
        {
            if (Step(raw, ref i) is { } c) text.Append(c);
        }

        return text.ToString();
    }

    // An escape of JSON, C or a mail, or a character. One before a line break continues the line; of several, the last one counts.
    char? Step(string raw, ref int i)
    {
        if (_isQuoted && raw[i] == '=')
        {
            var octet = i + 2 < raw.Length ? Hex.TryDecode(raw.AsSpan(i + 1, 2)) : null;
            i += octet is null ? 1 : 3;
            return octet is null ? null : (char)octet[0];
        }

        if (raw[i] != '\\' || i + 1 == raw.Length) return raw[i++];
        var next = raw[i + 1];
        if (next == '\\')
        {
            i++;
            return null;
        }

        if (next == 'u' && i + 6 <= raw.Length && ushort.TryParse(raw.Substring(i + 2, 4), NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture, out var code))
        {
            i += 6;
            return (char)code;
        }

        if (next is not ('n' or 'r' or 't' or '/' or '"' or '\r' or '\n')) return raw[i++];
        i += 2;
        return next switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => next };
    }

    int FileIndex(int index)
    {
        if (ReferenceEquals(_file, _text)) return index;
        var at = _from;
        while (index > 0)
        {
            if (Step(_file, ref at) is not null) index--;
        }

        return at;
    }
}
