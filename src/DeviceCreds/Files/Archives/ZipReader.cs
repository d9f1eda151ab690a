using System.Buffers.Binary;
using System.Text;

namespace DeviceCreds;

/// <summary>Reads ZIP by its central directory, also with 64-bit fields (zip64).</summary>
internal sealed class ZipReader : IArchiveReader
{
    const int EndSize = 22, LongestComment = 0xFFFF, LocatorSize = 20, LongEndSize = 56, CentralSize = 46, LocalSize = 30;
    const int LongFields = 0x0001, IsEncrypted = 0x1, Deflate = 8, Unix = 3;

    public bool Recognises(ReadOnlySpan<byte> beginning) =>
        beginning.StartsWith("PK\x03\x04"u8) || beginning.StartsWith("PK\x05\x06"u8);

    public IEnumerable<ArchiveEntry> Scan(FileStream file)
    {
        var (count, start, end) = Directory(file);
        var (position, places) = (start, new List<(long Start, long End)>());
        for (; count > 0; count--)
        {
            var entry = Read(file, position, end, out position);
            // The name is there again, before the content.
            var first = (entry.Start, End: entry.Start + LocalSize + entry.StoredLength);
            if (first.End > start) throw ArchiveError.Damaged(file.Name, "an entry reaches into the directory");
            places.Add(first);
            yield return entry;
        }

        if (position != end) throw ArchiveError.Damaged(file.Name, "the directory does not have the size that the end states");
        // A bomb has one content for many entries.
        places.Sort();
        for (var i = 1; i < places.Count; i++)
        {
            if (places[i].Start < places[i - 1].End) throw ArchiveError.Damaged(file.Name, "two entries overlap");
        }
    }

    public ArchiveEntry At(FileStream file, long position) => Read(file, position, file.Length, out _);

    public void Seek(FileStream file, ArchiveEntry entry)
    {
        var header = Bytes(file, entry.Start, LocalSize);
        if (!header.AsSpan().StartsWith("PK\x03\x04"u8)) throw ArchiveError.Damaged(file.Name, "an entry is not where the directory says");
        var name = Bytes(file, entry.Start + LocalSize, Short(header, 26));
        if (NameOf(name, isDos: entry.Name.IndexOf('\\') < 0) != entry.Name)
            throw ArchiveError.Damaged(file.Name, "an entry has another name than in the directory");
        file.Position = entry.Start + LocalSize + name.Length + Short(header, 28);
    }

    // How many entries there are, and where the directory begins and ends.
    static (long Count, long Start, long End) Directory(FileStream file)
    {
        var (at, end) = FindEnd(file);
        if (Short(end, 4) != 0 || Short(end, 6) != 0) throw ArchiveError.Unsupported(file.Name, "this is a part of a split ZIP archive");
        long count = Short(end, 10), size = Int(end, 12), start = Int(end, 16);
        // Some programs write it also where the values are small.
        var locator = at < LocatorSize ? [] : Bytes(file, at - LocatorSize, LocatorSize);
        if (locator.AsSpan().StartsWith("PK\x06\x07"u8))
        {
            at = Long(locator, 8);
            var record = Bytes(file, at, LongEndSize);
            if (!record.AsSpan().StartsWith("PK\x06\x06"u8))
                throw ArchiveError.Damaged(file.Name, "its end (zip64) is not where it says");
            (count, size, start) = (Long(record, 32), Long(record, 40), Long(record, 48));
        }

        if (count < 0 || size < 0 || start < 0 || start > at || size != at - start || count > size / CentralSize)
            throw ArchiveError.Damaged(file.Name, "its directory is not where the end says");
        return (count, start, at);
    }

    static (long Position, byte[] Record) FindEnd(FileStream file)
    {
        var length = (int)Math.Min(file.Length, EndSize + LongestComment);
        var bytes = Bytes(file, file.Length - length, length);
        for (var i = length - EndSize; i >= 0; i--)
        {
            if (bytes.AsSpan(i).StartsWith("PK\x05\x06"u8) && Short(bytes, i + 20) == length - i - EndSize)
                return (file.Length - length + i, bytes.AsSpan(i, EndSize).ToArray());
        }

        throw ArchiveError.Truncated(file.Name);
    }

    static ArchiveEntry Read(FileStream file, long position, long end, out long next)
    {
        if (position > end - CentralSize) throw ArchiveError.Damaged(file.Name, "its directory ends within an entry");
        var record = Bytes(file, position, CentralSize);
        if (!record.AsSpan().StartsWith("PK\x01\x02"u8)) throw ArchiveError.Damaged(file.Name, "its directory cannot be read");
        var (nameLength, extraLength) = (Short(record, 28), Short(record, 30));
        next = position + CentralSize + nameLength + extraLength + Short(record, 32);
        if (next > end) throw ArchiveError.Damaged(file.Name, "its directory ends within an entry");
        var name = NameOf(Bytes(file, position + CentralSize, nameLength), isDos: record[5] == 0);
        var extra = Bytes(file, position + CentralSize + nameLength, extraLength);
        var (length, stored, start) = ((long)Int(record, 24), (long)Int(record, 20), (long)Int(record, 42));
        ReadLongFields(file, extra, ref length, ref stored, ref start);
        var method = Short(record, 10);
        // An encrypted entry is longer.
        var isEncrypted = (Short(record, 8) & IsEncrypted) != 0;
        if (length < 0 || stored < 0 || start < 0 || start > file.Length || stored > file.Length
            || (method == 0 && length != stored && !isEncrypted))
            throw ArchiveError.Damaged(file.Name, "the size of an entry is wrong");
        return new ArchiveEntry(name, KindOf(record, name), position, start, stored, length)
        {
            IsCompressed = method == Deflate, Crc = Int(record, 16),
            Obstacle = isEncrypted ? "the entry is encrypted with a password of the ZIP archive"
                : method is 0 or Deflate ? null : FormattableString.Invariant($"the entry is compressed with method {method}"),
        };
    }

    // Values that need more than 32 bits are in a field of their own, in this order.
    static void ReadLongFields(FileStream file, byte[] extra, ref long length, ref long stored, ref long start)
    {
        for (var at = 0; at + 4 <= extra.Length; at += 4 + Short(extra, at + 2))
        {
            if (Short(extra, at) != LongFields) continue;
            var (from, end) = (at + 4, Math.Min(extra.Length, at + 4 + Short(extra, at + 2)));
            length = Next(length);
            stored = Next(stored);
            start = Next(start);
            return;

            long Next(long value)
            {
                if (value != uint.MaxValue) return value;
                if (from + 8 > end) throw ArchiveError.Damaged(file.Name, "the size of an entry (zip64) is missing");
                return Long(extra, (from += 8) - 8);
            }
        }
    }

    // Windows PowerShell's Compress-Archive separates folders as Windows does.
    static string NameOf(byte[] bytes, bool isDos)
    {
        var name = Encoding.UTF8.GetString(bytes);
        return isDos && name.IndexOf('/') < 0 ? name.Replace('\\', '/') : name;
    }

    static ArchiveEntryKind KindOf(byte[] record, string name)
    {
        var type = Short(record, 4) >> 8 == Unix ? Int(record, 38) >> 16 & 0xF000 : 0;
        return type switch
        {
            0x4000 => ArchiveEntryKind.Folder,
            0 or 0x8000 => name.EndsWith("/", StringComparison.Ordinal) ? ArchiveEntryKind.Folder : ArchiveEntryKind.File,
            _ => ArchiveEntryKind.Other,
        };
    }

    static byte[] Bytes(FileStream file, long position, int length)
    {
        if (position < 0 || position > file.Length - length) throw ArchiveError.Truncated(file.Name);
        file.Position = position;
        var bytes = new byte[length];
        return Archive.TryFill(file, bytes) ? bytes : throw ArchiveError.Truncated(file.Name);
    }

    static int Short(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    static uint Int(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    static long Long(byte[] bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
}
