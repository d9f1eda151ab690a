namespace DeviceCreds;

/// <summary>The order of the bytes of the integers around a message.</summary>
public enum ByteOrder
{
    /// <summary>The least significant byte first: what the vendor's devices are built with.</summary>
    LittleEndian,

    /// <summary>The most significant byte first.</summary>
    BigEndian,
}
