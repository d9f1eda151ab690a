using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>A device that was accepted and gets a certificate.</summary>
/// <param name="Identity">The device.</param>
/// <param name="Subject">The certificate's subject.</param>
/// <param name="Key">Its key pair, or its public half; null to make a new pair.</param>
internal sealed record DeviceOrder(DeviceIdentity Identity, Asn1Sequence Subject, DeviceKey? Key)
{
    /// <summary>The serial number of the certificate that is renewed; null when none is.</summary>
    public string? Renews { get; init; }

    /// <summary>The request that the device sent; null when it sent none.</summary>
    public DeviceCertificateRequest? Request { get; init; }

    /// <summary>Whether its private key stayed in another process, and is certified again.</summary>
    public bool IsKeyElsewhere { get; init; }

    /// <summary>Whether people will confuse its name with that of another device in the run.</summary>
    public bool LooksLikeAnother { get; init; }

    /// <summary>Warnings about what was issued, a sentence each.</summary>
    public IReadOnlyList<string> Warnings(byte[] certificate)
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
