namespace DeviceCreds;

/// <summary>
/// The ID by which a customer claims a device (first-to-claim): <c>A-</c> and the SHA-256 fingerprint of the device's bootstrap
/// certificate, in upper-case pairs with colons. Source: the vendor's OpenAPI, <c>^A-[A-Za-z0-9:]{95}$</c>.
/// </summary>
internal static class EnrollmentId
{
    /// <param name="fingerprint">The fingerprint in hexadecimal.</param>
    public static string Of(string fingerprint) =>
        "A-" + string.Join(":",
            Enumerable.Range(0, fingerprint.Length / 2).Select(i => fingerprint.Substring(2 * i, 2).ToUpperInvariant()));
}
