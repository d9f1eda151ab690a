using System.Text;

namespace DeviceCreds;

/// <summary>Reads tar: POSIX (ustar, pax), GNU's long names, and the old form without a signature.</summary>
internal sealed class TarReader : IArchiveReader
{
    /// <summary>The size of a header; contents are padded to a multiple of it.</summary>
    internal const int Block = 512;

    // Of a name, or of the attributes of one entry (pax).
    const int LongestText = 64 * 1024;

    // A long name, a long link, and attributes of the entry and of all entries.
    const int MostHeaders = 8;

    // Two empty blocks are the end. Then tar fills a record of 20 blocks; with -b of as many as are wanted, a multiple of these.
    const int LongestRecord = 2048;
    const int LongestEnd = (LongestRecord + 1) * Block;
    static readonly int[] RecordSteps = [20, 32, 126];

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    // Two empty blocks are an empty archive by the standard; so may be any file.
    public bool Recognises(ReadOnlySpan<byte> beginning) => beginning.Length >= Block && HasChecksum(beginning.Slice(0, Block));

    public IEnumerable<ArchiveEntry> Scan(FileStream file)
    {
        long position = 0;
        for (; Next(file, position) is { } entry; position = EndOf(entry))
        {
            if (EndOf(entry) > file.Length) throw ArchiveError.Truncated(file.Name);
            yield return entry;
        }

        RequireEnd(file, position);
    }

    public ArchiveEntry At(FileStream file, long position) => Next(file, position) ?? throw ArchiveError.Changed(file.Name);

    public void Seek(FileStream file, ArchiveEntry entry) => file.Position = entry.Start;

    // Readers stop at the first empty block. What was not written of a copy is empty, too; and two archives, one behind the other, are
    // not one.
    static void RequireEnd(FileStream file, long position)
    {
        if (file.Length - position > LongestEnd)
            throw ArchiveError.Damaged(file.Name, FormattableString.Invariant($"from byte {position:N0} on it is empty, or no part of it"));
        file.Position = position;
        var rest = new byte[file.Length - position];
        Archive.TryFill(file, rest);
        if (!IsEmpty(rest)) throw ArchiveError.Damaged(file.Name, FormattableString.Invariant(
            $"something follows its end at byte {position:N0}, perhaps another archive (tar -A joins two)"));
        if (rest.Length > 2 * Block && !FillsRecord(file.Length, rest.Length)) throw ArchiveError.Damaged(file.Name,
            FormattableString.Invariant($"from byte {position:N0} on it is empty, as a copy is that was not completed"));
    }

    static bool FillsRecord(long length, int end) => Enumerable.Range(1, LongestRecord)
        .Where(n => (n + 1) * Block >= end && Array.Exists(RecordSteps, s => n % s == 0))
        .Any(n => length % (n * Block) == 0);

    static long EndOf(ArchiveEntry entry) => entry.Start + Padded(entry.StoredLength);

    /// <summary>The length with the padding after it.</summary>
    internal static long Padded(long length) => (length + Block - 1) / Block * Block;

    // The entry at a position with all headers that belong to it; null at the end of the archive.
    static ArchiveEntry? Next(FileStream file, long position)
    {
        var header = new byte[Block];
        string? longName = null;
        Dictionary<string, string>? pax = null;
        var at = position;
        for (var i = 0; i < MostHeaders; i++)
        {
            file.Position = at;
            if (!Archive.TryFill(file, header)) throw ArchiveError.Truncated(file.Name);
            if (IsEmpty(header)) return at == position ? null : throw ArchiveError.Damaged(file.Name, "a header has no entry after it");
            if (!HasChecksum(header)) throw ArchiveError.Damaged(file.Name, FormattableString.Invariant(
                $"the header at byte {at:N0} has a wrong checksum"));
            var (type, size) = ((char)header[156], Number(file, header, 124, 12));
            if (type is not ('x' or 'g' or 'L' or 'K')) return Entry(file, header, position, at + Block, size, longName, pax);
            var text = ReadText(file, size);
            if (type == 'L') longName = Utf8.GetString(text).TrimEnd('\0');
            // Links are refused, whatever they lead to; attributes of all entries name none.
            if (type == 'x') ReadPax(file, text, pax ??= new(StringComparer.Ordinal));
            at += Block + Padded(size);
        }

        throw ArchiveError.Damaged(file.Name, "an entry has too many headers");
    }

    static ArchiveEntry Entry(FileStream file, byte[] header, long position, long start, long size, string? longName,
        Dictionary<string, string>? pax)
    {
        if (pax?.TryGetValue("size", out var stated) == true && !(long.TryParse(stated, out size) && size >= 0))
            throw ArchiveError.Damaged(file.Name, "the size of an entry is not a number");
        var name = pax?.TryGetValue("path", out var path) == true ? path : longName ?? NameOf(header);
        var kind = (char)header[156] switch
        {
            '0' or '\0' when name.EndsWith("/", StringComparison.Ordinal) => ArchiveEntryKind.Folder,
            '0' or '\0' or '7' => ArchiveEntryKind.File,
            '5' => ArchiveEntryKind.Folder,
            _ => ArchiveEntryKind.Other,
        };
        // GNU tar marks a file with holes in its pax attributes: what follows is not the content.
        if (pax?.Keys.Any(k => k.StartsWith("GNU.sparse", StringComparison.Ordinal)) == true) kind = ArchiveEntryKind.Other;
        if (size > long.MaxValue / 2) throw ArchiveError.Damaged(file.Name, "an entry is larger than any disk");
        if (kind == ArchiveEntryKind.Folder) size = 0;
        return new ArchiveEntry(name, kind, position, start, size, size);
    }

    static string NameOf(byte[] header)
    {
        var name = Text(header, 0, 100);
        // GNU's own form has other things where POSIX has the beginning of the name.
        var isPosix = header.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        return isPosix && header[345] != 0 ? Text(header, 345, 155) + "/" + name : name;
    }

    static string Text(byte[] header, int start, int length)
    {
        var end = Array.IndexOf(header, (byte)0, start, length);
        return Utf8.GetString(header, start, end < 0 ? length : end - start);
    }

    static byte[] ReadText(FileStream file, long size)
    {
        if (size > LongestText) throw ArchiveError.Damaged(file.Name, FormattableString.Invariant($"a name has {size:N0} bytes"));
        var text = new byte[size];
        return Archive.TryFill(file, text) ? text : throw ArchiveError.Truncated(file.Name);
    }

    // "28 path=name\n": the number counts all of it.
    static void ReadPax(FileStream file, byte[] text, Dictionary<string, string> pax)
    {
        for (var at = 0; at < text.Length && text[at] != 0;)
        {
            var space = Array.IndexOf(text, (byte)' ', at);
            var isNumber = int.TryParse(space < 0 ? "" : Utf8.GetString(text, at, space - at), out var length);
            var equals = space < 0 ? -1 : Array.IndexOf(text, (byte)'=', space);
            if (!isNumber || length <= 0 || length > text.Length - at || equals < 0 || equals >= at + length - 1)
                throw ArchiveError.Damaged(file.Name, "the attributes of an entry (pax) cannot be read");
            pax[Utf8.GetString(text, space + 1, equals - space - 1)] = Utf8.GetString(text, equals + 1, at + length - equals - 2);
            at += length;
        }
    }

    // Octal digits, or GNU's binary form for large numbers.
    static long Number(FileStream file, byte[] header, int start, int length)
    {
        long value = 0;
        var isBinary = header[start] == 0x80;
        for (var i = isBinary ? start + 1 : start; i < start + length; i++)
        {
            var b = header[i];
            if (isBinary)
            {
                if (value > long.MaxValue >> 8) throw ArchiveError.Damaged(file.Name, "an entry is larger than any disk");
                value = value << 8 | b;
            }
            else if (b is >= (byte)'0' and <= (byte)'7') value = value << 3 | (uint)(b - '0');
            else if (b is 0 or (byte)' ' && value > 0) break;
            else if (b is not (0 or (byte)' ')) throw ArchiveError.Damaged(file.Name, "the size of an entry is not a number");
        }

        return value;
    }

    static bool IsEmpty(ReadOnlySpan<byte> block)
    {
        foreach (var b in block)
        {
            if (b != 0) return false;
        }

        return true;
    }

    // The sum of all bytes, those of the sum itself counted as spaces.
    static bool HasChecksum(ReadOnlySpan<byte> header)
    {
        var stated = 0;
        for (var i = 148; i < 156; i++)
        {
            if (header[i] is >= (byte)'0' and <= (byte)'7') stated = stated << 3 | header[i] - '0';
            else if (header[i] is not (0 or (byte)' ')) return false;
        }

        return stated > 0 && stated == Sum(header);
    }

    internal static int Sum(ReadOnlySpan<byte> header)
    {
        var sum = 8 * ' ';
        for (var i = 0; i < Block; i++) sum += i is >= 148 and < 156 ? 0 : header[i];
        return sum;
    }
}
