namespace DeviceCreds;

/// <summary>
/// The results of earlier runs for a device decide what this run does: nothing when its credential is on disk, and no second valid
/// certificate unless one is wanted. It may be used from several threads at once.
/// </summary>
/// <param name="ledger">Where certificates are recorded; null when they are not.</param>
/// <param name="exported">Where credentials were exported to; null when that folder is not checked.</param>
/// <param name="allowDuplicate">Whether a device may get a second valid certificate.</param>
/// <param name="warn">Gets warnings, each a sentence.</param>
public sealed class EarlierRuns(IssuanceLedger? ledger, ExportedCredentials? exported, bool allowDuplicate, Action<string> warn)
{
    /// <summary>
    /// Issues to a device or renews its certificate, unless an earlier run issued to it. A device that is refused is forgotten: it may
    /// be tried again.
    /// </summary>
    /// <param name="order">The device.</param>
    /// <param name="export">Where the credential will go: it is issued only if it can go there, since a certificate that cannot be
    /// exported would be valid, and its key lost. Null when that is not known.</param>
    /// <returns>The credential; null when the device's credential is in the folder already.</returns>
    /// <exception cref="IssuanceException">The device has a valid certificate, or its folder is in the way of another one.</exception>
    /// <exception cref="DeviceCredsException">The credential cannot be exported.</exception>
    public DeviceCredential? Issue(DeviceOrder order, CredentialExport? export = null)
    {
        try
        {
            return IssueNew(order, export);
        }
        catch (DeviceCredsException)
        {
            order.Forget();
            throw;
        }
    }

    DeviceCredential? IssueNew(DeviceOrder order, CredentialExport? export)
    {
        var identity = order.Identity;
        if (order.Renews is null && IsExported(identity, order.Key)) return null;
        EnsureSubjectIsFree(identity.EndpointName, identity.AccountId);
        var mayBeSecond = allowDuplicate || order.Renews is not null;
        if (mayBeSecond || ledger?.FindValid(identity.EndpointName, identity.AccountId) is not { } earlier) return Make(order, export);
        if (exported is null)
        {
            throw new IssuanceException("EndpointHasCertificate", ErrorKind.AlreadyExists,
                $"The device '{Name(identity)}' has a valid certificate already: {earlier.Describe()}, in {ledger.Path}.",
                "Renew it with Update-DeviceCredential, or revoke it first. With -AllowDuplicate the device gets a second one.");
        }

        var credential = Make(order, export);
        credential.Renews = earlier.SerialNumber;
        warn($"The device '{Name(identity)}' has a valid certificate in {ledger.Path}, {earlier.Describe()}, that is not in "
            + $"{exported.Folder}: the run that issued it may have been interrupted. "
            + "The device gets a new one. If no device has the earlier certificate, revoke it; Get-IssuedCertificate -NotIn lists "
            + "such certificates.");
        return credential;
    }

    /// <summary>Whether a credential is to be renewed: a warning names what renews it already.</summary>
    /// <param name="credential">The credential.</param>
    /// <param name="keepsKey">Whether the new certificate will have the same key.</param>
    /// <exception cref="IssuanceException">The ledger says that its key is not certified again, as that of a revoked
    /// certificate.</exception>
    public bool IsToRenew(DeviceCredential credential, bool keepsKey)
    {
        if (keepsKey) ledger?.EnsureKeyMayBeKept(credential);
        if (allowDuplicate || ledger?.FindRenewal(credential.SerialNumber) is not { } renewal) return true;
        warn($"The certificate {credential.SerialNumber} of '{SubjectText.Shorten(credential.EndpointName)}' has been renewed "
            + $"already: {renewal.Describe()}, in {ledger.Path}. Nothing was issued. If that certificate was never exported "
            + "(Get-IssuedCertificate -NotIn lists such certificates), revoke it and run again. -AllowDuplicate renews a second time.");
        return false;
    }

    /// <summary>Checks that a name is free for a new CA.</summary>
    /// <exception cref="IssuanceException">A valid certificate in the ledger has the name.</exception>
    public void EnsureNameFree(string authorityName)
    {
        EnsureSubjectIsFree(authorityName, null);
        if (allowDuplicate || ledger?.FindValid(authorityName) is not { } earlier) return;
        throw new IssuanceException("NameHasCertificate", ErrorKind.AlreadyExists,
            $"'{SubjectText.Shorten(authorityName)}' has a valid certificate already: {earlier.Describe()}, in {ledger.Path}.",
            "Renew the CA with Update-CertificateAuthority, or choose another name. With -AllowDuplicate a second CA gets this name.");
    }

    static DeviceCredential Make(DeviceOrder order, CredentialExport? export)
    {
        export?.EnsurePossible(order);
        return order.Issue();
    }

    bool IsExported(DeviceIdentity identity, DeviceKey? key)
    {
        if (exported?.Find(identity, key) is not { } credential) return false;
        // It was read for the test, and for nothing else.
        using var read = credential.PrivateKey;
        return ledger?.IsRevoked(credential.SerialNumber) == true
            ? throw exported.DoesNotCount(identity, $"the certificate {credential.SerialNumber} is revoked.") : true;
    }

    void EnsureSubjectIsFree(string endpointName, string? accountId)
    {
        if (ledger is { IsSubjectUnique: true } && ledger.FindMarkedValid(endpointName, accountId) is { } earlier)
            throw ledger.SubjectNotUnique(endpointName, earlier);
    }

    static string Name(DeviceIdentity identity) => SubjectText.Shorten(identity.EndpointName);
}
