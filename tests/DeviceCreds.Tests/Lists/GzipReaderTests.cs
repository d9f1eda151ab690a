using System.IO.Compression;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Compressed lists: complete and undamaged, or an error before the first device.</summary>
public class GzipReaderTests
{
    const int Count = 15;

    static readonly string[] Devices = [.. Enumerable.Range(1, Count).Select(i => $"device-{i * 7919}")];

    static readonly byte[] Names = Ascii(string.Concat(Devices.Select(d => d + "\n")));

    static readonly byte[] Table = Ascii("EndpointName,Site\n" + string.Concat(Devices.Select(d => $"{d},x{d[^1]}\n")));

    public static TheoryData<string> Lists => ["names", "table"];

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_that_was_cut_short_at_any_byte_is_refused(string list)
    {
        var whole = Pack(ListOf(list));
        using var folder = new TempFolder();
        for (var length = 2; length < whole.Length; length++) Assert.Equal("GzipDamaged", Read(folder, whole[..length]));
        Assert.Equal("complete", Read(folder, whole));
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_of_two_members_that_was_cut_short_is_refused_except_between_them(string list)
    {
        var content = ListOf(list);
        var first = Pack(content[..100]);
        byte[] whole = [.. first, .. Pack(content[100..])];
        using var folder = new TempFolder();
        for (var length = first.Length + 1; length < whole.Length; length++) Assert.Equal("GzipDamaged", Read(folder, whole[..length]));
        Assert.Equal("complete", Read(folder, whole));
    }

    /// <summary>
    /// The time, the level, the system and the flag "text" of the header say nothing about the content, nor do the bits that fill the
    /// last byte before the checksum.
    /// </summary>
    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_with_any_wrong_bit_is_refused(string list)
    {
        var whole = Pack(ListOf(list));
        using var folder = new TempFolder();
        for (var bit = 2 * 8; bit < whole.Length * 8; bit++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            var outcome = Read(folder, damaged);
            if (bit is 3 * 8 or >= 4 * 8 and < 10 * 8) Assert.Equal("complete", outcome);
            else if (bit / 8 != whole.Length - 9) Assert.Equal("GzipDamaged", outcome);
            else Assert.Contains(outcome, (string[])["complete", "GzipDamaged"]);
        }
    }

    [Theory]
    [InlineData("zeros", "complete")]
    [InlineData("an empty member", "complete")]
    [InlineData("a line", "GzipDamaged")]
    [InlineData("zeros and a line", "GzipDamaged")]
    public void Behind_the_last_member_may_be_padding_alone(string what, string outcome)
    {
        byte[] zeros = new byte[700];
        byte[] after = what switch
        {
            "zeros" => zeros, "a line" => Ascii("device-x\n"), "zeros and a line" => [.. zeros, .. Ascii("device-x\n")], _ => Pack([]),
        };
        using var folder = new TempFolder();
        Assert.Equal(outcome, Read(folder, [.. Pack(Names), .. after]));
    }

    /// <summary>A header may have extra fields, a name, a comment and a checksum; other flags are not defined.</summary>
    [Fact]
    public void Every_header_is_read()
    {
        var plain = Pack(Names);
        using var folder = new TempFolder();
        for (var flags = 0; flags < 256; flags++)
        {
            byte[] extra = (flags & 4) == 0 ? [] : [3, 0, 1, 0, 2];
            byte[] name = (flags & 8) == 0 ? [] : [.. "devices.csv\0"u8];
            byte[] comment = (flags & 16) == 0 ? [] : [.. "of the factory\0"u8];
            byte[] checksum = (flags & 2) == 0 ? [] : [7, 7];
            byte[] packed = [.. plain[..3], (byte)flags, .. plain[4..10], .. extra, .. name, .. comment, .. checksum, .. plain[10..]];
            Assert.Equal(flags < 32 ? "complete" : "GzipDamaged", Read(folder, packed));
        }
    }

    [Fact]
    public void Any_content_in_any_members_is_read_to_the_byte() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Int[1, 4000], Gen.Enum<CompressionLevel>(), Gen.Int[1, 70_000]).Array[1, 4].Sample(members =>
        {
            var contents = members.Select(m => (byte[])[.. Enumerable.Repeat(m.Item1, m.Item2).SelectMany(b => b)]).ToList();
            using var folder = new TempFolder();
            var path = folder.Write("x.gz", [.. contents.Zip(members).SelectMany(m => Pack(m.First, m.Second.Item3))]);
            using var reader = new GzipReader(File.OpenRead(path), path);
            var (all, buffer) = (new MemoryStream(), new byte[members[0].Item4]);
            while (reader.Read(buffer, 0, buffer.Length) is > 0 and var read) all.Write(buffer, 0, read);
            Assert.Equal(contents.SelectMany(c => c), all.ToArray());
        }, iter: 30);

    [Fact]
    public void A_bomb_of_many_members_is_refused()
    {
        var member = Pack(new byte[4 * 1024 * 1024]);
        using var folder = new TempFolder();
        Assert.Equal("GzipTooLarge", Read(folder, [.. Enumerable.Repeat(member, 5).SelectMany(m => m)]));
    }

    [Fact]
    public void Reading_can_be_cancelled_before_the_first_device()
    {
        using var folder = new TempFolder();
        var list = new DeviceList(_ => { }) { Cancel = new CancellationToken(true) };
        var path = folder.Write("x.gz", Pack([.. Enumerable.Repeat(Names, 1000).SelectMany(n => n)]));
        Assert.Throws<OperationCanceledException>(() => list.Read(path).First());
    }

    static byte[] ListOf(string list) => list == "names" ? Names : Table;

    // The error, with no device before it.
    static string Read(TempFolder folder, byte[] packed)
    {
        var (path, names) = (folder.Write("devices.gz", packed), new List<string>());
        try
        {
            foreach (var device in new DeviceList(e => Assert.Fail(e.Message)).Read(path)) names.Add(device.EndpointName);
            return names.SequenceEqual(Devices) ? "complete" : string.Join(',', names);
        }
        catch (InputException e)
        {
            Assert.Empty(names);
            Assert.Equal(path, e.Path);
            return e.ErrorId;
        }
    }

    static byte[] Pack(byte[] content, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, level)) gzip.Write(content);
        return buffer.ToArray();
    }

    static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
