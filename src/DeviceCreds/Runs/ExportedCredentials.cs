namespace DeviceCreds;

/// <summary>
/// The credentials that earlier exports have written to a folder: an interrupted run need not make them again. Names
/// are not trusted; the files are read, and the credential is tested.
/// </summary>
public sealed class ExportedCredentials
{
    readonly CredentialKind _kind;
    readonly IReadOnlyList<DeviceCertificate> _issuers;
    readonly ExportPlace _place;
    readonly CertificateVerifier _verifier;

    /// <param name="folder">The folder that was exported to, or an archive; it may be missing.</param>
    /// <param name="kind">The kind of credential.</param>
    /// <param name="authority">The CA that must have issued them.</param>
    /// <exception cref="InputException">An archive there cannot be read.</exception>
    public ExportedCredentials(string folder, CredentialKind kind, CertificateAuthority authority)
    {
        Folder = folder;
        _kind = kind;
        _issuers = authority.Chain.Certificates;
        _place = new ExportPlace(folder);
        _verifier = new CertificateVerifier { Kind = kind, Issuers = _issuers };
    }

    /// <summary>The folder that was exported to, or the archive.</summary>
    public string Folder { get; }

    /// <summary>
    /// A device's credential: one certificate, issued by this CA to these names, that passes every rule now, with its private key
    /// unless the device keeps that. From any thread.
    /// </summary>
    /// <param name="identity">The device.</param>
    /// <param name="key">The key that the credential must be for; null for any key.</param>
    /// <returns>The credential; null when there is none, so that one can be issued and exported.</returns>
    /// <exception cref="IssuanceException">Something that does not count is in its place: a new credential could not be
    /// exported.</exception>
    public DeviceCredential? Find(DeviceIdentity identity, DeviceKey? key)
    {
        var name = FileNames.FolderFor(identity.EndpointName);
        var folder = Path.Combine(Folder, name);
        var kind = FileKind.Of(folder);
        if (kind == PathKind.Link) throw DoesNotCount(identity, "the folder is a link, and links are not followed.");
        if (kind is not (PathKind.Folder or PathKind.Missing)) throw DoesNotCount(identity, "a file has the folder's name.");
        try
        {
            return Read(name, identity, key);
        }
        catch (InputException e)
        {
            throw DoesNotCount(identity, e.Problem);
        }
    }

    /// <summary>The error that says why a device's folder does not count, and that nothing was issued.</summary>
    internal IssuanceException DoesNotCount(DeviceIdentity identity, string reason, string? folder = null) => new(
        "ExportedCredentialUnusable", ErrorKind.Conflict,
        $"{folder ?? Path.Combine(Folder, FileNames.FolderFor(identity.EndpointName))} does not count as an exported credential of "
            + $"'{SubjectText.Shorten(identity.EndpointName)}': {reason}",
        "Nothing was issued, since it could not be exported. Correct the files, or move the folder elsewhere and run again. Keep the "
            + "folder: a device may have the key in it.");

    DeviceCredential? Read(string name, DeviceIdentity identity, DeviceKey? key)
    {
        DeviceCredential? first = null;
        string? where = null;
        foreach (var files in _place.FindFolder(name))
        {
            if (ExportedFolder.Read(files, _kind, _verifier.Cache) is not { Credentials: var found, IsLocked: var isLocked }) continue;
            var folder = Path.GetDirectoryName(files[0].Path);
            if (found.Count != 1) throw DoesNotCount(identity, $"expected one {_kind} credential, found {found.Count}.", folder);
            // An archive that was unpacked beside itself holds the same one.
            if (first is not null && !first.Leaf.Equals(found[0].Leaf))
                throw DoesNotCount(identity, $"there is another {_kind} credential of the device in {where}.", folder);
            if (WhyNot(found[0], identity, key, isLocked) is { } reason) throw DoesNotCount(identity, reason, folder);
            (first, where) = (found[0], folder);
        }

        return first;
    }

    string? WhyNot(DeviceCredential credential, DeviceIdentity identity, DeviceKey? key, bool isLocked)
    {
        if (key is not null && !key.Matches(credential.Leaf.Point)) return "the certificate is for another key than the one given.";
        if (!isLocked && credential.PrivateKey is null && key?.HasPrivateKey != false) return "the private key is missing.";
        if (!credential.Leaf.IsSignedBy(_issuers[0]))
            return $"the certificate is not issued by '{SubjectText.Shorten(_issuers[0].Subject)}'.";
        var report = _verifier.Test(credential, identity.EndpointName, identity.AccountId);
        return report.Failed is [var first, ..] ? $"{first.Message}" : null;
    }
}
