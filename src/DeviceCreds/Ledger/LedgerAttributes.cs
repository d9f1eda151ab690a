namespace DeviceCreds;

/// <summary>OpenSSL's file of attributes beside a ledger (<c>index.txt.attr</c>), in the form of its configuration files.</summary>
internal static class LedgerAttributes
{
    /// <summary>Whether a subject may have only one certificate that is marked as valid: <c>unique_subject = yes</c>.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static bool IsSubjectUnique(string ledger)
    {
        if (!File.Exists(ledger + ".attr") || new FileInfo(ledger + ".attr").Length == 0) return false;
        using var file = InputFile.Read(ledger + ".attr");
        var section = "default";
        var isUnique = false;
        foreach (var line in file.Text.Split('\n').Select(l => l.Split('#')[0].Trim()))
        {
            if (line.StartsWith("[", StringComparison.Ordinal)) section = line.Trim('[', ']').Trim();
            if (section != "default" || line.Split(['='], 2) is not [var name, var value] || name.Trim() != "unique_subject") continue;
            isUnique = IsYes(value.Trim().Trim('"', '\''));
        }

        return isUnique;
    }

    // OpenSSL reads the first letter, and an unknown one means yes.
    static bool IsYes(string value) => value.Length == 0 || value[0] is not ('n' or 'N' or 'f' or 'F' or '0');
}
