using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads credentials back from files, folders or archives.</summary>
[Cmdlet(VerbsData.Import, "DeviceCredential", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceCredential))]
public sealed class ImportDeviceCredentialCommand : PathCmdlet, IDisposable
{
    readonly CertificateCache _cache = new();
    readonly StoredPlaces _stored = new();
    OrderedWorkers<IReadOnlyList<StoredFile>, IReadOnlyList<DeviceCredential>> _workers = null!;
    char[]? _password;

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
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _password = Secret.Copy(Password);
        _workers = new(Environment.ProcessorCount, group => CredentialImporter.Read(group, _password, _cache));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var places = Files(folders: true).ToLookup(_stored.HoldsDevices);
        // Files that are given together belong to one device; folders and archives hold many.
        IReadOnlyList<StoredFile> files = [];
        if (places[false].Any() && Try(places[false].First(), () => files = [.. places[false].Select(_stored.Find)])) Read(files);
        foreach (var place in places[true])
        {
            var isEmpty = true;
            foreach (var group in _stored.Group(place, Fail))
            {
                if (Stopping) return;
                isEmpty = false;
                Read(group);
            }

            if (!isEmpty) continue;
            Write(_workers.Rest());
            Try(place, () => _stored.RequireFiles(place));
        }

        // Nothing is read ahead of the pipeline's next input, so that -PipelineVariable has this one's value.
        Write(_workers.Rest());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers?.Dispose();
        Secret.Wipe(_password);
    }

    private protected override void OnStop() => _workers?.Stop();

    // What was read before an error comes out before it.
    void Fail(InputException error)
    {
        Write(_workers.Rest());
        WriteFailure(error, error.Path);
    }

    void Read(IReadOnlyList<StoredFile> group)
    {
        _workers.Add(group);
        Write(_workers.Finished());
    }

    void Write(IEnumerable<IReadOnlyList<OrderedWorkers<IReadOnlyList<StoredFile>, IReadOnlyList<DeviceCredential>>.Piece>> groups)
    {
        foreach (var piece in groups.SelectMany(g => g))
        {
            var path = piece.Input[0].Path;
            Try(path, () =>
            {
                foreach (var credential in piece.Output) Write(credential, path);
            });
        }
    }

    void Write(DeviceCredential credential, string path)
    {
        if (credential.IsForDevelopment)
            WriteWarning($"{path}: this is a developer certificate of '{credential.EndpointName}'. Use it for development only.");
        else if (credential.Chain.Leaf is { IsCertificateAuthority: true } leaf)
            WriteWarning($"{leaf.Path ?? path}: this is a CA's certificate, not a device's. "
                + "Keep the CA's files in another folder than the devices'.");
        WarnOfExposure(credential.PrivateKey?.ExposedIn);
        WriteObject(credential);
    }
}
