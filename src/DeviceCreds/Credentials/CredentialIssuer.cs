using System.Collections.Concurrent;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// Issues credentials of one kind under one CA. The CA is checked when this is made; each device is checked when its
/// turn comes, so that one bad device never stops the others. It may be used from several threads at once.
/// </summary>
public sealed class CredentialIssuer
{
    readonly CertificateAuthority _authority;
    readonly CredentialKind _kind;
    readonly CertificateProfile _profile;
    readonly ValidityRequest _validity;
    readonly TimeProvider _time;
    readonly CancellationToken _cancel;
    readonly CertificateBuilder _builder;
    readonly StorableChain _chain;
    readonly HashSet<string> _authorityNames;
    readonly SubjectAltName _alternative;
    readonly EndpointNames _names = new();
    readonly NameSet _variants = new();
    readonly ConcurrentDictionary<string, string> _keys = new(StringComparer.Ordinal);

    /// <param name="authority">The issuing CA, with its private key.</param>
    /// <param name="kind">Which service the credentials open.</param>
    /// <param name="validity">How long; by default 20 years, or until the CA expires.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="cancel">Ends the waits for the CA's signatures.</param>
    /// <param name="chainDepth">How many certificates a credential has at most, the device's own among them; 0 for all.</param>
    /// <param name="excludeRoot">Whether credentials have no root in their chain.</param>
    /// <param name="subjectAltName">In which form certificates have the endpoint name in addition to the CN.</param>
    /// <exception cref="IssuanceException">The CA may not issue, or a device would refuse its chain: the message names the
    /// rule.</exception>
    public CredentialIssuer(
        CertificateAuthority authority, CredentialKind kind, ValidityRequest? validity = null, TimeProvider? time = null,
        CancellationToken cancel = default, int chainDepth = 0, bool excludeRoot = false,
        SubjectAltName subjectAltName = SubjectAltName.None)
    {
        _authority = authority;
        _kind = kind;
        _profile = CertificateProfile.For(kind);
        _validity = validity ?? ValidityRequest.Default;
        _time = time ?? TimeProvider.System;
        _cancel = cancel;
        _alternative = subjectAltName;
        var now = Now;
        authority.EnsureCanIssue(now, forAuthority: false);
        var period = Period(now);
        _chain = new StorableChain(Sample(period), authority.Chain.Certificates, chainDepth, excludeRoot);
        _authorityNames = [.. authority.Chain.Certificates.Select(c => c.SubjectKey)];
        _builder = new CertificateBuilder(_profile, authority.Signer!, authority.Own, uris: authority.Uris);
    }

    /// <summary>What a device would refuse in the credentials' chain, and how to shorten it; null when it accepts the chain.</summary>
    public string? Warning => _chain.Warning;

    /// <summary>Which service the credentials open.</summary>
    internal CredentialKind Kind => _kind;

    DateTime Now => _time.GetUtcNow().UtcDateTime;

    GeneralNames? LongestAlternative => _alternative == SubjectAltName.None
        ? null : new(new GeneralName(GeneralName.UniformResourceIdentifier, new string('s', SubjectText.MaximumLength)));

    // A certificate as this CA makes them, signed by nobody.
    DeviceCertificate Sample(ValidityPeriod period)
    {
        var point = _authority.Signer!.PublicPoint;
        var builder = new CertificateBuilder(_profile, new SampleSigner(point), _authority.Own, uris: _authority.Uris);
        var longest = new string('s', SubjectText.MaximumLength);
        var name = DistinguishedName.Create(longest, _profile.NeedsAccountId ? longest : null);
        var subject = new CertificateSubject(name, point) { AlternativeNames = LongestAlternative };
        return new DeviceCertificate(builder.Build(SerialNumbers.Create(), subject, period));
    }

    /// <summary>Issues to a device whose key is made here, or given.</summary>
    /// <param name="identity">The device.</param>
    /// <param name="key">Its key pair, or its public half when the device keeps the private key; null to make a new pair.</param>
    /// <exception cref="IssuanceException">The identity or the key is not possible, or was used already in this run.</exception>
    public DeviceCredential Issue(DeviceIdentity identity, DeviceKey? key = null) => Accept(identity, key).Issue();

    /// <inheritdoc cref="Accept(DeviceCertificateRequest, string, string, DeviceColumns)"/>
    public DeviceCredential Issue(DeviceCertificateRequest request, string? endpointName = null, string? accountId = null) =>
        Accept(request, endpointName, accountId).Issue();

    /// <summary>
    /// Checks a device, and notes its name and key as used: the order of these calls decides which device is first.
    /// </summary>
    /// <inheritdoc cref="Issue(DeviceIdentity, DeviceKey)"/>
    public DeviceOrder Accept(DeviceIdentity identity, DeviceKey? key = null) => Accept(identity, key, renews: null);

    DeviceOrder Accept(DeviceIdentity identity, DeviceKey? key, string? renews, DeviceCertificateRequest? request = null,
        bool isKeyElsewhere = false)
    {
        var subject = CheckedSubject(identity);
        if (key is not null && _authority.Chain.Certificates.Any(c => key.Matches(c.Point)))
            throw new IssuanceException("KeyOfAuthority", ErrorKind.InvalidArgument,
                $"The key given for '{SubjectText.Shorten(identity.EndpointName)}' is the CA's own.",
                "Give the device a key of its own.", "NotSelfSigned");
        Reserve(identity.EndpointName, key);
        var looksLikeAnother = LooksLikeAnother(identity.EndpointName);
        return new DeviceOrder(this, identity, subject, key)
        {
            Renews = renews, Request = request, IsKeyElsewhere = isKeyElsewhere, LooksLikeAnother = looksLikeAnother,
        };
    }

    /// <summary>
    /// The credential that a device would get, without a real signature: for tests before the device is asked for its key, or is issued to.
    /// </summary>
    /// <param name="identity">The device.</param>
    /// <param name="key">Its private key; null when the device keeps that.</param>
    /// <exception cref="IssuanceException">The identity is not possible.</exception>
    internal DeviceCredential Rehearse(DeviceIdentity identity, DeviceKey? key = null)
    {
        using var signer = new SoftwareSigner(DeviceKey.Generate(), "");
        var builder = new CertificateBuilder(_profile, signer, _authority.Own, uris: _authority.Uris);
        var order = new DeviceOrder(this, identity, CheckedSubject(identity), key);
        return Issue(order, builder, key?.Point ?? signer.PublicPoint, key, CancellationToken.None);
    }

    Asn1Sequence CheckedSubject(DeviceIdentity identity)
    {
        identity.Check(_profile);
        var subject = DistinguishedName.Create(identity.EndpointName, identity.AccountId);
        if (_authorityNames.Contains(DistinguishedName.Normalise(subject)))
            throw new IssuanceException("EndpointNameOfAuthority", ErrorKind.Conflict,
                $"'{SubjectText.Shorten(identity.EndpointName)}' is the name of a CA above: "
                    + "the device's certificate would look like that CA's own.", "Give the device or the CA another name.",
                "NotSelfSigned");
        _authority.EnsureNameAllowed(subject, AlternativeName.Create(identity.EndpointName, _alternative));
        return subject;
    }

    /// <summary>Makes the certificate of a device that was accepted here, and its key where none was given.</summary>
    internal DeviceCredential Issue(DeviceOrder order)
    {
        DeviceKey? made = null;
        try
        {
            var pair = order.Key ?? (made = DeviceKey.Generate());
            return Issue(order, _builder, pair.Point, pair.HasPrivateKey ? pair : null, _cancel);
        }
        catch
        {
            made?.Dispose();
            order.Forget();
            throw;
        }
    }

    DeviceCredential Issue(DeviceOrder order, CertificateBuilder builder, byte[] point, DeviceKey? privateKey, CancellationToken cancel)
    {
        var (serial, period) = (SerialNumbers.Create(), Period(Now));
        var alternative = AlternativeName.Create(order.Identity.EndpointName, _alternative);
        var der = builder.Build(serial, new(order.Subject, point) { AlternativeNames = alternative }, period, cancel);
        return new DeviceCredential(order, privateKey, der, SerialNumbers.Format(serial), period, _chain.Issuers);
    }

    /// <summary>Forgets a device that was accepted and got no certificate: it may be tried again, with the same key.</summary>
    internal void Forget(DeviceOrder order)
    {
        ForgetName(order.Identity.EndpointName);
        if (order.Key is { } key) _keys.TryRemove(key.Fingerprint, out _);
    }

    /// <summary>Lets a device be issued to again under its name.</summary>
    internal void ForgetName(string endpointName) => _names.Remove(endpointName);

    // Most names equal their prepared form, and are not stored twice.
    bool LooksLikeAnother(string endpointName)
    {
        var prepared = PreparedName.Of(endpointName);
        return prepared == endpointName ? _variants.Contains(prepared) : _names.Contains(prepared) | !_variants.Add(prepared);
    }

    void Reserve(string endpointName, DeviceKey? key)
    {
        _names.Add(endpointName);
        // Only given keys can be duplicates.
        if (key is null || _keys.GetOrAdd(key.Fingerprint, endpointName) is var owner && owner == endpointName) return;
        _names.Remove(endpointName);
        throw new IssuanceException("KeyDuplicate", ErrorKind.Conflict,
            $"The key given for '{SubjectText.Shorten(endpointName)}' is the key of '{SubjectText.Shorten(owner)}'.",
            "Give each device a key of its own.");
    }

    /// <summary>Issues to a device that sent a request. Only the key is taken from the request; its names must agree.</summary>
    /// <param name="request">The request; its signature was verified when it was read.</param>
    /// <param name="endpointName">The endpoint name, where the caller knows it; the request's own otherwise.</param>
    /// <param name="accountId">The account ID, where the caller knows it; the request's own otherwise.</param>
    /// <param name="columns">The other columns of the device's row, where the caller knows them; the request's own otherwise.</param>
    /// <exception cref="IssuanceException">The request's names differ from those given, or as for the other overload.</exception>
    public DeviceOrder Accept(
        DeviceCertificateRequest request, string? endpointName = null, string? accountId = null, DeviceColumns? columns = null)
    {
        endpointName ??= request.EndpointName
            ?? throw new IssuanceException("RequestWithoutName", ErrorKind.InvalidArgument,
                "The request has no common name, and no endpoint name was given.", "Give -EndpointName.", "CommonName");
        if (request.EndpointName is { } requested && requested != endpointName)
        {
            throw new IssuanceException("RequestNameDiffers", ErrorKind.Conflict,
                $"The request is for '{SubjectText.Shorten(requested)}', not for '{SubjectText.Shorten(endpointName)}': "
                    + $"{TextDifference.Describe(requested, endpointName)}.",
                "Give the request of this device, or leave out -EndpointName.", "EndpointName");
        }

        // The device looks for its key under the name that its kind of credential has.
        if (request.PrivateKeyName is { } stored && stored != DeviceItems.PrivateKey(_kind))
        {
            throw new IssuanceException("RequestKeyNameDiffers", ErrorKind.Conflict,
                $"The device '{SubjectText.Shorten(endpointName)}' has the key of this request as '{SubjectText.Shorten(stored)}'; "
                    + $"with a {_kind} credential it looks for {DeviceItems.PrivateKey(_kind)}.",
                $"Issue the other kind of credential, or ask the device for this key: Export-DeviceKeyRequest -Kind {_kind}.");
        }

        accountId ??= _profile.NeedsAccountId ? OnlyAccount(request, endpointName) : null;
        if (request.AccountId is { } account && accountId is not null && !request.AccountIds.Contains(accountId))
        {
            throw new IssuanceException("RequestAccountDiffers", ErrorKind.Conflict,
                $"The request of '{SubjectText.Shorten(endpointName)}' names the account "
                    + $"'{SubjectText.Shorten(account)}', not '{SubjectText.Shorten(accountId)}': "
                    + $"{TextDifference.Describe(account, accountId)}.",
                "Give the request of this account, or leave out -AccountId.", "AccountId");
        }

        return Accept(new DeviceIdentity(endpointName, accountId) { Columns = columns ?? request.Columns }, request.Key,
            renews: null, request);
    }

    static string? OnlyAccount(DeviceCertificateRequest request, string endpointName) => request.AccountIds.Count <= 1
        ? request.AccountId
        : throw new IssuanceException("RequestAccountSeveral", ErrorKind.InvalidArgument,
            $"The request of '{SubjectText.Shorten(endpointName)}' has {request.AccountIds.Count} organizational units, "
                + "and one must be the account ID.",
            "Say which: -AccountId.", "AccountId");

    /// <summary>
    /// Issues again to a device that has a credential: the same endpoint name, account ID and kind, and the same key unless a
    /// new one is wanted. The old certificate stays valid until it expires or is revoked.
    /// </summary>
    /// <param name="credential">The credential; without a private key, the certificate's public key is certified again.</param>
    /// <param name="newKey">Whether a new key pair is made.</param>
    /// <exception cref="IssuanceException">The device keeps its key, and a new one was wanted; the key is a CA's; or as for
    /// <see cref="Accept(DeviceIdentity, DeviceKey)"/>.</exception>
    /// <exception cref="ArgumentException">The credential is of another kind.</exception>
    public DeviceOrder Renew(DeviceCredential credential, bool newKey = false)
    {
        if (credential.Kind != _kind) throw new ArgumentException($"This issuer is for {_kind} credentials.", nameof(credential));
        if (credential.Leaf.IsCertificateAuthority)
            throw new IssuanceException("KeyOfAuthority", ErrorKind.InvalidArgument,
                $"The certificate of '{SubjectText.Shorten(credential.EndpointName)}' is a CA's, not a device's.",
                "Renew it with Update-CertificateAuthority.", "NotSelfSigned");
        var identity = new DeviceIdentity(credential.EndpointName, credential.AccountId) { Columns = credential.Columns };
        return Accept(identity, newKey ? KeyToReplace(credential) : KeyToKeep(credential), credential.SerialNumber,
            isKeyElsewhere: !newKey && credential.IsKeyElsewhere);
    }

    static DeviceKey? KeyToReplace(DeviceCredential credential) => credential.PrivateKey is not null || credential.IsKeyElsewhere
        ? null
        : throw new IssuanceException("NewKeyOnDevice", ErrorKind.InvalidArgument,
            $"The credential of '{SubjectText.Shorten(credential.EndpointName)}' has no private key: the device keeps it, "
                + "so a new key made here would not reach the device.",
            "Ask the device for a request with a new key and issue from that: New-*DeviceCredential -Request.");

    static DeviceKey KeyToKeep(DeviceCredential credential) => credential.GetKey()
        ?? throw new IssuanceException("KeyUnsupported", ErrorKind.InvalidArgument,
            $"The key in the certificate of '{SubjectText.Shorten(credential.EndpointName)}' is {credential.Leaf.KeyAlgorithm}.",
            "Device keys are on P-256: issue a new credential with such a key.", "KeyIsP256");

    ValidityPeriod Period(DateTime now) =>
        Lifetime.ForDevice(now, _authority.Own.Fields.NotBefore, _authority.Own.Fields.NotAfter, _validity);
}
