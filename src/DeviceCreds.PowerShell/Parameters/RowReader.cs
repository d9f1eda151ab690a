using System.Collections;
using System.Data;
using System.Management.Automation;
using System.Text;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Reads objects of the pipeline as rows of a device list. The binder is not asked: it drops a value that it cannot convert, and turns any
/// object into a text. The rows of one list share a header, since their names are the same.
/// </summary>
sealed class RowReader
{
    readonly List<string> _names = [];
    readonly List<object?> _values = [];
    RowHeader? _header;
    DeviceColumns? _changed;

    /// <summary>The row that an object is.</summary>
    /// <exception cref="InputException">A value cannot be read.</exception>
    public DeviceRow Read(PSObject input)
    {
        if (Remote.IsOurs(input)) return new DeviceRow(Remote.IdentityOf(input));
        var value = Unwrap(input)!;
        if (OurObjects.IdentityOf(value) is { } identity) return new DeviceRow(WithNotes(identity, input));
        if (RowValue.FindText(value) is { } text) return new DeviceRow(new DeviceIdentity(text));
        _names.Clear();
        _values.Clear();
        if (value is IDictionary pairs) AddPairs(pairs);
        else AddProperties(input, value is PSObject);
        if (_header is null || !_header.Names.SequenceEqual(_names)) _header = new RowHeader(_names) { Open = Members.Open };
        return new DeviceRow(_header, [.. _values]);
    }

    // What a script added to our object or changed in it. Import-DeviceList's rows have their columns as such properties.
    DeviceIdentity WithNotes(DeviceIdentity identity, PSObject input)
    {
        var (columns, changed) = (identity.Columns, new List<KeyValuePair<string, object?>>());
        foreach (var note in input.Properties.Match("*", PSMemberTypes.NoteProperty))
        {
            var value = Unwrap(note.Value);
            if (Is(nameof(DeviceIdentity.EndpointName))) identity = identity with { EndpointName = RowValue.Text(note.Name, value) ?? "" };
            else if (Is(nameof(DeviceIdentity.AccountId))) identity = identity with { AccountId = RowValue.Text(note.Name, value) };
            else if (!columns.TryGetValue(note.Name, out var text) || !(Equals(text, value) || Equals(columns.Find(note.Name), value)))
                changed.Add(new(note.Name, value));
            bool Is(string name) => string.Equals(note.Name, name, StringComparison.OrdinalIgnoreCase);
        }

        return changed.Count == 0 ? identity : identity with { Columns = _changed = columns.With(changed, _changed) };
    }

    /// <summary>The columns of an object that has some, and what our own objects have; null of a text and of a file.</summary>
    /// <exception cref="InputException">A value cannot be read.</exception>
    public DeviceRow? ReadColumns(PSObject input)
    {
        var value = Unwrap(input)!;
        return IsRow(value) || OurObjects.IdentityOf(value) is not null ? Read(input) : null;
    }

    /// <summary>A value without PowerShell's wrapping, except for an object that has only properties.</summary>
    public static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;

    /// <summary>A copy of a value that should be the content of a file; the name of its type when it cannot be.</summary>
    public static InputFile Content(object value) =>
        new([.. value as byte[] ?? Encoding.UTF8.GetBytes(RowValue.FindText(Unwrap(value)!) ?? value.GetType().Name)]);

    void AddPairs(IDictionary pairs)
    {
        foreach (DictionaryEntry pair in pairs)
        {
            _names.Add(Convert.ToString(Unwrap(pair.Key), System.Globalization.CultureInfo.InvariantCulture) ?? "");
            _values.Add(Unwrap(pair.Value));
        }
    }

    // For an object from other code, only properties that were added to it, and those that identify the device: its other properties may
    // do anything when they are read.
    void AddProperties(PSObject input, bool isRow)
    {
        isRow |= IsRow(input.BaseObject);
        if (input.BaseObject is DataRowView { Row: var viewed }) AddCells(viewed);
        else if (input.BaseObject is DataRow row) AddCells(row);
        else foreach (var property in input.Properties)
        {
            if (!property.IsGettable || (!isRow && property.MemberType != PSMemberTypes.NoteProperty && !IsName(property.Name))) continue;
            _names.Add(property.Name);
            _values.Add(Unwrap(Value(property)));
        }
    }

    void AddCells(DataRow row)
    {
        foreach (DataColumn column in row.Table.Columns)
        {
            _names.Add(column.ColumnName);
            _values.Add(row[column]);
        }
    }

    /// <summary>
    /// Whether an object is a row by its type: a bag of properties, names with values, a database's row, an object of a script's
    /// class.
    /// </summary>
    public static bool IsRow(object value) =>
        value is PSObject or PSCustomObject or IDictionary or DataRow or DataRowView || value.GetType().Assembly.IsDynamic;

    static bool IsName(string name) =>
        RowHeader.EndpointNameColumns.Concat(RowHeader.AccountIdColumns).Contains(name, ColumnNameComparer.Instance);

    static object? Value(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException e)
        {
            throw new InputException("ColumnUnreadable", ErrorKind.InvalidArgument,
                $"{property.Name}: the value cannot be read: {e.Message}", inner: e);
        }
    }
}
