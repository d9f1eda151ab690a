using System.Text;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>
/// Reads lists of devices, row by row: CSV with a header (RFC 4180), one JSON object a line, or plain endpoint names, one a
/// line; as they are or in gzip. Every row is checked; a bad one is reported with its place, and the others go on.
/// </summary>
public sealed class DeviceList
{
    static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>So many bad rows, and more than good ones, are no list of devices but another sort of file.</summary>
    const int MaximumBad = 10_000;

    readonly Action<InputException> _report;
    readonly Dictionary<NameHash, long> _seen = [];
    readonly List<string> _files = [];
    Func<double> _progress = () => 0;
    int _bad;
    int _good;

    /// <param name="report">Gets each bad row: what is wrong, with file, line and column.</param>
    public DeviceList(Action<InputException> report) => _report = report;

    /// <summary>The names of a column, of which the first that is there holds the endpoint name; case does not count.</summary>
    public static IReadOnlyList<string> EndpointNameColumns { get; } = ["EndpointName", "Endpoint", "endpoint_name", "CommonName", "CN"];

    /// <summary>The names of a column, of which the first that is there holds the account ID; case does not count.</summary>
    public static IReadOnlyList<string> AccountIdColumns { get; } = ["AccountId", "aid"];

    /// <summary>What stands between the fields of a CSV file; null to take it from the header: a comma, a semicolon, a tab or a bar.</summary>
    public char? Delimiter { get; init; }

    /// <summary>The encoding; null to take it from the content: a byte-order mark, else UTF-16 or UTF-8 if it is that, else Latin-1.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>The part of the list to give; null for all of it. A bad row is reported in one part only.</summary>
    public Shard? Shard { get; init; }

    /// <summary>How much of the file that is being read is behind the last device, from 0 to 1; of a packed file, as it is packed.</summary>
    public double Progress => _progress();

    /// <summary>
    /// The devices of a file, in its order. An endpoint name that came before, in this file or in one read earlier by the
    /// same object, is a bad row; 16 bytes of its hash are kept for that, so that a million devices take some fifty megabytes.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read, has no column for the endpoint name, or has thousands of bad rows and fewer good ones.</exception>
    public IEnumerable<DeviceIdentity> Read(string path)
    {
        _files.Add(path);
        (_bad, _good) = (0, 0);
        foreach (var row in Rows(path))
        {
            DeviceIdentity? device;
            try
            {
                device = Check(row, path);
            }
            catch (InputException e)
            {
                Report(e, path);
                continue;
            }

            _good++;
            if (device is not null) yield return device;
        }
    }

    DeviceIdentity? Check(ListRow row, string path)
    {
        var name = row.EndpointName.Value;
        var hash = NameHash.Of(name);
        if (Shard is not null && !Shard.Contains(hash)) return null;
        CheckText(path, row.EndpointName, SubjectText.CheckEndpointName);
        if (row.AccountId is { } account) CheckText(path, account, SubjectText.CheckAccountId);
        if (_seen.TryGetValue(hash, out var first))
            throw Bad("EndpointNameDuplicate", $"'{SubjectText.Shorten(name)}' came already in {_files[(int)(first >> 40)]}, line {(int)first}; that row stands.", "Remove one of the two.", path, row.EndpointName);
        _seen.Add(hash, (long)(_files.Count - 1) << 40 | (uint)row.EndpointName.Line);
        return new DeviceIdentity(name, row.AccountId?.Value) { Columns = row.Columns };
    }

    static void CheckText(string path, ListCell cell, Func<string?, string> check)
    {
        if (cell.Value.IndexOf('\uFFFD') >= 0) throw Bad("DeviceListEncoding", $"'{SubjectText.Shorten(cell.Value)}' has bytes that are not text in the encoding in which the file was read.", "Give the file's encoding: -Encoding.", path, cell);
        try
        {
            check(cell.Value);
        }
        catch (IssuanceException e)
        {
            throw Bad(e.ErrorId, e.Problem, e.Advice, path, cell);
        }
    }

    static InputException Bad(string id, string message, string? advice, string path, ListCell cell) =>
        new(id, ErrorKind.InvalidData, cell.Name.Length == 0 ? message : $"{cell.Name}: {message}", advice, path, cell.Line, cell.Column);

    IEnumerable<ListRow> Rows(string path)
    {
        var (form, delimiter) = Recognise(path);
        return form switch
        {
            ListForm.Csv => Csv(path, delimiter),
            ListForm.JsonLines => JsonLines(path),
            _ => Names(path),
        };
    }

    // A broken row has no endpoint name by which it would belong to a part.
    void ReportBroken(InputException e, string path) => Report(e, path, Shard is null or { Index: 1 });

    void Report(InputException e, string path, bool isOurs = true)
    {
        if (isOurs) _report(e);
        if (++_bad > MaximumBad && _bad > _good)
            throw new InputException("DeviceListNotRecognised", ErrorKind.InvalidData, FormattableString.Invariant($"this is not a list of devices: {_bad:N0} rows are bad, and {_good:N0} are good."), "Is this the right file?", path, e.Line);
    }

    IEnumerable<ListRow> Csv(string path, char delimiter)
    {
        using var text = ListFile.Open(path, Encoding);
        var csv = new CsvReader(text, delimiter, path);
        _progress = () => text.Progress * csv.Progress;
        while (csv.Read() && csv.IsEmpty)
        {
            // Empty lines before the header.
        }

        var header = Header(csv, path, out var name, out var account);
        while (true)
        {
            try
            {
                if (!csv.Read()) yield break;
                if (csv.IsEmpty) continue;
                if (csv.Count != header.Count) throw new InputException("DeviceListFieldCount", ErrorKind.InvalidData, $"the row has {SubjectText.Count(csv.Count, "field")}, the header {header.Count}.", "Quote a field that holds the delimiter.", path, csv.Line);
            }
            catch (InputException e) when (e.Kind == ErrorKind.InvalidData)
            {
                ReportBroken(e, path);
                continue;
            }

            var columns = new Dictionary<string, string>(header.Count, StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < header.Count; i++)
            {
                if (i != name && i != account && header[i].Length > 0) columns[header[i]] = csv[i];
            }

            yield return new ListRow(Cell(csv, header, name), account < 0 || csv[account].Length == 0 ? null : Cell(csv, header, account), columns);
        }
    }

    static ListCell Cell(CsvReader csv, List<string> header, int i)
    {
        var (line, column) = csv.Place(i);
        return new(header[i], csv[i], line, column);
    }

    static List<string> Header(CsvReader csv, string path, out int name, out int account)
    {
        var header = Enumerable.Range(0, csv.Count).Select(i => csv[i].Trim()).ToList();
        name = Find(header, EndpointNameColumns);
        account = Find(header, AccountIdColumns);
        if (name < 0)
            throw new InputException("EndpointNameMissing", ErrorKind.InvalidData, $"there is no endpoint name among {string.Join(", ", header.Take(10).Select(SubjectText.Shorten))}.", $"Name the column {string.Join(", ", EndpointNameColumns.Take(4))} or CN, in the first line.", path, csv.Line);
        if (header.Where(h => h.Length > 0).GroupBy(h => h, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InputException("DeviceListColumnTwice", ErrorKind.InvalidData, $"the header has the column '{SubjectText.Shorten(twice.Key)}' twice.", "Rename one of them.", path, csv.Line);
        return header;
    }

    static int Find(List<string> header, IReadOnlyList<string> names) =>
        names.Select(n => header.FindIndex(h => string.Equals(h, n, StringComparison.OrdinalIgnoreCase))).Where(i => i >= 0).DefaultIfEmpty(-1).First();

    IEnumerable<ListRow> JsonLines(string path)
    {
        foreach (var (line, number) in Lines(path))
        {
            ListRow row;
            try
            {
                row = Json(line, number);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                var at = (e as JsonException)?.BytePositionInLine;
                ReportBroken(new InputException("DeviceListJson", ErrorKind.InvalidData, "the line is not a JSON object.", "Write one object a line: {\"EndpointName\": \"device-1\"}.", path, number, at is null ? null : (int)at + 1, e), path);
                continue;
            }

            yield return row;
        }
    }

    static ListRow Json(string line, int number)
    {
        using var document = JsonDocument.Parse(line);
        var columns = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            // Null is nothing; of an object or a list there is its text.
            if (property.Value.ValueKind != JsonValueKind.Null) columns[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
        }

        ListCell? Take(IReadOnlyList<string> names)
        {
            if (names.FirstOrDefault(columns.ContainsKey) is not { } name) return null;
            var value = columns[name];
            columns.Remove(name);
            return new ListCell(name, value, number, Math.Max(1, line.IndexOf($"\"{name}\"", StringComparison.OrdinalIgnoreCase) + 1));
        }

        var endpointName = Take(EndpointNameColumns) ?? new(EndpointNameColumns[0], "", number, 1);
        return new(endpointName, Take(AccountIdColumns) is { Value.Length: > 0 } account ? account : null, columns);
    }

    IEnumerable<ListRow> Names(string path)
    {
        foreach (var (line, number) in Lines(path)) yield return new(new("", line, number, 1), null, DeviceIdentity.NoColumns);
    }

    IEnumerable<(string Line, int Number)> Lines(string path)
    {
        using var text = ListFile.Open(path, Encoding);
        _progress = () => text.Progress;
        var buffer = new StringBuilder();
        for (var number = 1; ListFile.ReadLine(text, buffer, path) is { } line; number++)
        {
            if (line.Length > 0) yield return (line, number);
        }
    }

    (ListForm Form, char Delimiter) Recognise(string path)
    {
        string head;
        using (var text = ListFile.Open(path, Encoding))
        {
            var buffer = new char[64 * 1024];
            head = new string(buffer, 0, ListFile.ReadBlock(text, buffer, path)).TrimStart();
        }

        if (head.StartsWith("{", StringComparison.Ordinal)) return (ListForm.JsonLines, default);
        if (head.StartsWith("[", StringComparison.Ordinal)) throw new InputException("DeviceListJson", ErrorKind.InvalidData, "this looks like a JSON array; a list has one JSON object a line.", "With jq: jq -c '.[]'.", path, 1, 1);
        if (Delimiter is { } given) return (ListForm.Csv, given);
        var first = head.Split('\r', '\n')[0];
        var candidates = Delimiters.Where(d => first.IndexOf(d) >= 0).OrderByDescending(d => first.Count(c => c == d)).ToList();
        foreach (var delimiter in candidates.DefaultIfEmpty(Delimiters[0]))
        {
            if (Find([.. first.Split(delimiter).Select(f => f.Trim().Trim('"'))], EndpointNameColumns) >= 0) return (ListForm.Csv, delimiter);
        }

        return candidates.Count == 0 ? (ListForm.Names, default) : (ListForm.Csv, candidates[0]);
    }

    enum ListForm
    {
        Csv,
        JsonLines,
        Names,
    }

    readonly record struct ListCell(string Name, string Value, int Line, int Column);

    sealed record ListRow(ListCell EndpointName, ListCell? AccountId, IReadOnlyDictionary<string, string> Columns);
}
