namespace DeviceCreds;

/// <summary>A certificate that is to be revoked.</summary>
/// <param name="SerialNumber">Its serial number, in any form that <see cref="SerialNumberSet"/> takes.</param>
/// <param name="EndpointName">
/// Its device; null where only the serial number is known. CAs that count have the same numbers: the line of another device is not meant.
/// </param>
public sealed record RevocationTarget(string SerialNumber, string? EndpointName = null);
