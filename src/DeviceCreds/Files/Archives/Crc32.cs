namespace DeviceCreds;

/// <summary>The checksum of ZIP and gzip.</summary>
internal static class Crc32
{
    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <param name="bytes">The next bytes.</param>
    /// <param name="before">The checksum of the bytes before them.</param>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        foreach (var b in bytes) crc = Table[(byte)crc ^ b] ^ crc >> 8;
        return ~crc;
    }

    static uint Entry(int index)
    {
        var value = (uint)index;
        for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ value >> 1 : value >> 1;
        return value;
    }
}
