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
    /// <summary>Issues to a device, unless an earlier run did.</summary>
    /// <param name="identity">The device.</param>
    /// <param name="key">The key that the credential must be for; null for any key.</param>
    /// <param name="issue">Issues.</param>
    /// <returns>The credential; null when the device's credential is in the folder already.</returns>
    /// <exception cref="IssuanceException">The device has a valid certificate, or its folder is in the way of another one.</exception>
    public DeviceCredential? Issue(DeviceIdentity identity, DeviceKey? key, Func<DeviceCredential> issue)
    {
        if (IsExported(identity, key)) return null;
        EnsureSubjectIsFree(identity.EndpointName, identity.AccountId);
        if (allowDuplicate || ledger?.FindValid(identity.EndpointName, identity.AccountId) is not { } earlier) return issue();
        if (exported is null)
        {
            throw new IssuanceException("EndpointHasCertificate", ErrorKind.AlreadyExists,
                $"The device '{Name(identity)}' has a valid certificate already: {earlier.Describe()}, in {ledger.Path}.",
                "Renew it with Update-DeviceCredential, or revoke it first. With -AllowDuplicate the device gets a second one.");
        }

        var credential = issue();
        credential.Renews = earlier.SerialNumber;
        warn($"The device '{Name(identity)}' has a valid certificate in {ledger.Path}, {earlier.Describe()}, that is not in "
            + $"{exported.Folder}: the run that issued it may have been interrupted. "
            + "The device gets a new one. If no device has the earlier certificate, revoke it; Get-IssuedCertificate -NotIn lists "
            + "such certificates.");
        return credential;
    }

    /// <summary>Renews a device's credential, unless an earlier run did.</summary>
    /// <returns>The new credential; null when there is one already.</returns>
    /// <exception cref="IssuanceException">The ledger allows a subject only one valid certificate.</exception>
    public DeviceCredential? Renew(DeviceCredential credential, Func<DeviceCredential> renew)
    {
        if (!allowDuplicate && ledger?.FindRenewal(credential.SerialNumber) is { } renewal)
        {
            warn($"The certificate {credential.SerialNumber} of '{SubjectText.Shorten(credential.EndpointName)}' has been renewed "
                + $"already: {renewal.Describe()}, in {ledger.Path}. Nothing was issued. If that certificate was never exported "
                + "(Get-IssuedCertificate -NotIn lists such certificates), revoke it and run again. -AllowDuplicate renews a second time.");
            return null;
        }

        EnsureSubjectIsFree(credential.EndpointName, credential.AccountId);
        return renew();
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
