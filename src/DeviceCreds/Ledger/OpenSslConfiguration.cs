using System.Text;

namespace DeviceCreds;

/// <summary>
/// Values of an OpenSSL configuration file (config(5); its default syntax), read as OpenSSL reads them: a file with an error in it has
/// no values at all. Characters are single bytes, whatever the file's encoding.
/// </summary>
internal sealed class OpenSslConfiguration
{
    const string Default = "default";
    const string Quotes = "\"'`";
    const string Punctuation = "!.%&*+,/;?@^~|-";

    static readonly char[] White = [' ', '\t', '\r', '\n'];

    readonly Dictionary<(string Section, string Name), string> _values = [];
    string _section = Default;

    OpenSslConfiguration()
    {
    }

    /// <summary>
    /// A value of the section <c>default</c>; null when the file does not set it, or has an error. A file that includes others
    /// (<c>.include</c>), or changes the syntax (<c>.pragma</c>), counts as one with an error: where OpenSSL looks for other files depends
    /// on its environment.
    /// </summary>
    public static string? Find(byte[] file, string name)
    {
        var configuration = new OpenSslConfiguration();
        return Lines(file).All(configuration.Take) ? configuration.Get(Default, name) : null;
    }

    static IEnumerable<string> Lines(byte[] file)
    {
        var text = new string([.. file.Skip(file is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0).Select(b => (char)b)]);
        var line = "";
        foreach (var part in text.Split('\n'))
        {
            // A zero ends what OpenSSL sees of a line, its line feed included, and as the first character all that it sees.
            var zero = part.IndexOf('\0');
            if (zero == 0 && line.Length == 0) yield break;
            line += zero < 0 ? part.TrimEnd('\r') : part.Substring(0, zero);
            if (zero >= 0) continue;
            if (line.EndsWith("\\", StringComparison.Ordinal) && !line.EndsWith("\\\\", StringComparison.Ordinal))
            {
                line = line.Substring(0, line.Length - 1);
                continue;
            }

            yield return line;
            line = "";
        }

        yield return line;
    }

    /// <summary>Reads a line; false when it has an error.</summary>
    bool Take(string line)
    {
        line = line.Substring(0, EndOfText(line)).Trim(White);
        if (line.Length == 0) return true;
        if (line[0] == '[') return TakeSection(line);
        var (section, name) = (_section, Word(line, 0));
        var end = name.Length;
        if (string.CompareOrdinal(line, end, "::", 0, 2) == 0)
        {
            section = name;
            name = Word(line, end + 2);
            end += 2 + name.Length;
        }

        var rest = line.Substring(end).TrimStart(White);
        if (name is ".include" or ".pragma" || !rest.StartsWith("=", StringComparison.Ordinal)) return false;
        if (Expand(rest.Substring(1).Trim(White), section) is not { } value) return false;
        _values[(section, name)] = value;
        return true;
    }

    bool TakeSection(string line)
    {
        var start = line.Length - line.Substring(1).TrimStart(White).Length;
        for (var at = start; ;)
        {
            var end = at + Word(line, at).Length;
            var next = line.Length - line.Substring(end).TrimStart(White).Length;
            if (next < line.Length && line[next] == ']')
            {
                if (Expand(line.Substring(start, end - start), null) is not { } section) return false;
                _section = section;
                return true;
            }

            // A name may have spaces between its words.
            if (next >= line.Length || next == at) return false;
            at = next;
        }
    }

    /// <summary>Where the comment begins, or the line ends.</summary>
    static int EndOfText(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#') return i;
            if (line[i] == '\\') i++;
            else if (Quotes.IndexOf(line[i]) >= 0) i = EndOfQuoted(line, i);
        }

        return line.Length;
    }

    static int EndOfQuoted(string line, int start)
    {
        var i = start + 1;
        for (; i < line.Length && line[i] != line[start]; i++)
        {
            if (line[i] == '\\') i++;
        }

        return i;
    }

    static string Word(string line, int start)
    {
        var end = start;
        while (end < line.Length && (line[end] == '\\' || IsLetter(line[end]) || Punctuation.IndexOf(line[end]) >= 0))
            end += line[end] == '\\' ? 2 : 1;
        return line.Substring(start, Math.Min(end, line.Length) - start);
    }

    static bool IsLetter(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_';

    /// <summary>A value without its quotes and escapes, with the values of its variables; null when a variable has none.</summary>
    string? Expand(string value, string? section)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (Quotes.IndexOf(value[i]) >= 0)
            {
                var end = Math.Min(EndOfQuoted(value, i), value.Length);
                for (i++; i < end; i++)
                {
                    if (value[i] == '\\') i++;
                    if (i < end) text.Append(value[i]);
                }
            }
            else if (value[i] == '\\')
            {
                if (++i < value.Length)
                    text.Append(value[i] switch { 'r' => '\r', 'n' => '\n', 'b' => '\b', 't' => '\t', var other => other });
            }
            else if (value[i] == '$')
            {
                if (Variable(value, ref i, section) is not { } found) return null;
                text.Append(found);
            }
            else text.Append(value[i]);
        }

        return text.ToString();
    }

    /// <summary><c>$name</c>, <c>${name}</c>, <c>$(name)</c>, each also with <c>section::</c> before the name.</summary>
    string? Variable(string value, ref int at, string? section)
    {
        char? close = at + 1 < value.Length ? value[at + 1] switch { '{' => '}', '(' => ')', _ => null } : null;
        var start = at + (close is null ? 1 : 2);
        var end = EndOfName(value, start);
        if (string.CompareOrdinal(value, end, "::", 0, 2) == 0)
        {
            section = value.Substring(start, end - start);
            (start, end) = (end + 2, EndOfName(value, end + 2));
        }

        at = close is null ? end - 1 : end;
        return close is not null && (end == value.Length || value[end] != close) ? null : Get(section, value.Substring(start, end - start));
    }

    static int EndOfName(string value, int end)
    {
        while (end < value.Length && IsLetter(value[end])) end++;
        return end;
    }

    string? Get(string? section, string name) => _values.TryGetValue((section ?? Default, name), out var value) ? value
        : section == "ENV" && Environment.GetEnvironmentVariable(name) is { } variable ? variable
        : _values.TryGetValue((Default, name), out value) ? value : null;
}
