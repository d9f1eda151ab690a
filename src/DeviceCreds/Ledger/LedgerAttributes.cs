namespace DeviceCreds;

/// <summary>OpenSSL's file of attributes beside a ledger (<c>index.txt.attr</c>), in the form of its configuration files.</summary>
internal static class LedgerAttributes
{
    /// <summary>What the ledger demands, for messages.</summary>
    public const string Rule = "the ledger allows one valid certificate for each subject (unique_subject in its .attr file)";

    /// <summary>
    /// Whether a subject may have only one certificate that is marked as valid (<c>unique_subject</c>). Like OpenSSL, a file that does
    /// not set it says yes. Without a file the answer is no: a ledger that is begun here gets one that says so.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static bool IsSubjectUnique(string ledger)
    {
        var path = ledger + ".attr";
        if (!File.Exists(path)) return false;
        if (new FileInfo(path).Length == 0) return true;
        using var file = InputFile.Read(path);
        return OpenSslConfiguration.Find(file.Bytes, "unique_subject") is not { Length: > 0 } value || IsYes(value);
    }

    // OpenSSL reads the first letter, and an unknown one means yes.
    static bool IsYes(string value) => value[0] is not ('n' or 'N' or 'f' or 'F' or '0');
}
