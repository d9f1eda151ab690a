using System.Globalization;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// Serial numbers in any common form: in hexadecimal of either case, with colons, spaces, 0x or zeros before them, with the
/// invisible mark that a copy from Windows' certificate window has, with dashes, or as OpenSSL prints it; or in decimal, which is
/// recognised by its length.
/// </summary>
public sealed class SerialNumberSet
{
    /// <summary>
    /// A number with so many digits and no letter is decimal; only one hexadecimal number in a hundred thousand looks like this.
    /// </summary>
    const int DecimalLength = 25;

    /// <summary>How <c>openssl x509 -serial</c> begins its output.</summary>
    const string OpenSslName = "serial=";

    readonly Dictionary<string, string> _serials = new(StringComparer.Ordinal);

    /// <exception cref="InputException">One is not a number.</exception>
    public SerialNumberSet(IEnumerable<string> serialNumbers)
    {
        foreach (var given in serialNumbers)
        {
            var text = Digits(given);
            _serials[SerialNumbers.Normalise(text) ?? throw Invalid(given)] = given;
            if (text.Length >= DecimalLength
                && text.All(c => c is >= '0' and <= '9')) _serials[SerialNumbers.Format(new BigInteger(text))] = given;
        }
    }

    // Windows' certificate window copies an invisible mark, OpenSSL writes a name before the number, and .NET's BitConverter dashes in it.
    static string Digits(string given)
    {
        var text = new string([.. given.Where(c => char.GetUnicodeCategory(c) != UnicodeCategory.Format)]).Trim(' ');
        if (text.StartsWith(OpenSslName, StringComparison.OrdinalIgnoreCase)) text = text.Substring(OpenSslName.Length);
        return text.StartsWith("-", StringComparison.Ordinal) ? text : text.Replace("-", "");
    }

    /// <summary>Whether it is one of them.</summary>
    public bool Contains(string serialNumber) => SerialNumbers.Normalise(serialNumber) is { } serial && _serials.ContainsKey(serial);

    /// <summary>The given numbers that are not among those found.</summary>
    internal IEnumerable<string> Except(IEnumerable<string> found)
    {
        var known = new HashSet<string>(found.Select(s => SerialNumbers.Normalise(s) ?? s), StringComparer.Ordinal);
        return _serials.GroupBy(s => s.Value, s => s.Key).Where(g => !g.Any(known.Contains)).Select(g =>
            SerialNumbers.Normalise(g.Key) ?? g.Key);
    }

    static InputException Invalid(string given)
    {
        var hidden = Enumerable.Range(0, given.Length).Select(i => (Character: InvisibleCharacter.At(given, i), Place: i + 1))
            .FirstOrDefault(found => found.Character is not null);
        return new("SerialNumberInvalid", ErrorKind.InvalidArgument, hidden.Character is { } character
            ? $"expected a serial number in hexadecimal, found {character} as character {hidden.Place}."
            : $"expected a serial number in hexadecimal, found '{MessageText.Shorten(given)}'.",
            "Copy it from Get-IssuedCertificate or Get-DeviceCertificate.");
    }
}
