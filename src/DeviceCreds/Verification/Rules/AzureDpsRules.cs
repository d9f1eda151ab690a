namespace DeviceCreds;

/// <summary>What Azure IoT Hub Device Provisioning Service (DPS) requires of a device's certificate.</summary>
internal static class AzureDpsRules
{
    const string Source = "Azure IoT DPS documentation, \"X.509 certificate attestation\", "
        + "https://learn.microsoft.com/azure/iot-dps/concepts-x509-attestation (read on 2026-11-26)";

    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "AzureDpsName",
            Title = "Azure DPS accepts the common name as a registration ID.",
            Compares = "the common name with the characters of a registration ID: a-z A-Z 0-9 - . _ :, a letter or a digit first, "
                + "a letter, a digit or - last",
            Advice = "Issue it again with another name: individual enrollments and enrollment groups both need the registration ID as CN.",
            Source = "Azure IoT DPS REST API 2021-10-01, Register Device, "
                + $"https://learn.microsoft.com/rest/api/iot-dps/device/runtime-registration/register-device; {Source}",
            Check = c => ServiceFindings.Name(c, Finding.Fail("There is no common name, and so no registration ID."),
                AzureDpsId.FindProblem, CheckOutcome.Failed),
        },
        new()
        {
            Id = "AzureDpsChain",
            Severity = CheckOutcome.Warning,
            Title = "The device sends the chain up to a CA that is verified in Azure DPS.",
            Compares = "the certificates that the device sends, and their signatures, with the issuers given as the verified CAs",
            Advice = "Export the credential with its chain, or verify the CA that issues. An individual enrollment needs no chain.",
            Source = Source,
            Check = CheckChain,
        },
    ];

    static Finding CheckChain(VerificationCase c)
    {
        var chain = new SentChain(c);
        return chain.Unknown ?? (chain.Authority is { } authority
            ? c.Pass($"The chain leads to '{SubjectText.Shorten(authority.Subject)}'.")
            : Finding.Warn($"{chain.Missing} With an enrollment group, DPS refuses the device."));
    }
}
