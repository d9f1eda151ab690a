namespace DeviceCreds;

/// <summary>One certificate in a file.</summary>
public static class CertificateFile
{
    /// <summary>Writes the certificate in PEM.</summary>
    /// <exception cref="OutputException">The file exists and may not be replaced, or the system refuses.</exception>
    public static string Write(DeviceCertificate certificate, string path, bool replace) => FileWriter.WriteAll(
        FileWriter.FolderOf(path), [OutputFile.Text(Path.GetFileName(path), certificate.CertificatePem, isSecret: false)], replace)[0];
}
