using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>Writes tar as POSIX defines it: ustar, with a pax header where a name is too long for it.</summary>
internal sealed class TarEncoder : IArchiveEncoder
{
    const int NameLength = 100, PrefixLength = 155;

    // tar writes multiples of 20 blocks; two empty ones are the end.
    static readonly byte[] EndOfArchive = new byte[2 * TarReader.Block];

    public string Ending => ".tar";

    public ArchiveBlock Encode(string folder, IReadOnlyList<OutputFile> files, DateTimeOffset time)
    {
        // Large enough: one that grows leaves its bytes behind. A name may need two blocks more.
        var size = files.Sum(f => (int)TarReader.Padded(f.Content.Length) + 3 * TarReader.Block) + 4 * TarReader.Block;
        using var block = new MemoryStream(size);
        Entry(block, folder + "/", '5', ArchiveMode.OfFolder(files), [], time);
        foreach (var file in files) Entry(block, folder + "/" + file.Name, '0', ArchiveMode.Of(file), file.Content, time);
        var bytes = block.ToArray();
        // It may hold keys.
        Array.Clear(block.GetBuffer(), 0, (int)block.Length);
        return new ArchiveBlock(bytes, []);
    }

    public byte[] Directory(ArchiveBlock block, long offset) => [];

    public byte[] End(long entries, long directoryStart, long directoryLength) => EndOfArchive;

    static void Entry(MemoryStream block, string name, char type, int mode, byte[] content, DateTimeOffset time)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var split = Split(bytes);
        if (split < 0 || bytes.Length > name.Length)
        {
            // The name that follows is cut; readers of pax take this one.
            var text = Attribute("path", name);
            Put(block, Header("././@PaxHeader"u8, -1, 'x', 0x1A4, text.Length, time), text);
            if (split < 0) (bytes, split) = (bytes.AsSpan(0, NameLength).ToArray(), 0);
        }

        Put(block, Header(bytes, split, type, mode, content.Length, time), content);
    }

    static void Put(MemoryStream block, byte[] header, byte[] content)
    {
        block.Write(header, 0, header.Length);
        block.Write(content, 0, content.Length);
        block.SetLength(TarReader.Padded(block.Length));
        block.Position = block.Length;
    }

    // Where the name begins after the "/" that ends its prefix, 0 when it needs no prefix, and -1 when it does not fit.
    static int Split(byte[] name)
    {
        if (name.Length <= NameLength) return 0;
        var slash = Array.IndexOf(name, (byte)'/', Math.Max(0, name.Length - NameLength - 1));
        return slash > 0 && slash <= PrefixLength && slash < name.Length - 1 ? slash + 1 : -1;
    }

    static byte[] Header(ReadOnlySpan<byte> name, int split, char type, int mode, long size, DateTimeOffset time)
    {
        var header = new byte[TarReader.Block];
        var start = Math.Max(0, split);
        name.Slice(start).CopyTo(header);
        if (start > 0) name.Slice(0, start - 1).CopyTo(header.AsSpan(345));
        Octal(header, 100, 8, mode);
        Octal(header, 108, 8, 0);
        Octal(header, 116, 8, 0);
        Octal(header, 124, 12, size);
        Octal(header, 136, 12, Math.Max(0, time.ToUnixTimeSeconds()));
        header[156] = (byte)type;
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        Octal(header, 329, 8, 0);
        Octal(header, 337, 8, 0);
        Octal(header, 148, 7, TarReader.Sum(header));
        header[155] = (byte)' ';
        return header;
    }

    static void Octal(byte[] header, int at, int length, long value)
    {
        for (var i = at + length - 2; i >= at; i--, value >>= 3) header[i] = (byte)('0' + (value & 7));
    }

    // "28 path=name\n", where the number counts its own digits too.
    static byte[] Attribute(string key, string value)
    {
        var rest = Encoding.UTF8.GetBytes($" {key}={value}\n");
        var length = rest.Length;
        for (var digits = 0; digits != Digits(length);) length = rest.Length + (digits = Digits(length));
        return [.. Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)), .. rest];
    }

    static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
}
