namespace DeviceCreds;

/// <summary>Certificates in a file.</summary>
public static class CertificateFile
{
    // Their JSON and C could be read as that of any certificates, but one of them is the server's, and of no chain of the device; or the
    // device is a developer's.
    static readonly IReadableFormat[] Whole =
        [(IReadableFormat)CredentialFormats.Get("SenmlJson"), (IReadableFormat)CredentialFormats.Get("DeveloperSource")];

    /// <summary>Every certificate of the file, in the file's order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="next">What follows Import-DeviceCredential in a pipeline, where that reads the file.</param>
    /// <exception cref="InputException">There is none, one cannot be read, or the file is a device's credential.</exception>
    public static IReadOnlyList<DeviceCertificate> Read(InputFile file, string next)
    {
        if (Array.Find(Whole, f => f.Recognises(file)) is { } whole) throw IsCredential(file, whole, next);
        IReadableFormat? format = null;
        try
        {
            return CertificateReader.Read(file);
        }
        // As a filter, it sees the file before the reader overwrites the keys in it.
        catch (InputException e) when ((format = FindFormat(file, e)) is not null)
        {
            throw IsCredential(file, format, next, e);
        }
    }

    static InputException IsCredential(InputFile file, IReadableFormat format, string next, InputException? error = null) =>
        file.Invalid(error?.ErrorId ?? "CertificateNotFound",
            $"expected certificates in PEM or DER, found a device's credential in the format {format.Info.Name}.",
            $"Read it first: Import-DeviceCredential FILE | {next}", inner: error);

    static IReadableFormat? FindFormat(InputFile file, InputException error) =>
        error.ErrorId is "CertificateNotRecognised" or "CertificateNotFound" or "FileNotReadWhole"
            && CredentialFormats.Recognise(file) is { Sign: not FormatSign.Objects } format && HoldsCertificate(format, file)
            ? format : null;

    // Where a password is missing, or the file is damaged, the other command says so.
    static bool HoldsCertificate(IReadableFormat format, InputFile file)
    {
        var parts = new CredentialParts(null);
        try
        {
            format.Read(file, null, parts);
            return parts.Certificates.Count > 0 || parts.Chains.Count > 0;
        }
        catch (InputException)
        {
            return true;
        }
        finally
        {
            foreach (var (key, _) in parts.Keys) key.Dispose();
            foreach (var chain in parts.Chains.Values) chain.PrivateKey?.Dispose();
        }
    }

    /// <summary>Writes the certificate in PEM.</summary>
    /// <exception cref="OutputException">The file exists and may not be replaced, or the system refuses.</exception>
    public static string Write(DeviceCertificate certificate, string path, bool replace) =>
        FileWriter.WriteOne(path, name => OutputFile.Text(name, certificate.CertificatePem, isSecret: false), replace);
}
