namespace DeviceCreds;

/// <summary>Revocation lists in a file.</summary>
public static class RevocationListFile
{
    /// <summary>Writes lists, one after the other: in PEM as many as there are, in DER one.</summary>
    /// <exception cref="InputException">There are several for a file in DER.</exception>
    /// <exception cref="OutputException">The file exists and may not be replaced, or the system refuses.</exception>
    public static string Write(IReadOnlyList<CertificateRevocationList> lists, string path, FileEncoding form, bool replace)
    {
        if (form == FileEncoding.Der && lists.Count != 1)
        {
            throw new InputException("RevocationListSeveral", ErrorKind.InvalidArgument,
                $"expected one revocation list for a file in DER, found {lists.Count}.",
                "Use -Format Pem, or give each list a file of its own: -Path { \"$($_.Issuer).der\" }.", path);
        }

        return FileWriter.WriteOne(path, name => form == FileEncoding.Der
            ? new OutputFile(name, lists[0].Der, IsSecret: false)
            : OutputFile.Text(name, string.Concat(lists.Select(l => l.ToPem())), isSecret: false), replace);
    }
}
