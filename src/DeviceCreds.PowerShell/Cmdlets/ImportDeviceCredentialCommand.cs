using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads credentials back from files or folders.</summary>
[Cmdlet(VerbsData.Import, "DeviceCredential", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceCredential))]
public sealed class ImportDeviceCredentialCommand : PathCmdlet
{
    readonly CertificateCache _cache = new();

    /// <summary>The folders that Export-DeviceCredential wrote to, or files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path",
        HelpMessage = "The folders or files; wildcards are allowed.")]
    [SupportsWildcards]
    [PathTransformation(TakesCertificates = true, TakesFolders = true)]
    public override string[] Path { get; set; } = [];

    /// <summary>The password of encrypted keys.</summary>
    [Parameter]
    [PasswordTransformation]
    public SecureString? Password { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var paths = Files(folders: true).ToList();
        var files = paths.Where(p => !Directory.Exists(p)).ToList();
        // Files that are given together belong to one device; folders hold many.
        if (files.Count > 0) Read(files);
        foreach (var folder in paths.Where(Directory.Exists))
        {
            if (!Try(folder, () => CredentialImporter.RequireFiles(folder))) continue;
            foreach (var group in CredentialImporter.Group(folder))
            {
                if (Stopping) return;
                Read(group);
            }
        }
    }

    void Read(IReadOnlyList<string> group) => Try(group[0], () =>
    {
        foreach (var credential in Secret.Use(Password, password => CredentialImporter.Read(group, password, _cache)))
        {
            if (credential.IsForDevelopment)
                WriteWarning($"{group[0]}: this is a developer certificate of '{credential.EndpointName}'. Use it for development only.");
            else if (credential.Chain.Leaf is { IsCertificateAuthority: true } leaf)
                WriteWarning(
                    $"{leaf.Path ?? group[0]}: this is a CA's certificate, not a device's. "
                        + "Keep the CA's files in another folder than the devices'.");
            WarnOfExposure(credential.PrivateKey?.ExposedIn);
            WriteObject(credential);
        }
    });
}
