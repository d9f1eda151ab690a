using System.Buffers.Binary;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// Writes ZIP, not compressed: keys and certificates are hardly smaller when they are. Permissions are those of Unix, on any system; zip64
/// only where it is needed.
/// </summary>
internal sealed class ZipEncoder : IArchiveEncoder
{
    const int Version = 20, LongVersion = 45, Unix = 3, Utf8Names = 0x800, FileType = 0x8000, FolderType = 0x4000, DosFolder = 0x10;

    public string Ending => ".zip";

    public ArchiveBlock Encode(string folder, IReadOnlyList<OutputFile> files, DateTimeOffset time)
    {
        var entries = new List<ArchiveBlockEntry>(files.Count + 1);
        using var block = new MemoryStream(files.Sum(f => f.Content.Length + 512) + 512);
        var mode = FolderType | ArchiveMode.OfFolder(files);
        entries.Add(Entry(block, folder + "/", (uint)mode << 16 | DosFolder, [], time));
        foreach (var file in files)
            entries.Add(Entry(block, folder + "/" + file.Name, (uint)(FileType | ArchiveMode.Of(file)) << 16, file.Content, time));
        var bytes = block.ToArray();
        // It may hold keys.
        Array.Clear(block.GetBuffer(), 0, (int)block.Length);
        return new ArchiveBlock(bytes, entries);
    }

    public byte[] Directory(ArchiveBlock block, long offset)
    {
        using var directory = new MemoryStream();
        foreach (var entry in block.Entries)
        {
            var start = offset + entry.Offset;
            var isLong = start >= uint.MaxValue;
            byte[] extra = isLong ? [.. Bytes(w => w.Short(1).Short(8).Long(start)), .. entry.Extra] : entry.Extra;
            var header = (byte[])entry.Header.Clone();
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(30), (ushort)extra.Length);
            if (isLong) BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), LongVersion);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), isLong ? uint.MaxValue : (uint)start);
            foreach (var part in new[] { header, entry.Name, extra }) directory.Write(part, 0, part.Length);
        }

        return directory.ToArray();
    }

    public byte[] End(long entries, long directoryStart, long directoryLength)
    {
        var isLong = entries >= ushort.MaxValue || directoryStart >= uint.MaxValue || directoryLength >= uint.MaxValue;
        return Bytes(w =>
        {
            if (isLong)
            {
                w.Int(0x06064B50).Long(44).Short(Unix << 8 | LongVersion).Short(LongVersion).Int(0).Int(0)
                    .Long(entries).Long(entries).Long(directoryLength).Long(directoryStart);
                w.Int(0x07064B50).Int(0).Long(directoryStart + directoryLength).Int(1);
            }

            var count = isLong ? ushort.MaxValue : (int)entries;
            w.Int(0x06054B50).Short(0).Short(0).Short(count).Short(count)
                .Int(isLong ? uint.MaxValue : (uint)directoryLength).Int(isLong ? uint.MaxValue : (uint)directoryStart).Short(0);
        });
    }

    static ArchiveBlockEntry Entry(MemoryStream block, string name, uint attributes, byte[] content, DateTimeOffset time)
    {
        var (bytes, offset, crc) = (Encoding.UTF8.GetBytes(name), (int)block.Length, Crc32.Of(content));
        var flags = bytes.Length > name.Length ? Utf8Names : 0;
        // The time in UTC: that of MS-DOS, which comes first, has no time zone and counts in 2 s.
        var extra = Bytes(w => w.Short(0x5455).Short(5).Byte(1).Int((uint)Math.Min(int.MaxValue, Math.Max(0, time.ToUnixTimeSeconds()))));
        var local = Bytes(w => Common(w.Int(0x04034B50)).Short(extra.Length));
        foreach (var part in new[] { local, bytes, extra, content }) block.Write(part, 0, part.Length);
        var central = Bytes(w => Common(w.Int(0x02014B50).Short(Unix << 8 | Version)).Short(extra.Length)
            .Short(0).Short(0).Short(0).Int(attributes).Int(0));
        return new ArchiveBlockEntry(central, bytes, extra, offset);

        Writer Common(Writer w) => w.Short(Version).Short(flags).Short(0).Short(DosTime(time)).Short(DosDate(time)).Int(crc)
            .Int((uint)content.Length).Int((uint)content.Length).Short(bytes.Length);
    }

    static int DosTime(DateTimeOffset time) => time.UtcDateTime is var t ? t.Hour << 11 | t.Minute << 5 | t.Second / 2 : 0;

    static int DosDate(DateTimeOffset time) => time.UtcDateTime is { Year: >= 1980 and <= 2107 } t
        ? (t.Year - 1980) << 9 | t.Month << 5 | t.Day : 1 << 5 | 1;

    static byte[] Bytes(Action<Writer> write)
    {
        using var stream = new MemoryStream();
        write(new Writer(stream));
        return stream.ToArray();
    }

    /// <summary>Numbers, the lowest byte first.</summary>
    readonly struct Writer(MemoryStream stream)
    {
        public Writer Byte(int value) => Number(value, 1);

        public Writer Short(int value) => Number(value, 2);

        public Writer Int(uint value) => Number(value, 4);

        public Writer Long(long value) => Number(value, 8);

        Writer Number(long value, int length)
        {
            for (var i = 0; i < length; i++) stream.WriteByte((byte)(value >> 8 * i));
            return this;
        }
    }
}
