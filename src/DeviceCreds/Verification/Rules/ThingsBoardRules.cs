using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>What ThingsBoard's LwM2M transport requires of a device's certificate.</summary>
internal static class ThingsBoardRules
{
    const string Verifier = "ThingsBoard at commit 0c49901, TbLwM2MDtlsCertificateVerifier, "
        + "https://github.com/thingsboard/thingsboard (read on 2026-11-26)";

    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "ThingsBoardName",
            Severity = CheckOutcome.Warning,
            Title = "There is a common name, by which ThingsBoard finds the device when it trusts the CA.",
            Compares = "the common name with no value",
            Advice = "Issue it again with the endpoint name as CN. A device whose own certificate is in its credentials needs none.",
            Source = Verifier,
            Check = c => ServiceFindings.Name(c, Finding.Warn("There is no common name: only the device's stored certificate finds it."),
                _ => null, CheckOutcome.Warning),
        },
        new()
        {
            Id = "ThingsBoardKey",
            Title = "The key is an EC key.",
            Compares = "the algorithm of the key with EC, which LwM2M over DTLS needs in ThingsBoard",
            Advice = "Make a key on P-256 (New-DeviceKey) and issue the certificate again.",
            Source = "ThingsBoard documentation, \"LwM2M over DTLS\", https://thingsboard.io/docs/user-guide/ssl/lwm2m-over-dtls/ "
                + "(read on 2026-11-26)",
            Check = c => c.Fields.KeyInfo.Algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey)
                ? c.Pass($"The certificate holds {ServiceFindings.Key(c)}.")
                : Finding.Fail($"The certificate holds {ServiceFindings.Key(c)}."),
        },
        new()
        {
            Id = "ThingsBoardValidity",
            Title = "The device's certificate is valid.",
            Compares = "notBefore and notAfter of the device's certificate with the current time",
            Advice = "Issue it again. Only skip_validity_check_for_client_cert makes ThingsBoard accept an expired certificate.",
            Source = Verifier,
            Check = c => ServiceFindings.Validity(c, [c.Certificate]),
        },
    ];
}
