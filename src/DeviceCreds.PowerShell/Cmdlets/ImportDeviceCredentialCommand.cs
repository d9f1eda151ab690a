using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads credentials back from files, folders or archives.</summary>
[Cmdlet(VerbsData.Import, "DeviceCredential", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceCredential))]
public sealed class ImportDeviceCredentialCommand : PathCmdlet
{
    readonly CertificateCache _cache = new();
    readonly StoredPlaces _stored = new();

    /// <summary>The folders or archives that Export-DeviceCredential wrote, or files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path",
        HelpMessage = "The folders, archives or files; wildcards are allowed.")]
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
        var places = Files(folders: true).ToLookup(_stored.HoldsDevices);
        // Files that are given together belong to one device; folders and archives hold many.
        if (places[false].Any()) Read([.. places[false].Select(_stored.Find)]);
        foreach (var place in places[true])
        {
            if (!Try(place, () => _stored.RequireFiles(place))) continue;
            foreach (var group in _stored.Group(place, e => WriteFailure(e, e.Path)))
            {
                if (Stopping) return;
                Read(group);
            }
        }
    }

    void Read(IReadOnlyList<StoredFile> group) => Try(group[0].Path, () =>
    {
        foreach (var credential in Secret.Use(Password, password => CredentialImporter.Read(group, password, _cache)))
        {
            if (credential.IsForDevelopment)
                WriteWarning(
                    $"{group[0].Path}: this is a developer certificate of '{credential.EndpointName}'. Use it for development only.");
            else if (credential.Chain.Leaf is { IsCertificateAuthority: true } leaf)
                WriteWarning(
                    $"{leaf.Path ?? group[0].Path}: this is a CA's certificate, not a device's. "
                        + "Keep the CA's files in another folder than the devices'.");
            WarnOfExposure(credential.PrivateKey?.ExposedIn);
            WriteObject(credential);
        }
    });
}
