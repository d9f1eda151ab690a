namespace DeviceCreds;

/// <summary>A certificate signing request in a file.</summary>
public static class RequestFile
{
    /// <summary>Writes the request.</summary>
    /// <exception cref="OutputException">The file exists and may not be replaced, or the system refuses.</exception>
    public static string Write(DeviceCertificateRequest request, string path, FileEncoding form, bool replace)
    {
        var name = Path.GetFileName(path);
        var file = form == FileEncoding.Der
            ? new OutputFile(name, (byte[])request.Der.Clone(), IsSecret: false)
            : OutputFile.Text(name, request.Pem, isSecret: false);
        return FileWriter.WriteAll(FileWriter.FolderOf(path), [file], replace)[0];
    }
}
