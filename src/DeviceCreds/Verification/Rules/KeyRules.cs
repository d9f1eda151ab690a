namespace DeviceCreds;

/// <summary>Whether the device's private key is this certificate's.</summary>
internal static class KeyRules
{
    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "PrivateKeyMatches",
            Title = "The device's key belongs to the certificate.",
            Compares = "the key's public point with the certificate's",
            Advice = "Give the device the key and the certificate of one issuance; files of two runs may have been mixed.",
            Source = "Device-side code; RFC 5280, 4.1.2.7",
            Check = c => c.Key is not { } key ? c.Skip("No key was given to compare with: use -Key.")
                : c.Certificate.Point is null
                ? Finding.Skip($"The certificate holds {c.Certificate.KeyAlgorithm}, which is not compared with a device's key on P-256.")
                : key.Matches(c.Certificate.Point) ? c.Pass($"The key {key.Fingerprint} is the certificate's.")
                : Finding.Fail($"The key {key.Fingerprint} is not the certificate's.", DeviceStatus.KeyCorrelation),
        },
    ];
}
