using System.Text;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>
/// Reads lists of devices, row by row: CSV with a header (RFC 4180), one JSON object per line, or one plain endpoint name per
/// line; plain or in gzip. Every row is checked; a bad one is reported with its place, and the others are read.
/// </summary>
public sealed class DeviceList
{
    /// <summary>The error id of a row whose device has been in the list before.</summary>
    internal const string Duplicate = "EndpointNameDuplicate";

    /// <summary>A file with so many bad rows, and more than good ones, is not a list of devices.</summary>
    const int MaximumBad = 10_000;

    readonly Action<InputException> _report;
    // Names, and the prepared forms of those that differ from them, each with its place.
    readonly NameSet _seen = new(withNotes: true);
    readonly NameSet _variants = new(withNotes: true);
    readonly List<string> _files = [];
    Func<double> _progress = () => 0;
    ListText? _text;
    bool _warnedOfDamage;
    RowHeader? _jsonHeader;
    int _bad;
    int _good;

    /// <param name="report">Gets each bad row: what is wrong, with file, line and column.</param>
    public DeviceList(Action<InputException> report) => _report = report;

    /// <summary>Gets a warning, in a sentence, about a valid row that may be a mistake.</summary>
    public Action<string>? Warn { get; init; }

    /// <inheritdoc cref="RowHeader.EndpointNameColumns"/>
    public static IReadOnlyList<string> EndpointNameColumns => RowHeader.EndpointNameColumns;

    /// <inheritdoc cref="RowHeader.AccountIdColumns"/>
    public static IReadOnlyList<string> AccountIdColumns => RowHeader.AccountIdColumns;

    /// <summary>The column that holds the endpoint name; null for the first of <see cref="EndpointNameColumns"/>.</summary>
    public string? EndpointNameColumn { get; init; }

    /// <summary>The column that holds the account ID; null for the first of <see cref="AccountIdColumns"/>.</summary>
    public string? AccountIdColumn { get; init; }

    /// <summary>
    /// The delimiter of a CSV file; null to take it from the header: a comma, a semicolon, a tab or a bar.
    /// </summary>
    public char? Delimiter { get; init; }

    /// <summary>
    /// The encoding; null to take it from the content: a byte-order mark, else UTF-16 or UTF-8 if it is that, else Windows-1252.
    /// </summary>
    public Encoding? Encoding { get; init; }

    /// <summary>Windows-1252, which is Latin-1 with more characters.</summary>
    public static Encoding Windows1252 { get; } = new Windows1252();

    /// <summary>The part of the list to give; null for the complete list. A bad row is reported in one part only.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Ends the reading of a file before its first device.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>
    /// How much of the current file has been read, from 0 to 1; for a compressed file, of its compressed bytes.
    /// </summary>
    public double Progress => _progress();

    /// <summary>
    /// The devices of a file, in its order. An endpoint name that came before, in this file or in one read earlier by the
    /// same object, is a bad row; a digest and a place are stored for that, so that a million devices need some 25 megabytes.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read or is damaged, has no column for the endpoint name, or has thousands of bad
    /// rows and fewer good ones.</exception>
    public IEnumerable<DeviceIdentity> Read(string path)
    {
        _files.Add(path);
        (_bad, _good, _warnedOfDamage) = (0, 0, false);
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
        if (Shard is not null && !Shard.Contains(name)) return null;
        CheckText(path, row.EndpointName, SubjectText.CheckEndpointName);
        if (row.AccountId is { } account) CheckText(path, account, SubjectText.CheckAccountId);
        if (row.Columns.FindOtherAccountId() is { } second)
            throw Bad("ColumnTwice",
                $"this column and '{SubjectText.Shorten(second)}' are both for the account ID, but their values differ.",
                "Remove one of the two, or choose with -AccountIdColumn.", path, row.AccountId!.Value);
        var place = (long)(_files.Count - 1) << 40 | (uint)row.EndpointName.Line;
        if (!_seen.Add(name, place))
        {
            var first = _seen.Find(name)!.Value;
            throw Bad(Duplicate,
                $"'{SubjectText.Shorten(name)}' is a duplicate of {_files[(int)(first >> 40)]}, line {(int)first}; the first one is kept.",
                "Remove one of the two.", path, row.EndpointName);
        }

        if (row.Damage is { } damage) WarnOfDamage(damage, path, row.EndpointName.Line);
        if (FindLookAlike(name, place) is { } other) Warn?.Invoke(LookAlike(name, place, other));
        return new DeviceIdentity(name, row.AccountId?.Value) { Columns = row.Columns };
    }

    // Warns of a name that is the same as an earlier one by RFC 4518. Most names equal their prepared form, and are not stored twice.
    long? FindLookAlike(string name, long place)
    {
        var prepared = PreparedName.Of(name);
        if (prepared == name) return _variants.Find(name);
        return _seen.Find(prepared) ?? (_variants.Add(prepared, place) ? null : _variants.Find(prepared));
    }

    string LookAlike(string name, long place, long other) =>
        $"{Place(place)}: the endpoint name '{SubjectText.Shorten(name)}' and the one in {Place(other)} are the same name by RFC 4518, "
        + "which ignores case, spaces and the ways to write a character: people will confuse the two devices.";

    string Place(long place) => $"{_files[(int)(place >> 40)]}, line {(int)place}";

    void CheckText(string path, ListCell cell, Func<string?, string> check)
    {
        var damage = TextDamage.Find(cell.Name, cell.Value);
        if (damage?.Character == '\uFFFD')
        {
            throw Bad("DeviceListEncoding", $"'{SubjectText.Shorten(cell.Value)}' has {damage}, which stands for bytes that are not text.",
                EncodingAdvice(), path, cell);
        }

        try
        {
            check(cell.Value);
        }
        catch (IssuanceException e)
        {
            throw Bad(e.ErrorId, e.Problem, damage is null ? e.Advice : EncodingAdvice(), path, cell);
        }
    }

    // The value may be a secret.
    void WarnOfDamage(TextDamage damage, string path, int line)
    {
        if (_warnedOfDamage) return;
        _warnedOfDamage = true;
        Warn?.Invoke($"{path}, line {line}: the column '{SubjectText.Shorten(damage.Column)}' has {damage}, so its text is damaged. "
            + $"Other rows may be, too. {EncodingAdvice()}");
    }

    string EncodingAdvice() => $"The list is read as {_text?.CurrentEncoding.WebName}. If it has another encoding, give that "
        + "(Import-DeviceList -Encoding), or save the list as UTF-8. If the character is in the file itself, write the list again "
        + "from its source.";

    static InputException Bad(string id, string message, string? advice, string path, ListCell cell) =>
        new(id, ErrorKind.InvalidData, cell.Name.Length == 0 ? message : $"{cell.Name}: {message}", advice, path, cell.Line, cell.Column);

    IEnumerable<ListRow> Rows(string path)
    {
        var file = new ListFile(path, Encoding, Cancel);
        var shape = Recognise(file);
        return shape.Form switch
        {
            ListForm.Csv => Csv(file, shape),
            ListForm.JsonLines => JsonLines(file),
            _ => Names(file),
        };
    }

    // A broken row has no endpoint name that would decide its part.
    void ReportBroken(InputException e, string path) => Report(e, path, Shard is null or { Index: 1 });

    void Report(InputException e, string path, bool isOurs = true)
    {
        if (isOurs) _report(e);
        if (++_bad > MaximumBad && _bad > _good)
        {
            throw new InputException("DeviceListNotRecognised", ErrorKind.InvalidData,
                FormattableString.Invariant($"this is not a list of devices: {_bad:N0} rows are bad, and {_good:N0} are good."),
                "Is this the right file?", path, e.Line);
        }
    }

    IEnumerable<ListRow> Csv(ListFile file, ListShape shape)
    {
        var path = file.Path;
        using var text = _text = file.Open();
        var csv = new CsvReader(text, shape.Delimiter, path);
        _progress = () => text.Progress * csv.Progress;
        SkipEmpty(csv);
        if (shape.HasSeparatorLine) SkipEmpty(csv);
        var header = Header(csv, path);
        while (csv.Read())
        {
            if (csv.Error is null && csv.IsEmpty) continue;
            if ((csv.Error ?? FieldCount(csv, header, path)) is { } error)
            {
                ReportBroken(error, path);
                continue;
            }

            var values = new object?[header.Names.Count];
            for (var i = 0; i < values.Length; i++) values[i] = csv[i];
            yield return new ListRow(Cell(csv, header, header.EndpointName), AccountOf(csv, header), new DeviceColumns(header, values),
                TextDamage.Find(header.Names, values));
        }
    }

    static InputException? FieldCount(CsvReader csv, RowHeader header, string path) => csv.Count == header.Names.Count
        ? null
        : new InputException("DeviceListFieldCount", ErrorKind.InvalidData,
            $"expected {SubjectText.Count(header.Names.Count, "field")} as in the header, found {csv.Count}.",
            "Quote a field that holds the delimiter.", path, csv.Line);

    // Continues with the next record that is not empty. Without a header, nothing can be read.
    static void SkipEmpty(CsvReader csv)
    {
        while (csv.Read() && csv.Error is null && csv.IsEmpty)
        {
        }

        if (csv.Error is { } error) throw error;
    }

    static ListCell? AccountOf(CsvReader csv, RowHeader header) =>
        header.FindAccount(i => csv[i]).Position is >= 0 and var i ? Cell(csv, header, i) : null;

    static ListCell Cell(CsvReader csv, RowHeader header, int i)
    {
        var (line, column) = csv.Place(i);
        return new(header.Names[i], csv[i], line, column);
    }

    RowHeader Header(CsvReader csv, string path)
    {
        var header = new RowHeader(Enumerable.Range(0, csv.Count).Select(i => csv[i].Trim()), EndpointNameColumn, AccountIdColumn);
        if (header.EndpointName < 0) throw Missing(header, EndpointNameColumn, path, csv.Line);
        if (AccountIdColumn is not null && header.AccountId < 0) throw Missing(header, AccountIdColumn, path, csv.Line);
        if (header.Twice is { } twice)
        {
            throw new InputException("DeviceListColumnTwice", ErrorKind.InvalidData,
                $"the header has the column '{SubjectText.Shorten(header.Names[twice.Second])}' twice.", "Rename one of them.",
                path, csv.Line);
        }

        if (TextDamage.Find(header.Names, header.Names) is { } damage) WarnOfDamage(damage, path, csv.Line);
        return header;
    }

    static InputException Missing(RowHeader header, string? column, string path, int line)
    {
        var found = string.Join(", ", header.Names.Take(10).Select(SubjectText.Shorten));
        return column is null
            ? new InputException("EndpointNameMissing", ErrorKind.InvalidData, $"expected a column with the endpoint name, found {found}.",
                $"Name the column EndpointName (or {string.Join(", ", EndpointNameColumns.Skip(1))}) in the first line, "
                    + "or give -EndpointNameColumn.", path, line)
            : new InputException("ColumnMissing", ErrorKind.InvalidData,
                $"expected the column '{SubjectText.Shorten(column)}', found {found}.",
                "Give the name of a column in the first line.", path, line);
    }

    IEnumerable<ListRow> JsonLines(ListFile file)
    {
        var path = file.Path;
        foreach (var (line, number) in Lines(file))
        {
            ListRow row;
            try
            {
                row = Json(line, number, path);
            }
            catch (InputException e)
            {
                ReportBroken(e, path);
                continue;
            }
            catch (Exception e) when (Guarded.IsRefusal(e))
            {
                var at = (e as JsonException)?.BytePositionInLine;
                ReportBroken(new InputException("DeviceListJson", ErrorKind.InvalidData, "the line is not a JSON object.",
                    "Write one object on each line: {\"EndpointName\": \"device-1\"}.", path, number, at is null ? null : (int)at + 1, e),
                    path);
                continue;
            }

            yield return row;
        }
    }

    ListRow Json(string line, int number, string path)
    {
        using var document = JsonDocument.Parse(line);
        var (names, values) = (new List<string>(), new List<object?>());
        foreach (var property in document.RootElement.EnumerateObject())
        {
            names.Add(property.Name);
            // Null means no value; an object or a list is its text.
            values.Add(property.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => property.Value.GetString(),
                _ => property.Value.GetRawText(),
            });
        }

        var header = JsonHeader(names);
        if (header.Twice is { } twice)
            throw Bad("DeviceListColumnTwice", "the row has this column twice.", "Remove one of the two.", path,
                Place(names[twice.Second], "", line, number));

        ListCell? Take(int position)
        {
            if (position < 0 || values[position] is not string value) return null;
            var cell = Place(names[position], value, line, number);
            var kind = document.RootElement.GetProperty(names[position]).ValueKind;
            var isText = kind is JsonValueKind.String || (kind is JsonValueKind.Number && value.IndexOfAny(['e', 'E']) < 0);
            return isText
                ? cell
                : throw Bad("ColumnWrongType", $"expected a text, found {Words(kind)} {SubjectText.Shorten(value)}.",
                    "Give one value, in quotes.", path, cell);
        }

        var name = Take(header.EndpointName) ?? new(EndpointNameColumn ?? EndpointNameColumns[0], "", number, 1);
        var account = Take(header.FindAccount(i => values[i] as string).Position);
        var damage = TextDamage.Find(names, values) ?? TextDamage.Find(names, names);
        return new(name, account, new DeviceColumns(header, [.. values]), damage);
    }

    // Rows of one program have the same properties in the same order, and share a header.
    RowHeader JsonHeader(List<string> names)
    {
        if (_jsonHeader is null || !_jsonHeader.Names.SequenceEqual(names))
            _jsonHeader = new RowHeader(names, EndpointNameColumn, AccountIdColumn);
        return _jsonHeader;
    }

    static ListCell Place(string name, string value, string line, int number) =>
        new(name, value, number, Math.Max(1, line.IndexOf($"\"{name}\"", StringComparison.OrdinalIgnoreCase) + 1));

    static string Words(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "the list",
        JsonValueKind.Object => "the object",
        JsonValueKind.Number => "the number",
        _ => "the truth value",
    };

    IEnumerable<ListRow> Names(ListFile file)
    {
        foreach (var (line, number) in Lines(file)) yield return new(new("", line, number, 1), null, DeviceColumns.None);
    }

    IEnumerable<(string Line, int Number)> Lines(ListFile file)
    {
        using var text = _text = file.Open();
        _progress = () => text.Progress;
        var buffer = new StringBuilder();
        for (var number = 1; ListFile.ReadLine(text, buffer, file.Path) is { } line; number++)
        {
            if (line.Length > ListFile.MaximumLine) ReportBroken(ListFile.TooLong(file.Path, number, column: 1), file.Path);
            else if (line.Length > 0) yield return (line, number);
        }
    }

    ListShape Recognise(ListFile file)
    {
        using var text = file.Open();
        var buffer = new char[64 * 1024];
        var head = new string(buffer, 0, ListFile.ReadBlock(text, buffer, file.Path));
        return ListShape.Recognise(head, file.Sample, Delimiter, EndpointNameColumn, file.Path);
    }
}
