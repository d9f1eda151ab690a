namespace DeviceCreds;

/// <summary>Reads ledgers: those written here, and the CA databases (index.txt) of <c>openssl ca</c>.</summary>
public static class Ledger
{
    /// <summary>Every entry, in the order of the file, one at a time: a ledger of millions takes no memory.</summary>
    /// <param name="path">The ledger; it may be one that a run is writing to.</param>
    /// <param name="malformed">Gets each line that is none, with its place, and the others go on; when it is null, the first such line is thrown.</param>
    /// <exception cref="InputException">The file cannot be read, or a line of it.</exception>
    public static IEnumerable<LedgerEntry> Read(string path, Action<InputException>? malformed = null)
    {
        using var lines = new LineReader(path);
        while (lines.Read())
        {
            if (LedgerFormat.IsComment(lines.Line)) continue;
            LedgerEntry entry;
            try
            {
                if (!lines.IsWhole) throw new InputException("LedgerLineTorn", ErrorKind.InvalidData, "the last line has no end, so that OpenSSL passes over it, and so is it done here.", "A run is just writing it, or was cut short: the next run mends it.", path, lines.Number);
                entry = LedgerFormat.Read(lines.Line, path, lines.Number);
            }
            catch (InputException e) when (malformed is not null)
            {
                malformed(e);
                continue;
            }

            yield return entry;
        }
    }
}
