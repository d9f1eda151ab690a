using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// The names of a list's columns, and which of them identify a device. All rows of a list share one header, so that a row is only its
/// values.
/// </summary>
public sealed class RowHeader
{
    // csr, DeviceCsr, csr_pem, CertificateSigningRequest; neither ElectronicsRevision nor CsrStatus.
    static readonly Regex OfRequest = new(
        "(?:^| )(?:CSR|CERTIFICATE ?(?:SIGNING ?)?REQUEST|SIGNING ?REQUEST)(?: PEM| DER)?$", RegexOptions.CultureInvariant);

    // Key, DeviceKey, private_key_pem; neither ApiKey nor PrivateKeyName.
    static readonly Regex OfKey = new("^(?:DEVICE ?|EC ?|PRIVATE ?)*KEY(?: PEM| DER)?$", RegexOptions.CultureInvariant);

    static readonly Regex BetweenWords = new("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z]+", RegexOptions.CultureInvariant);

    readonly Dictionary<string, int> _positions = new(ColumnNameComparer.Instance);

    // The positions of all columns for the account ID, the preferred one first.
    readonly int[] _accounts;

    /// <param name="names">The columns' names, in their order; a column without a name is left out.</param>
    /// <param name="endpointNameColumn">The column that holds the endpoint name; null for the first of
    /// <see cref="EndpointNameColumns"/>.</param>
    /// <param name="accountIdColumn">The column that holds the account ID; null for the first of <see cref="AccountIdColumns"/>.</param>
    public RowHeader(IEnumerable<string> names, string? endpointNameColumn = null, string? accountIdColumn = null)
    {
        Names = [.. names];
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i].Trim().Length == 0) continue;
            if (_positions.TryGetValue(Names[i], out var other)) Twice ??= (other, i);
            else _positions[Names[i]] = i;
        }

        EndpointName = Find(endpointNameColumn is null ? EndpointNameColumns : [endpointNameColumn]);
        _accounts = [.. (accountIdColumn is null ? AccountIdColumns : [accountIdColumn]).Select(Find).Where(i => i >= 0).Distinct()];
        AccountId = _accounts is [var first, ..] ? first : -1;
        RequestColumns = [.. _positions.Keys.Where(n => IsOfRequest(n) || Plain(n).Contains("REQUEST"))];
        KeyColumns = [.. _positions.Keys.Where(n => OfKey.IsMatch(Words(n)))];
        Others = [.. _positions.Where(c => c.Value != EndpointName && c.Value != AccountId).OrderBy(c => c.Value)];
        Listed = Others.Any(c => IsSecret(c.Key)) ? [.. Others.Where(c => !IsSecret(c.Key))] : Others;
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

    /// <summary>Where a row has its account ID: in the first column for it that is not empty.</summary>
    /// <param name="text">The text of the row in a column.</param>
    /// <returns>The position, and that of a further column with another value; -1 for no such column.</returns>
    public (int Position, int Other) FindAccount(Func<int, string?> text)
    {
        var (position, account) = (-1, "");
        foreach (var i in _accounts)
        {
            if (text(i) is not { Length: > 0 } value) continue;
            if (position >= 0 && value != account) return (position, i);
            if (position < 0) (position, account) = (i, value);
        }

        return (position, -1);
    }

    /// <summary>The columns that may hold a certificate request, by their names.</summary>
    public IReadOnlyList<string> RequestColumns { get; }

    /// <summary>The columns that may hold the device's private key, by their names.</summary>
    public IReadOnlyList<string> KeyColumns { get; }

    /// <summary>The first two columns with one name; null when there are none.</summary>
    public (int First, int Second)? Twice { get; }

    /// <summary>What opens an object that only the caller knows: it becomes its names with their values, or stays as it is.</summary>
    public Func<object?, object?>? Open { get; init; }

    /// <summary>The columns that are not for the device's names, with their positions.</summary>
    internal IReadOnlyList<KeyValuePair<string, int>> Others { get; }

    /// <summary>Those of them whose names do not say that they hold a secret.</summary>
    internal IReadOnlyList<KeyValuePair<string, int>> Listed { get; }

    /// <summary>The header of a list with other names, and the same columns for those of the device.</summary>
    internal RowHeader With(IEnumerable<string> names) =>
        new(names, EndpointName < 0 ? null : Names[EndpointName], AccountId < 0 ? null : Names[AccountId]) { Open = Open };

    /// <summary>The position of a column, of the first if there are several; -1 when there is none of that name.</summary>
    public int Find(string name) => _positions.TryGetValue(name, out var position) ? position : -1;

    /// <summary>
    /// Whether a column's name says that it holds a secret, or is one. Its values are shown only when they are asked for by name.
    /// </summary>
    public static bool IsSecret(string name) => SecretNames.IsIn(name) || SecretText.IsIn(name);

    /// <summary>
    /// Whether a column's name says that it holds a certificate request. A column Request may also hold an order's number.
    /// </summary>
    public static bool IsOfRequest(string name) => OfRequest.IsMatch(Words(name));

    static string Words(string name) => BetweenWords.Replace(name, " ").Trim().ToUpperInvariant();

    static string Plain(string name) => new([.. name.ToUpperInvariant().Where(char.IsLetter)]);

    int Find(IEnumerable<string> names) => names.Select(Find).Where(i => i >= 0).DefaultIfEmpty(-1).First();
}
