namespace DeviceCreds;

/// <summary>What the beginning of a file says about the list in it: its form, its delimiter, and whether a line for Excel comes first.</summary>
/// <param name="Form">The form.</param>
/// <param name="Delimiter">What stands between the fields of a CSV file.</param>
/// <param name="HasSeparatorLine">Whether the first line is Excel's <c>sep=;</c>, which is no row.</param>
readonly record struct ListShape(ListForm Form, char Delimiter, bool HasSeparatorLine)
{
    const string SeparatorMark = "sep=";

    static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>Recognises a list by its beginning.</summary>
    /// <param name="head">The first characters.</param>
    /// <param name="delimiter">The delimiter that was asked for; null to find it.</param>
    /// <param name="endpointNameColumn">The column that holds the endpoint name; null for one of the usual names.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="InputException">It is something else: a key, a certificate, a workbook, a JSON array.</exception>
    public static ListShape Recognise(string head, char? delimiter, string? endpointNameColumn, string path)
    {
        head = head.TrimStart();
        if (Other(head) is { } other)
            throw new InputException("DeviceListNotRecognised", ErrorKind.InvalidData, $"this is {other}, not a list of devices.", "Give the file that holds the list.", path);
        if (head.StartsWith("{", StringComparison.Ordinal)) return new(ListForm.JsonLines, default, false);
        if (head.StartsWith("[", StringComparison.Ordinal))
            throw new InputException("DeviceListJson", ErrorKind.InvalidData, "this looks like a JSON array; a list has one JSON object a line.", "With jq: jq -c '.[]'.", path, 1, 1);

        var lines = head.Split(['\r', '\n'], 3, StringSplitOptions.RemoveEmptyEntries);
        var marked = lines.Length > 0 ? SeparatorOf(lines[0]) : null;
        if ((delimiter ?? marked) is { } given) return new(ListForm.Csv, given, marked is not null);

        var header = lines.Length > 0 ? lines[0] : "";
        var candidates = Delimiters.Where(d => header.IndexOf(d) >= 0).OrderByDescending(d => header.Count(c => c == d)).ToList();
        foreach (var candidate in candidates.DefaultIfEmpty(Delimiters[0]))
        {
            if (NewHeader(header.Split(candidate).Select(f => f.Trim().Trim('"')), endpointNameColumn).EndpointName >= 0) return new(ListForm.Csv, candidate, false);
        }

        var hasColumns = candidates.Count > 0 || endpointNameColumn is not null;
        return hasColumns ? new(ListForm.Csv, candidates.Append(Delimiters[0]).First(), false) : new(ListForm.Names, default, false);
    }

    static RowHeader NewHeader(IEnumerable<string> names, string? endpointNameColumn) => new(names, endpointNameColumn);

    // Excel takes the delimiter from such a line, and writes none itself: people add it.
    static char? SeparatorOf(string line)
    {
        line = line.Trim('"');
        if (!line.StartsWith(SeparatorMark, StringComparison.OrdinalIgnoreCase)) return null;
        var rest = line.Substring(SeparatorMark.Length);
        return rest.Length == 1 ? rest[0] : null;
    }

    static string? Other(string head)
    {
        if (head.StartsWith("PK\u0003\u0004", StringComparison.Ordinal)) return "a workbook or another zip archive (in Excel, save the sheet as CSV)";
        if (head.Length > 1 && head[0] == '0' && head[1] is (>= '\u0081' and <= '\u0083') or '\uFFFD') return "a certificate or a key in DER";
        var begin = head.IndexOf(Pem.Begin, StringComparison.Ordinal);
        if (begin < 0) return null;
        var label = head.Substring(begin + Pem.Begin.Length).Split('-')[0];
        return label.EndsWith("PRIVATE KEY", StringComparison.Ordinal) ? "a private key"
            : label.EndsWith("CERTIFICATE REQUEST", StringComparison.Ordinal) ? "a certificate signing request"
            : label.EndsWith("CERTIFICATE", StringComparison.Ordinal) ? "a certificate"
            : "a PEM file";
    }
}
