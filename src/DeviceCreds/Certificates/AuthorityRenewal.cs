namespace DeviceCreds;

/// <summary>
/// Issues a CA's certificate again: the same name and restrictions, and the same key unless a new one is wanted. What the CA issued
/// before passes with the new certificate as with the old one. Under another issuer this is cross-signing.
/// </summary>
public static class AuthorityRenewal
{
    /// <summary>Renews a CA.</summary>
    /// <param name="authority">The CA; its key is needed only where it signs itself.</param>
    /// <param name="order">Who signs, how long, and who records it; its name is not looked at.</param>
    /// <param name="newKey">Whether a new key pair is made.</param>
    /// <param name="cancel">Ends the wait for the signature.</param>
    /// <exception cref="IssuanceException">The CA may not sign itself, its key cannot be replaced here, or what restricts it cannot be
    /// kept; or as for a new CA.</exception>
    public static CertificateAuthority Renew(
        CertificateAuthority authority, AuthorityOrder order, bool newKey = false, CancellationToken cancel = default)
    {
        var old = authority.Own;
        var name = SubjectText.Shorten(authority.Name);
        if (!old.IsCertificateAuthority)
            throw new IssuanceException("IssuerNotAuthority", ErrorKind.InvalidArgument,
                $"The certificate of '{name}' is not a CA's (its basicConstraints do not say CA:TRUE).",
                "Make a CA: New-CertificateAuthority.");
        if (old.Point is not { } point)
            throw new IssuanceException("IssuerKeyUnsupported", ErrorKind.InvalidArgument,
                $"The key of '{name}' is {old.KeyAlgorithm}.", "Make a CA on P-256: New-CertificateAuthority.", "KeyIsP256");
        if (order.Issuer is null && !authority.IsRoot)
            throw new IssuanceException("IssuerMissing", ErrorKind.InvalidArgument,
                $"'{name}' was issued by '{SubjectText.Shorten(old.Issuer)}', and no issuer was given.",
                "Give -Issuer: the CA above, with its private key.");
        var signer = newKey ? NewKey(authority, name) : authority.Signer;
        if (order.Issuer is null && signer is null)
            throw new IssuanceException("IssuerWithoutKey", ErrorKind.InvalidArgument,
                $"The root '{name}' signs itself, and its private key is not at hand.",
                "Import it with its key: Import-CertificateAuthority -Path <certificate> -KeyPath <key>.");
        var renewing = order with { Name = authority.Name, Renews = old, Uris = authority.Uris };
        return new AuthorityIssuer(renewing, old.Fields.Subject).Certify(newKey ? signer!.PublicPoint : point, signer, cancel);
    }

    /// <summary>The names of the extensions that the new certificate does not have; empty when it has all.</summary>
    /// <param name="old">The CA as it was.</param>
    /// <param name="renewed">The CA as it is now.</param>
    public static string NotKept(CertificateAuthority old, CertificateAuthority renewed) => KeptExtensions.Missing(old.Own, renewed.Own);

    /// <summary>What the new certificate does not do that the one before does, in sentences.</summary>
    /// <param name="old">The CA as it was.</param>
    /// <param name="renewed">The CA as it is now.</param>
    public static IEnumerable<string> Warnings(CertificateAuthority old, CertificateAuthority renewed)
    {
        var name = SubjectText.Shorten(old.Name);
        // With another key it is another CA, and says nothing about what was issued before.
        if (renewed.Own.Point.AsSpan().SequenceEqual(old.Own.Point))
        {
            if (renewed.NotBefore > old.NotBefore)
                yield return $"The new certificate of '{name}' begins at {Lifetime.Text(renewed.NotBefore)}, after its issuer, and the one "
                    + $"before at {Lifetime.Text(old.NotBefore)}. Devices whose certificates begin before that may refuse it.";
            if (renewed.NotAfter < old.NotAfter)
                yield return $"The new certificate of '{name}' expires at {Lifetime.Text(renewed.NotAfter)}, and the one before at "
                    + $"{Lifetime.Text(old.NotAfter)}: it is of no use to devices whose certificates expire later.";
        }

        if (renewed.PathLength is { } length && length < (old.PathLength ?? int.MaxValue))
            yield return $"The new certificate of '{name}' allows {length} CAs below it, because its issuer allows no more; "
                + $"the one before {(old.PathLength is { } allowed ? $"allows {allowed}" : "has no limit")}.";
        if (NotKept(old, renewed) is { Length: > 0 } missing)
            yield return $"The new certificate of '{name}' does not have these extensions of the one before: {missing}. "
                + "Places of lists and certificates come from the issuer: -CrlDistributionPoint of Import-CertificateAuthority.";
    }

    static SoftwareSigner NewKey(CertificateAuthority authority, string name) => authority.Signer is null or SoftwareSigner
        ? new SoftwareSigner(DeviceKey.Generate(), "memory")
        : throw new IssuanceException("NewKeyNotPossible", ErrorKind.InvalidArgument,
            $"The key of '{name}' lives in {authority.Signer.Location}, and a new one would be made here, in memory.",
            "Make the next CA there: New-CertificateAuthority -Pkcs11Library, with a name of its own.");
}
