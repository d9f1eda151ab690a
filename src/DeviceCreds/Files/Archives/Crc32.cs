namespace DeviceCreds;

/// <summary>ZIP's checksum.</summary>
internal static class Crc32
{
    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    public static uint Of(byte[] bytes)
    {
        var crc = uint.MaxValue;
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
