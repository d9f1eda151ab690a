namespace DeviceCreds;

/// <summary>
/// The credentials that an export has already written to a folder: what a run that was cut short need not make again.
/// Nothing is believed by name or presence alone; the files are read, and the credential is tested.
/// </summary>
public sealed class ExportedCredentials
{
    readonly string _folder;
    readonly CredentialKind _kind;
    readonly IReadOnlyList<DeviceCertificate> _issuers;
    readonly HashSet<string> _halfPlaced;

    /// <param name="folder">The folder that was exported to; it need not be there.</param>
    /// <param name="kind">The kind of credential.</param>
    /// <param name="authority">The CA that must have issued them.</param>
    public ExportedCredentials(string folder, CredentialKind kind, CertificateAuthority authority)
    {
        _folder = folder;
        _kind = kind;
        _issuers = authority.Chain.Certificates;
        _halfPlaced = Staging.HalfPlaced(folder);
    }

    /// <summary>
    /// Whether a device's credential is there whole: one certificate, issued by this CA to these names, that passes every
    /// rule now, with its private key unless the device keeps that. From any thread.
    /// </summary>
    /// <param name="identity">The device.</param>
    /// <param name="key">The key that the credential must be for; null when any will do.</param>
    public bool Has(DeviceIdentity identity, DeviceKey? key)
    {
        var name = FileNames.FolderFor(identity.EndpointName);
        var folder = Path.Combine(_folder, name);
        if (_halfPlaced.Contains(name) || !Directory.Exists(folder)) return false;
        try
        {
            var files = CredentialImporter.Group(folder).First();
            var own = files.Where(f => KindRule.OfFile(f) == _kind).ToList();
            var found = Read(own.Count > 0 ? own : files, out var isLocked).Where(c => c.Kind == _kind).ToList();
            return found.Count == 1 && IsFor(found[0], key, isLocked) && Passes(found[0], identity);
        }
        catch (Exception e) when (e is DeviceCredsException or InvalidOperationException)
        {
            // Whatever it is, it is not whole.
            return false;
        }
    }

    // A key that is encrypted is not opened here: nobody wants to give its password for counting.
    IReadOnlyList<DeviceCredential> Read(IReadOnlyList<string> files, out bool isLocked)
    {
        var certificates = files.Where(f => Path.GetFileName(f).StartsWith(FileNames.Certificate(_kind), StringComparison.Ordinal)).ToList();
        isLocked = false;
        try
        {
            return CredentialImporter.Read(files);
        }
        catch (InputException e) when (e.Kind == ErrorKind.Authentication && certificates.Count > 0)
        {
            isLocked = true;
            return CredentialImporter.Read(certificates);
        }
    }

    static bool IsFor(DeviceCredential credential, DeviceKey? key, bool isLocked)
    {
        var hasPrivateKey = isLocked || credential.PrivateKey is not null;
        return key is null ? hasPrivateKey : key.Matches(credential.Leaf.Point) && (hasPrivateKey || !key.HasPrivateKey);
    }

    bool Passes(DeviceCredential credential, DeviceIdentity identity) =>
        credential.Leaf.IsSignedBy(_issuers[0])
        && new CertificateVerifier { Kind = _kind, Issuers = _issuers, EndpointName = identity.EndpointName, AccountId = identity.AccountId }.Test(credential).Passed;
}
