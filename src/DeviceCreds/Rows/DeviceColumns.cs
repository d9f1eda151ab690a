using System.Collections;

namespace DeviceCreds;

/// <summary>
/// What a row says about a device apart from its names: every other column, by name. In PowerShell <c>$_.Columns.Site</c>. The header is
/// shared by all rows of a list, and the values are the row's own objects: nothing is copied. In C#, every value is its text.
/// </summary>
/// <remarks>
/// The columns for the names, and those that by their names hold a secret, can be read by name but are not listed. The same is
/// true of a column of any name where this row has a private key or a password.
/// </remarks>
public sealed class DeviceColumns : IReadOnlyDictionary<string, string>, IDictionary
{
    /// <summary>No columns.</summary>
    public static readonly DeviceColumns None = new(new RowHeader([]), []);

    readonly RowHeader _header;
    readonly object?[] _values;
    IReadOnlyList<KeyValuePair<string, int>>? _listed;

    /// <param name="header">The header of the list.</param>
    /// <param name="values">The values of the row, one for each of the header's names; kept, not copied.</param>
    public DeviceColumns(RowHeader header, object?[] values)
    {
        if (values.Length != header.Names.Count) throw new ArgumentException("A row has one value for each column.", nameof(values));
        _header = header;
        _values = values;
    }

    /// <summary>How many columns there are.</summary>
    public int Count => Listed.Count;

    /// <summary>The columns' names, in the order of the list.</summary>
    public IEnumerable<string> Keys => Listed.Select(c => c.Key);

    /// <summary>The values as texts, in the order of the list.</summary>
    public IEnumerable<string> Values => Listed.Select(c => TextOf(_values[c.Value]));

    IReadOnlyList<KeyValuePair<string, int>> Listed => _listed ??= FindListed();

    bool IDictionary.IsFixedSize => true;

    bool IDictionary.IsReadOnly => true;

    bool ICollection.IsSynchronized => false;

    object ICollection.SyncRoot => this;

    ICollection IDictionary.Keys => Keys.ToArray();

    ICollection IDictionary.Values => Listed.Select(c => _values[c.Value]).ToArray();

    object? IDictionary.this[object key]
    {
        get => key is string name ? Find(name) : null;
        set => throw ReadOnly();
    }

    /// <summary>The text of a column's value; case, spaces, <c>_</c> and <c>-</c> in the name do not count.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public string this[string key] =>
        TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no column '{SubjectText.Shorten(key)}'.");

    /// <summary>The value of a column as the row has it; null when there is none.</summary>
    public object? Find(string name) => _header.Find(name) is >= 0 and var i ? _values[i] : null;

    /// <summary>These columns with other values, and further ones behind them.</summary>
    /// <param name="columns">Names and values.</param>
    /// <param name="like">The result of the row before, whose header is used again where the names are the same.</param>
    public DeviceColumns With(IEnumerable<KeyValuePair<string, object?>> columns, DeviceColumns? like = null)
    {
        var (names, values) = (_header.Names.ToList(), _values.ToList());
        foreach (var column in columns)
        {
            var place = _header.Find(column.Key);
            if (place >= 0)
            {
                values[place] = column.Value;
                continue;
            }

            names.Add(column.Key);
            values.Add(column.Value);
        }

        return new(like is not null && like._header.Names.SequenceEqual(names) ? like._header : _header.With(names), [.. values]);
    }

    /// <summary>The names of all columns apart from those for the device's names, also of those that are not listed.</summary>
    public IEnumerable<string> GetNames() => _header.Others.Select(c => c.Key);

    /// <summary>The columns that may hold a certificate request, by their names.</summary>
    public IReadOnlyList<string> GetRequestColumns() => _header.RequestColumns;

    /// <summary>The columns that may hold the device's private key, by their names.</summary>
    public IReadOnlyList<string> GetKeyColumns() => _header.KeyColumns;

    /// <summary>A further column for the account ID with another value; null when no column has one.</summary>
    internal string? FindOtherAccountId() =>
        _header.FindAccount(i => TextOf(_values[i])).Other is >= 0 and var other ? _header.Names[other] : null;

    /// <summary>Every column with its value, also those that are not listed: a value may be a secret.</summary>
    public IEnumerable<KeyValuePair<string, object?>> GetAll() =>
        _header.Names.Zip(_values, (n, v) => new KeyValuePair<string, object?>(n, v));

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _header.Find(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, out string value)
    {
        var i = _header.Find(key);
        value = i < 0 ? "" : TextOf(_values[i]);
        return i >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        Listed.Select(c => new KeyValuePair<string, string>(c.Key, TextOf(_values[c.Value]))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IDictionaryEnumerator IDictionary.GetEnumerator() => Entries().GetEnumerator();

    bool IDictionary.Contains(object key) => key is string name && ContainsKey(name);

    void IDictionary.Add(object key, object? value) => throw ReadOnly();

    void IDictionary.Clear() => throw ReadOnly();

    void IDictionary.Remove(object key) => throw ReadOnly();

    void ICollection.CopyTo(Array array, int index)
    {
        foreach (DictionaryEntry entry in Entries()) array.SetValue(entry, index++);
    }

    /// <summary>Name and text of each column: <c>Site=Berlin, Batch=7</c>.</summary>
    public override string ToString() => string.Join(", ", this.Select(c => $"{c.Key}={c.Value}"));

    System.Collections.Specialized.OrderedDictionary Entries()
    {
        var entries = new System.Collections.Specialized.OrderedDictionary(Count);
        foreach (var column in Listed) entries.Add(column.Key, _values[column.Value]);
        return entries;
    }

    // Found once, and shared with the other rows where nothing is left out, as in most.
    IReadOnlyList<KeyValuePair<string, int>> FindListed() => _header.Listed.Any(IsSecret)
        ? [.. _header.Listed.Where(c => !IsSecret(c))] : _header.Listed;

    bool IsSecret(KeyValuePair<string, int> column) => RowSecret.IsIn(_values[column.Value], _header.Open);

    static string TextOf(object? value) => value switch
    {
        null or DBNull => "",
        string text => text,
        IFormattable other => other.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    static NotSupportedException ReadOnly() => new("The columns of a row cannot be changed.");
}
