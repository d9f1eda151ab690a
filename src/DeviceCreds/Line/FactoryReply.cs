namespace DeviceCreds;

/// <summary>A device's reply to one message.</summary>
/// <param name="Status">The communication status; 0 means that the factory configurator client replied, with any status.</param>
/// <param name="Content">The client's own reply (CBOR), whose hash was right; empty unless the status is 0.</param>
internal sealed record FactoryReply(long Status, byte[] Content);
