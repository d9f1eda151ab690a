using System.Collections;
using System.Management.Automation;

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

    /// <summary>The row that an object is.</summary>
    /// <exception cref="InputException">A value cannot be read.</exception>
    public DeviceRow Read(PSObject input)
    {
        if (Remote.IsOurs(input)) return new DeviceRow(Remote.IdentityOf(input));
        var value = Unwrap(input)!;
        if (OurObjects.IdentityOf(value) is { } identity) return new DeviceRow(identity);
        if (RowValue.FindText(value) is { } text) return new DeviceRow(new DeviceIdentity(text));
        _names.Clear();
        _values.Clear();
        if (value is IDictionary pairs) AddPairs(pairs);
        else AddProperties(input, value is PSObject);
        if (_header is null || !_header.Names.SequenceEqual(_names)) _header = new RowHeader(_names);
        return new DeviceRow(_header, [.. _values]);
    }

    /// <summary>The columns of an object that has some; null of a text, of a file and of our own objects.</summary>
    /// <exception cref="InputException">A value cannot be read.</exception>
    public DeviceRow? ReadColumns(PSObject input)
    {
        var value = Unwrap(input)!;
        return value is IDictionary or PSObject ? Read(input) : null;
    }

    /// <summary>A value without PowerShell's wrapping, unless the wrapping is all there is: an object of properties alone.</summary>
    public static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;

    void AddPairs(IDictionary pairs)
    {
        foreach (DictionaryEntry pair in pairs)
        {
            _names.Add(Convert.ToString(Unwrap(pair.Key), System.Globalization.CultureInfo.InvariantCulture) ?? "");
            _values.Add(pair.Value);
        }
    }

    // Of an object that somebody else's code made, only what was added to it, and what says who the device is: its other properties may
    // do anything when they are read.
    void AddProperties(PSObject input, bool isRow)
    {
        isRow |= input.BaseObject is System.Data.DataRow or System.Data.DataRowView || input.BaseObject.GetType().Assembly.IsDynamic;
        foreach (var property in input.Properties)
        {
            if (!property.IsGettable || (!isRow && !property.IsInstance && !IsName(property.Name))) continue;
            _names.Add(property.Name);
            _values.Add(Value(property));
        }
    }

    static bool IsName(string name) => RowHeader.EndpointNameColumns.Concat(RowHeader.AccountIdColumns).Contains(name, ColumnNameComparer.Instance);

    static object? Value(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException e)
        {
            throw new InputException("ColumnUnreadable", ErrorKind.InvalidArgument, $"{property.Name}: the value cannot be read: {e.Message}", inner: e);
        }
    }
}
