using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>Issues one CA certificate: checks everything that can be checked before there is a key, then certifies the key.</summary>
internal sealed class AuthorityIssuer
{
    /// <summary>How many CAs a new root allows below it: with device and root, the 5 certificates that a device can store.</summary>
    const int DefaultRootPathLength = 3;

    readonly AuthorityOrder _order;
    readonly Asn1Sequence _subject;
    readonly IReadOnlyList<ExtensionField> _kept;
    readonly int? _pathLength;
    readonly ValidityPeriod _period;

    /// <param name="order">What the certificate must be.</param>
    /// <param name="subject">Its subject's name.</param>
    /// <exception cref="IssuanceException">It is not possible, or the issuer may not issue CAs.</exception>
    public AuthorityIssuer(AuthorityOrder order, Asn1Sequence subject)
    {
        var now = order.Time.GetUtcNow().UtcDateTime;
        if (order.Renews is null) SubjectText.CheckAuthorityName(order.Name);
        order.Issuer?.EnsureCanIssue(now, forAuthority: true);
        EnsureNameFree(order, subject);
        _kept = order.Renews is { } renewed ? KeptExtensions.Of(renewed) : [];
        order.Issuer?.EnsureNameAllowed(subject, order.Renews is { } named ? Extensions.AlternativeNames(named.Fields) : null);
        _order = order;
        _subject = subject;
        _pathLength = order.Renews is { } old ? Least(old.PathLength, order.Issuer?.PathLength - 1)
            : PathLengthBelow(order.Issuer, order.PathLength);
        var issuer = order.Issuer?.Own.Fields;
        // What a CA issued before must not begin before its renewed certificate does.
        _period = Lifetime.ForAuthority(now, issuer?.NotBefore, issuer?.NotAfter, order.Validity, order.Renews?.Fields.NotBefore);
    }

    /// <summary>Certifies a key, and has the CA recorded.</summary>
    /// <param name="point">The key's point.</param>
    /// <param name="signer">The key; null when it is not at hand, which a root's must be.</param>
    /// <param name="cancel">Ends the wait for the issuer's signature.</param>
    public CertificateAuthority Certify(byte[] point, ICertificateSigner? signer, CancellationToken cancel)
    {
        var issuer = _order.Issuer;
        var key = issuer?.Signer ?? signer!;
        var builder = new CertificateBuilder(CertificateProfile.Authority, key, issuer?.Own, _pathLength, issuer?.Uris, _kept);
        var subject = new CertificateSubject(_subject, point);
        if (_order.Renews is { } old && point.AsSpan().SequenceEqual(old.Point))
            subject = subject with { KeyIdentifier = KeyIdentifiers.Of(old) };
        var der = builder.Build(SerialNumbers.Create(), subject, _period, cancel);
        var path = new[] { new DeviceCertificate(der) }.Concat(issuer?.Chain.Certificates ?? []);
        var authority = new CertificateAuthority([.. path], signer, _order.Uris);
        _order.Record?.Invoke(authority);
        return authority;
    }

    static void EnsureNameFree(AuthorityOrder order, Asn1Sequence subject)
    {
        var name = DistinguishedName.Normalise(subject);
        if (order.Issuer is { } issuer && issuer.Chain.Certificates.Any(c => c.SubjectKey == name))
        {
            throw new IssuanceException("NameDuplicate", ErrorKind.Conflict,
                $"'{SubjectText.Shorten(order.Name)}' is already the name of a CA above.", "Give each CA a name of its own.");
        }
    }

    /// <exception cref="IssuanceException">It is negative.</exception>
    public static void CheckPathLength(int? wanted)
    {
        if (wanted < 0)
            throw new IssuanceException("PathLengthNegative", ErrorKind.InvalidArgument,
                $"-PathLength must be at least 0, found {wanted}.", "Give 0 for a CA that issues devices only.");
    }

    // Null is no limit.
    static int? Least(int? one, int? other) => one < other ? one : other ?? one;

    static int PathLengthBelow(CertificateAuthority? issuer, int? wanted)
    {
        var most = issuer?.PathLength - 1;
        CheckPathLength(wanted);
        if (wanted > most)
        {
            throw new IssuanceException("PathLengthExceeded", ErrorKind.Conflict,
                $"The issuer '{SubjectText.Shorten(issuer!.Name)}' allows {issuer.PathLength} CAs below it, "
                    + $"so the new one can allow {most} at most, not {wanted}.", "Ask for less.", "AuthoritiesMaySign");
        }

        return wanted ?? most ?? (issuer is null ? DefaultRootPathLength : 0);
    }
}
