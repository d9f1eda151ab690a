namespace DeviceCreds;

/// <summary>
/// The names of a list's columns, and which of them say who a device is. All rows of a list share one header, so that a row is only its
/// values.
/// </summary>
public sealed class RowHeader
{
    // What these hold is shown to nobody who does not ask for it by name.
    static readonly string[] Secrets = ["ENTROPY", "ROOTOFTRUST", "PRIVATEKEY", "PASSWORD", "PASSPHRASE", "SECRET"];

    readonly Dictionary<string, int> _others = new(ColumnNameComparer.Instance);

    /// <param name="names">The columns' names, in their order; a column without a name is left out.</param>
    /// <param name="endpointNameColumn">The column that holds the endpoint name; null for the first of <see cref="EndpointNameColumns"/>.</param>
    /// <param name="accountIdColumn">The column that holds the account ID; null for the first of <see cref="AccountIdColumns"/>.</param>
    public RowHeader(IEnumerable<string> names, string? endpointNameColumn = null, string? accountIdColumn = null)
    {
        Names = [.. names];
        EndpointName = Find(endpointNameColumn is null ? EndpointNameColumns : [endpointNameColumn]);
        AccountId = Find(accountIdColumn is null ? AccountIdColumns : [accountIdColumn]);
        var first = new Dictionary<string, int>(ColumnNameComparer.Instance);
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i].Trim().Length == 0) continue;
            if (first.TryGetValue(Names[i], out var other)) Twice ??= (other, i);
            else first[Names[i]] = i;
            if (i != EndpointName && i != AccountId && !_others.ContainsKey(Names[i])) _others[Names[i]] = i;
        }

        Shown = [.. _others.Where(c => !IsSecret(c.Key)).OrderBy(c => c.Value)];
    }

    /// <summary>The names of a column, of which the first that is there holds the endpoint name.</summary>
    public static IReadOnlyList<string> EndpointNameColumns { get; } = ["EndpointName", "Endpoint", "endpoint_name", "CommonName", "CN"];

    /// <summary>The names of a column, of which the first that is there holds the account ID.</summary>
    public static IReadOnlyList<string> AccountIdColumns { get; } = ["AccountId", "aid"];

    /// <summary>The columns' names, in their order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The position of the endpoint name's column; -1 when there is none.</summary>
    public int EndpointName { get; }

    /// <summary>The position of the account ID's column; -1 when there is none.</summary>
    public int AccountId { get; }

    /// <summary>The first two columns with one name; null when there are none.</summary>
    public (int First, int Second)? Twice { get; }

    /// <summary>The other columns that are no secrets, with their positions.</summary>
    internal IReadOnlyList<KeyValuePair<string, int>> Shown { get; }

    /// <summary>The position of a column; -1 when there is none of that name.</summary>
    public int Find(string name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (ColumnNameComparer.Instance.Equals(Names[i], name)) return i;
        }

        return -1;
    }

    /// <summary>Finds one of the other columns.</summary>
    internal bool TryFindOther(string name, out int position) => _others.TryGetValue(name, out position);

    static bool IsSecret(string name)
    {
        var plain = new string([.. name.ToUpperInvariant().Where(char.IsLetter)]);
        return Secrets.Any(secret => plain.Contains(secret));
    }

    int Find(IEnumerable<string> names) => names.Select(Find).Where(i => i >= 0).DefaultIfEmpty(-1).First();
}
