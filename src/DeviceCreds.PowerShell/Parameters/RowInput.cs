using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>The inputs of a cmdlet that takes a device with each: rows of the pipeline, or the one device of the command line.</summary>
/// <param name="cmdlet">The cmdlet.</param>
sealed class RowInput(PSCmdlet cmdlet)
{
    static readonly char[] Delimiters = [';', '\t', '|', ','];

    // Before the first object comes: later, PowerShell counts what it bound of the object as well.
    readonly HashSet<string> _given = new(cmdlet.MyInvocation.BoundParameters.Keys, StringComparer.OrdinalIgnoreCase);
    readonly RowReader _reader = new();
    readonly HashSet<RowHeader> _told = [];
    int _number;

    /// <summary>Whether a parameter is on the command line: then it overrides the row's column.</summary>
    public bool IsGiven(string parameter) => _given.Contains(parameter);

    /// <summary>The current input.</summary>
    /// <param name="input">The object of the pipeline; null when there is none.</param>
    /// <param name="target">The target of errors when there is none.</param>
    public InputRow Next(PSObject? input, object? target) => new(++_number, input ?? target, cmdlet.MyInvocation.ExpectingInput);

    /// <summary>The columns of the current object; null when there is none.</summary>
    /// <param name="row">The current input.</param>
    /// <param name="input">The object of the pipeline; null when there is none.</param>
    /// <exception cref="InputException">It has no column for the endpoint name, or a value cannot be read.</exception>
    public DeviceRow? Read(InputRow row, PSObject? input)
    {
        if (input is null) return null;
        var read = _reader.Read(input);
        if (!read.LacksEndpointName || IsGiven("EndpointName")) return read;
        if (WrongDelimiter(read) is not { } delimiter) throw Missing(read, RowReader.Unwrap(input)!);
        // The other rows of the list have the same error, which is reported once.
        row.IsTold = !_told.Add(read.Header!);
        throw new InputException("EndpointNameMissing", ErrorKind.InvalidArgument,
            $"expected a column with the endpoint name, found the one column '{read.Names[0]}': "
                + $"in this list the delimiter is '{Shown(delimiter)}'.",
            $"Read it with Import-Csv -Delimiter '{Shown(delimiter)}', or with Import-DeviceList, which finds the delimiter. "
                + "The list's other rows are refused as well.");
    }

    static InputException Missing(DeviceRow read, object value)
    {
        const string id = "EndpointNameMissing";
        if (!RowReader.IsRow(value))
            return new InputException(id, ErrorKind.InvalidArgument, $"expected a device, found {RowValue.Describe(value)}.",
                OurObjects.UseOf(value));
        var found = read.Names.Count == 0 ? "none" : string.Join(", ", read.Names.Take(10));
        return new InputException(id, ErrorKind.InvalidArgument, $"expected a column with the endpoint name, found {found}.",
            $"Name the column EndpointName (or {string.Join(", ", RowHeader.EndpointNameColumns.Skip(1))}).");
    }

    // One column, whose name is several names with another delimiter, and one of those is for the endpoint name.
    static char? WrongDelimiter(DeviceRow row)
    {
        if (row.Names.Count != 1) return null;
        foreach (var delimiter in Delimiters)
        {
            if (row.Names[0].IndexOf(delimiter) < 0) continue;
            var names = row.Names[0].Split(delimiter).Select(n => n.Trim().Trim('"'));
            if (new RowHeader(names).EndpointName >= 0) return delimiter;
        }

        return null;
    }

    static string Shown(char delimiter) => delimiter == '\t' ? "`t" : delimiter.ToString();
}
