namespace DeviceCreds;

/// <summary>Whose firmware a device takes, and for which class of devices.</summary>
/// <param name="VendorId">16 bytes.</param>
/// <param name="ClassId">16 bytes.</param>
internal sealed record FirmwareIdentity(byte[] VendorId, byte[] ClassId);
