namespace DeviceCreds;

/// <summary>What to do about the statuses with which a device refuses a bundle.</summary>
internal static class ReturnStatusAdvice
{
    /// <summary>The advice; empty when the device's own words say everything.</summary>
    public static string Of(int status) => status switch
    {
        2 => "The device is out of memory: use a shorter chain (-ChainDepth).",
        4 or 15 or 16 => "The device cannot write its storage: check its flash or disk.",
        6 => "Give the server's CA certificate (ServerCertificate), once.",
        7 => "The device has a root of trust already: leave RootOfTrust out.",
        8 => "The device has its entropy already: leave Entropy out.",
        9 => "Its factory flow was closed earlier: it cannot be injected again.",
        10 => "Check the certificate's extended key usage: it must allow clientAuth.",
        11 => "Check the certificate's subject: the device finds no CN in it, or no OU (LwM2M).",
        13 => "Check the certificate's notAfter, and this computer's clock: it sets the device's clock.",
        14 => "Check that the certificate's CN is the endpoint name, and for LwM2M its OU the account ID in the server's URI.",
        17 => "An item is stored already: the device's storage was not erased.",
        18 => "The device cannot read a key or a certificate: Test-DeviceConfiguration and Test-DeviceCertificate say which.",
        20 or 22 or 23 or 24 or 35 or 36 or 37 => "The device's software does not accept this bundle: does it have another version?",
        21 => "The reply did not fit: give the values that the device warns about, or use a shorter chain (-ChainDepth).",
        25 or 26 or 27 => "An item is missing, empty or of the wrong size: Test-DeviceConfiguration names it.",
        28 => "Check the server's URI: coaps://<host>:<port>?aid=<account ID>.",
        29 or 30 => "Check FirstToClaim: it needs a bootstrap credential and a URI without an account ID.",
        33 => "Check UtcOffset: +hh:mm or -hh:mm.",
        34 => "The certificate was issued for another key: issue it again.",
        _ => "",
    };
}
