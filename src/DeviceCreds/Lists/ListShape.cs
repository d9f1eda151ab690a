using System.Text;

namespace DeviceCreds;

/// <summary>
/// What the beginning of a file says about the list: its form, its delimiter, and whether a line for Excel comes
/// first.
/// </summary>
/// <param name="Form">The form.</param>
/// <param name="Delimiter">The delimiter of a CSV file.</param>
/// <param name="HasSeparatorLine">Whether the first line is Excel's <c>sep=;</c>, which is not a row.</param>
readonly record struct ListShape(ListForm Form, char Delimiter, bool HasSeparatorLine)
{
    const string SeparatorMark = "sep=";

    const int FirstLines = 4;

    static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>Recognises a list by its beginning.</summary>
    /// <param name="head">The first characters.</param>
    /// <param name="sample">The first bytes.</param>
    /// <param name="delimiter">The delimiter that was asked for; null to find it.</param>
    /// <param name="endpointNameColumn">The column that holds the endpoint name; null for one of the usual names.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="InputException">It is something else: a key, a certificate, a workbook, a JSON array.</exception>
    public static ListShape Recognise(string head, InputFile sample, char? delimiter, string? endpointNameColumn, string path)
    {
        head = head.TrimStart();
        if (Other(head, sample) is { } other) throw Refused(other, path);
        if (head.StartsWith("{", StringComparison.Ordinal)) return new(ListForm.JsonLines, default, false);
        if (head.StartsWith("[", StringComparison.Ordinal))
            throw new InputException("DeviceListJson", ErrorKind.InvalidData,
                "expected one JSON object per line, found a JSON array.", "Convert it: jq -c '.[]'.", path, 1, 1);

        var lines = head.Split(['\r', '\n'], 3, StringSplitOptions.RemoveEmptyEntries);
        var marked = lines.Length > 0 ? SeparatorOf(lines[0]) : null;
        if ((delimiter ?? marked) is { } given) return new(ListForm.Csv, given, marked is not null);

        var header = lines.Length > 0 ? lines[0] : "";
        var candidates = Delimiters.Where(d => header.IndexOf(d) >= 0).OrderByDescending(d => header.Count(c => c == d)).ToList();
        foreach (var candidate in candidates.DefaultIfEmpty(Delimiters[0]))
        {
            if (NewHeader(header.Split(candidate).Select(f => f.Trim().Trim('"')),
                endpointNameColumn).EndpointName >= 0) return new(ListForm.Csv, candidate, false);
        }

        // A list may hold certificates in a column; a file without column names is judged by its content.
        var inside = FileObjects.TryFind(sample).Select(o => o.Shape).FirstOrDefault(s => s != FileShape.Unknown);
        if (inside != FileShape.Unknown) throw Refused(inside, path);
        if (head.Contains(Pem.Begin)) throw Refused(OfPem(head), path);
        if (IsDump(head)) throw Refused(FileShape.PrintedKey, path);
        var hasColumns = candidates.Count > 0 || endpointNameColumn is not null;
        return hasColumns ? new(ListForm.Csv, candidates.Append(Delimiters[0]).First(), false) : new(ListForm.Names, default, false);
    }

    static RowHeader NewHeader(IEnumerable<string> names, string? endpointNameColumn) => new(names, endpointNameColumn);

    // Excel reads the delimiter from such a line but does not write it: people add it.
    static char? SeparatorOf(string line)
    {
        line = line.Trim('"');
        if (!line.StartsWith(SeparatorMark, StringComparison.OrdinalIgnoreCase)) return null;
        var rest = line.Substring(SeparatorMark.Length);
        return rest.Length == 1 ? rest[0] : null;
    }

    // The file's content is not shown: it may be a key.
    static InputException Refused(FileShape shape, string path) => new("DeviceListNotRecognised", ErrorKind.InvalidData,
        $"this is {FileShapes.Name(shape)}, not a list of devices.", FileShapes.Conversion(shape)
            ?? "Give the file that holds the list.", path);

    static FileShape? Other(string head, InputFile sample)
    {
        if (FileShapes.OfBeginning(sample.Bytes) is not FileShape.Unknown and var beginning) return beginning;
        if (sample.LooksLikeDer) return FileShapes.Of(sample.Bytes);
        if (IsJsonWebKey(head, sample)) return FileShape.JsonWebKey;
        return head.StartsWith(Pem.Begin, StringComparison.Ordinal) ? OfPem(head) : null;
    }

    // Lines of bytes are no names.
    static bool IsDump(string head) => ByteText.HoldsKey(head)
        || head.Split(['\r', '\n'], FirstLines + 1, StringSplitOptions.RemoveEmptyEntries).Take(FirstLines).Count(ByteText.IsIn) > 1;

    // A document that is one key; a row of a list may hold a key.
    static bool IsJsonWebKey(string head, InputFile sample) => head.StartsWith("{", StringComparison.Ordinal)
        && FileObjects.TryFind(sample) is [{ Shape: FileShape.JsonWebKey } key]
        && key.Bytes.Length == Encoding.UTF8.GetByteCount(head.Trim());

    // The first PEM block; where it is incomplete or damaged, its label says what it was.
    static FileShape OfPem(string head)
    {
        var begin = head.IndexOf(Pem.Begin, StringComparison.Ordinal) + Pem.Begin.Length;
        var end = head.IndexOf(Pem.End, begin, StringComparison.Ordinal);
        var after = end < 0 ? -1 : head.IndexOf(Pem.Dashes, end + Pem.End.Length, StringComparison.Ordinal);
        var block = new InputFile(Encoding.UTF8.GetBytes(after < 0 ? "" : head.Substring(0, after + Pem.Dashes.Length)));
        var shape = FileObjects.TryFind(block).Select(o => o.Shape).FirstOrDefault();
        return shape != FileShape.Unknown ? shape : FileShapes.OfLabel(head.Substring(begin).Split('-')[0]);
    }
}
