namespace DeviceCreds;

/// <summary>Serial numbers, however people write them: in either case, with colons, spaces, 0x or zeros before them.</summary>
public sealed class SerialNumberSet
{
    readonly HashSet<string> _serials;

    /// <exception cref="InputException">One is no hexadecimal number.</exception>
    public SerialNumberSet(IEnumerable<string> serialNumbers) => _serials = new(serialNumbers.Select(s => SerialNumbers.Normalise(s)
        ?? throw new InputException("SerialNumberInvalid", ErrorKind.InvalidArgument, $"'{SubjectText.Shorten(s)}' is no serial number.", "Give it in hexadecimal.")), StringComparer.Ordinal);

    /// <summary>Whether it is one of them.</summary>
    public bool Contains(string serialNumber) => SerialNumbers.Normalise(serialNumber) is { } serial && _serials.Contains(serial);

    internal IEnumerable<string> Except(IEnumerable<string> found) => _serials.Except(found.Select(s => SerialNumbers.Normalise(s) ?? s));
}
