using System.Text;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// The number of the next revocation list, kept beside the ledger in a file <c>.crlnumber</c> of the form that <c>openssl ca</c>
/// has for it (its option <c>crlnumber</c>): the two can take turns. While this is open, nobody else takes a number.
/// </summary>
internal sealed class RevocationListNumber : IDisposable
{
    readonly LedgerLock _lock;
    readonly string _path;

    RevocationListNumber(string path, LedgerLock taken, BigInteger next) => (_path, _lock, Next) = (path, taken, next);

    public BigInteger Next { get; }

    /// <exception cref="InputException">The file exists and holds no number, or something else has its name.</exception>
    /// <exception cref="OutputException">Another process is taking a number, or it cannot be written here.</exception>
    public static RevocationListNumber Open(string ledger, LedgerOptions options)
    {
        LedgerFile.EnsureRegularBeside(ledger);
        var path = PathOf(ledger);
        var taken = LedgerLock.Take(path, options);
        try
        {
            LedgerFile.Sweep(path);
            return new(path, taken, Find(path) ?? BigInteger.One);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Marks the number as used. A number that is never published leaves a gap, which is harmless.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Use() => Write(Next.Add(BigInteger.One));

    /// <summary>Raises a ledger's number to the highest of other ledgers: its next list is numbered above every list of those.</summary>
    /// <exception cref="InputException">A file exists and holds no number.</exception>
    /// <exception cref="OutputException">Another process is taking a number, or it cannot be written.</exception>
    public static void Raise(string ledger, IEnumerable<string> others, LedgerOptions options)
    {
        if (others.Select(o => Find(PathOf(o))).Max() is not { } highest) return;
        using var number = Open(ledger, options);
        if (highest.CompareTo(number.Next) > 0) number.Write(highest);
    }

    public void Dispose() => _lock.Dispose();

    void Write(BigInteger next)
    {
        var line = Encoding.ASCII.GetBytes(SerialNumbers.Format(next) + "\n");
        LedgerFile.Replace(_path, file => file.Write(line, 0, line.Length));
    }

    static string PathOf(string ledger) => ledger + ".crlnumber";

    static BigInteger? Find(string path) => File.Exists(path) ? Read(InputFile.Read(path)) : null;

    // RFC 5280, 5.2.3: 20 octets at most, as DER counts them.
    static BigInteger Read(InputFile file)
    {
        const string advice = "It is one line of hexadecimal digits, an even number of them: the number of the next list. "
            + "Write one that is higher than that of any list so far.";
        if (Hex.TryDecode(file.Text.Trim()) is not { Length: > 0 } bytes)
            throw file.Invalid("RevocationListNumberInvalid", "this is not the number of a revocation list.", advice);
        var number = new BigInteger(1, bytes);
        var octets = number.ToByteArray().Length;
        return octets <= SerialNumbers.MaximumOctets ? number
            : throw file.Invalid("RevocationListNumberInvalid",
                $"the number has {octets} octets; a revocation list's has {SerialNumbers.MaximumOctets} at most (RFC 5280, 5.2.3).",
                advice);
    }
}
