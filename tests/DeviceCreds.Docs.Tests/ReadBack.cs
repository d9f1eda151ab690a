namespace DeviceCreds.Docs.Tests;

/// <summary>What Import-DeviceCredential makes of a format's files: each format is written and read.</summary>
internal static class ReadBack
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    static readonly DeviceCredential Credential = new CredentialIssuer(Root, CredentialKind.Bootstrap).Issue(new DeviceIdentity("dev-1"));

    static readonly DeviceConfiguration Configuration = new()
    {
        ServerUri = "coaps://bootstrap.example.com:5684?aid=0123456789abcdef0123456789abcdef", ServerCertificate = Root.Own,
        Manufacturer = "Example", ModelNumber = "M1", SerialNumber = "S1", DeviceType = "T1", HardwareVersion = "H1", MemoryTotalKB = 512,
    };

    public static string Of(ICredentialFormat format)
    {
        var folder = Directory.CreateTempSubdirectory("devicecreds-").FullName;
        try
        {
            var password = format.Info.KeyForm == PrivateKeyForm.Encrypted ? "a password".ToCharArray() : null;
            var options = new ExportOptions { Configurations = [Configuration], Password = password };
            using var export = new CredentialExport(folder, [format.Info.Name], options, replace: false);
            string[] files = [.. export.Write(Credential), .. export.Complete()];
            // Folders are read without files for other programs, and without those for all devices.
            var inFolder = format is not IDeviceFormat || CredentialImporter.Group(folder).Any() ? "" : ", when `-Path` names the file";
            return Read(files, password) switch
            {
                null => "no",
                { PrivateKey: null } => "yes, without the private key" + inFolder,
                _ => "yes, with the private key" + inFolder,
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static DeviceCredential? Read(string[] files, char[]? password)
    {
        try
        {
            var read = CredentialImporter.Read(files, password).Single();
            return read.Fingerprint == Credential.Fingerprint && read.EndpointName == Credential.EndpointName
                ? read
                : throw new InvalidOperationException($"{string.Join(", ", files)}: another credential was read.");
        }
        catch (InputException e) when (e.ErrorId is "CredentialNotRecognised" or "CredentialNotFound")
        {
            return null;
        }
    }
}
