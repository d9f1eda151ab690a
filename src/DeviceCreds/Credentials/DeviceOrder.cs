using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>
/// A device that an issuer accepted: its name and its key are taken. Issuing takes the time, and may be done in any order and on any
/// thread.
/// </summary>
public sealed class DeviceOrder
{
    int _isForgotten;

    internal DeviceOrder(CredentialIssuer issuer, DeviceIdentity identity, Asn1Sequence subject, DeviceKey? key)
    {
        (Issuer, Identity, Subject, Key) = (issuer, identity, subject, key);
    }

    /// <summary>Who accepted it, and issues to it.</summary>
    public CredentialIssuer Issuer { get; }

    /// <summary>The device.</summary>
    public DeviceIdentity Identity { get; }

    /// <summary>Its key pair, or its public half; null to make a new pair.</summary>
    public DeviceKey? Key { get; }

    /// <summary>Whether the credential will have its private key; a device may keep that.</summary>
    public bool GivesPrivateKey => Key?.HasPrivateKey != false;

    /// <summary>The serial number of the certificate that is renewed; null when none is.</summary>
    public string? Renews { get; internal init; }

    /// <summary>The certificate's subject.</summary>
    internal Asn1Sequence Subject { get; }

    /// <summary>The request that the device sent; null when it sent none.</summary>
    internal DeviceCertificateRequest? Request { get; init; }

    /// <summary>Whether its private key stayed in another process, and is certified again.</summary>
    internal bool IsKeyElsewhere { get; init; }

    /// <summary>Whether people will confuse its name with that of another device in the run.</summary>
    internal bool LooksLikeAnother { get; init; }

    /// <summary>Makes the certificate, and the key where none was given.</summary>
    /// <exception cref="IssuanceException">The CA cannot sign, or expired meanwhile.</exception>
    public DeviceCredential Issue() => Issuer.Issue(this);

    /// <summary>Forgets the device, which got no certificate: it may be tried again, with the same key.</summary>
    // Once: by the second time its name may be that of a later order, which gets its certificate.
    public void Forget()
    {
        if (Interlocked.Exchange(ref _isForgotten, 1) == 0) Issuer.Forget(this);
    }

    /// <summary>Warnings about what was issued, a sentence each.</summary>
    internal IReadOnlyList<string> Warnings(byte[] certificate)
    {
        var notGranted = Request?.FindNotGranted(new DeviceCertificate(certificate)) ?? [];
        if (!LooksLikeAnother && notGranted.Count == 0) return [];
        var warnings = new List<string>(2);
        if (LooksLikeAnother)
        {
            warnings.Add($"The endpoint name '{SubjectText.Shorten(Identity.EndpointName)}' and an earlier one of this run "
                + "are the same name by RFC 4518, which ignores case, spaces and the ways to write a character: "
                + "people will confuse the two devices.");
        }

        if (notGranted.Count > 0)
        {
            warnings.Add($"The request of '{SubjectText.Shorten(Identity.EndpointName)}' asked for more than its certificate has: "
                + $"{string.Join(", ", notGranted.Take(10))}. "
                + "Every device of a kind gets the same attributes and extensions (about_DeviceCreds_Profiles).");
        }

        return warnings;
    }
}
