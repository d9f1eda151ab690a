namespace DeviceCreds.PowerShell;

/// <summary>
/// What one object of the pipeline says about a device. A value is read when it is asked for, so an error is about a value that is
/// needed.
/// </summary>
sealed class DeviceRow
{
    readonly RowHeader? _header;
    readonly object?[] _values = [];
    readonly DeviceIdentity? _identity;

    /// <summary>A row whose names are known already: an object of this module, or a text.</summary>
    public DeviceRow(DeviceIdentity identity) => _identity = identity;

    /// <summary>A row with columns.</summary>
    public DeviceRow(RowHeader header, object?[] values) => (_header, _values) = (header, values);

    /// <summary>Whether it has columns, and none of them is for the endpoint name.</summary>
    public bool LacksEndpointName => _header is { EndpointName: < 0 };

    /// <summary>The names of the columns; none when it is one of our own objects.</summary>
    public IReadOnlyList<string> Names => _header?.Names ?? [];

    /// <summary>The header, which the rows of one list share.</summary>
    public RowHeader? Header => _header;

    /// <summary>The columns, which stay with the device.</summary>
    public DeviceColumns Columns => _identity?.Columns ?? new DeviceColumns(_header!, _values);

    /// <summary>The endpoint name; empty when there is none.</summary>
    /// <exception cref="InputException">Its value is not a text, or two columns say different things.</exception>
    public string EndpointName => (_identity is { } identity ? identity.EndpointName : Text(_header!.EndpointName)) ?? "";

    /// <summary>The account ID; null when there is none.</summary>
    /// <exception cref="InputException">Its value is not a text, or two columns say different things.</exception>
    public string? AccountId =>
        (_identity is { } identity ? identity.AccountId : AccountText()) is { Length: > 0 } account ? account : null;

    /// <summary>The text of another column; null when there is none.</summary>
    /// <exception cref="InputException">Its value is not a text.</exception>
    public string? Text(string column) => RowValue.Text(column, Find(column)) is { Length: > 0 } text ? text : null;

    /// <summary>The value of another column; null when there is none.</summary>
    /// <exception cref="InputException">Two columns say different things.</exception>
    public object? Find(string column)
    {
        if (_header is null) return _identity!.Columns.Find(column);
        CheckTwice();
        return _header.Find(column) is >= 0 and var i ? _values[i] : null;
    }

    /// <summary>The value of a field of a configuration; null when the row has no such column.</summary>
    /// <exception cref="InputException">The row was a configuration once, and this secret stayed there.</exception>
    public object? FindField(string field)
    {
        var value = Find(field);
        var mark = "Has" + field;
        if (value is not (null or "" or DBNull)
            || mark is not (nameof(DeviceConfiguration.HasEntropy) or nameof(DeviceConfiguration.HasRootOfTrust))
            || !string.Equals($"{Find(mark)}", bool.TrueString, StringComparison.OrdinalIgnoreCase)) return value;
        throw new InputException("ConfigurationSecretMissing", ErrorKind.InvalidArgument,
            $"Has{field} is True, but {field} is missing: a copy of a configuration has a secret only when it is asked for by name.",
            $"Give -{field}, or name it: Select-Object -Property *, {field}.");
    }

    string? Text(int position)
    {
        CheckTwice();
        return position < 0 ? null : RowValue.Text(_header!.Names[position], _values[position]);
    }

    string? AccountText()
    {
        var (position, other) = _header!.FindAccount(Text);
        return other < 0 ? Text(position) : throw Twice(position, other);
    }

    // It would be unclear which of the two counts.
    void CheckTwice()
    {
        if (_header!.Twice is { } twice && !Equals(_values[twice.First], _values[twice.Second])) throw Twice(twice.First, twice.Second);
    }

    InputException Twice(int first, int second) => new("ColumnTwice", ErrorKind.InvalidArgument,
        $"'{_header!.Names[first]}' and '{_header.Names[second]}' are the same column, but their values differ.", "Remove one of the two.");
}
