namespace DeviceCreds;

/// <summary>A certificate signing request in a file.</summary>
public static class RequestFile
{
    /// <summary>Writes the request.</summary>
    /// <exception cref="OutputException">The file exists and may not be replaced, or the system refuses.</exception>
    public static string Write(DeviceCertificateRequest request, string path, FileEncoding form, bool replace) =>
        Write(request.Der, request.Pem, path, form, replace);

    /// <inheritdoc cref="Write(DeviceCertificateRequest, string, FileEncoding, bool)"/>
    public static string Write(CertificateAuthorityRequest request, string path, FileEncoding form, bool replace) =>
        Write(request.Der, request.Pem, path, form, replace);

    static string Write(byte[] der, string pem, string path, FileEncoding form, bool replace) =>
        FileWriter.WriteOne(path, name => form == FileEncoding.Der
            ? new OutputFile(name, (byte[])der.Clone(), IsSecret: false)
            : OutputFile.Text(name, pem, isSecret: false), replace);
}
