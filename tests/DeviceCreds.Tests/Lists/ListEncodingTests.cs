using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>The text of a list is read as it was written, or it is said that it was not.</summary>
public class ListEncodingTests
{
    // Longer than what is read at once.
    const int Rows = 4000;

    sealed record Outcome(IReadOnlyList<DeviceIdentity> Devices, IReadOnlyList<InputException> Errors, IReadOnlyList<string> Warnings);

    [Fact]
    public void Every_byte_of_Windows_1252_is_what_Python_reads()
    {
        var bytes = Enumerable.Range(0, 256).Select(b => (byte)b).ToArray();
        var expected = Tool.Run("python3", "-c",
            "import json; print(json.dumps([bytes([b]).decode('cp1252', 'replace') for b in range(256)]))");
        var text = DeviceList.Windows1252.GetString(bytes);
        Assert.Equal(JsonSerializer.Deserialize<string[]>(expected), text.Select(c => c.ToString()));
        var known = bytes.Where((_, i) => text[i] != '\uFFFD').ToArray();
        Assert.Equal(known, DeviceList.Windows1252.GetBytes(DeviceList.Windows1252.GetString(known)));
        Assert.Equal("?", Encoding.ASCII.GetString(DeviceList.Windows1252.GetBytes("\uFFFD")));
    }

    /// <summary>Excel writes "CSV" in Windows-1252, and the first character that shows it may come late.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(Rows, false)]
    [InlineData(Rows, true)]
    public void Windows_1252_is_recognised_wherever_its_first_character_is(int row, bool isPacked)
    {
        var text = "CN;Site\n" + Lines(row, "Gerät-7;M\u00FCnchen \u2013 5 \u20AC \u0178");
        var outcome = Read(DeviceList.Windows1252.GetBytes(text), isPacked: isPacked);
        Assert.Empty(outcome.Errors);
        Assert.Empty(outcome.Warnings);
        Assert.Equal(Rows, outcome.Devices.Count);
        Assert.Equal(("Gerät-7", "M\u00FCnchen \u2013 5 \u20AC \u0178"),
            (outcome.Devices[row - 1].EndpointName, outcome.Devices[row - 1].Columns["Site"]));
    }

    [Fact]
    public void Utf_8_is_recognised_wherever_its_characters_are() =>
        Gen.Select(Gen.Int[0, 70_000], Gen.OneOf("ü", "漢", "\U0001F600"), Gen.Bool).Sample((length, character, isLast) =>
        {
            var value = new string('x', length) + character;
            var outcome = Read(Encoding.UTF8.GetBytes($"CN,Site\na,{value}{(isLast ? "" : "\nb,y")}"));
            Assert.Equal(value, outcome.Devices[0].Columns["Site"]);
            Assert.Empty(outcome.Warnings);
        }, iter: 40);

    /// <summary>Two programs that write to one list may disagree: what can be read is, and the rest is said.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_in_another_encoding_do_not_damage_the_others(bool isPacked)
    {
        byte[] other = [.. DeviceList.Windows1252.GetBytes("Gerät-A;x\nother;M\u00FCnchen\nthird;\u00FC\n")];
        var list = Encoding.UTF8.GetBytes("CN;Site\n" + string.Concat(Enumerable.Range(1, Rows).Select(i => $"Gerät-{i};K\u00F6ln\n")));
        var outcome = Read([.. list, .. other], isPacked: isPacked);
        var error = Assert.Single(outcome.Errors);
        Assert.Equal(("DeviceListEncoding", Rows + 2, 1), (error.ErrorId, error.Line, error.Column));
        Assert.Contains("read as utf-8", error.Advice);
        Assert.Equal([.. Enumerable.Range(1, Rows).Select(i => $"Gerät-{i}"), "other", "third"],
            outcome.Devices.Select(d => d.EndpointName));
        Assert.All(outcome.Devices.Take(Rows), d => Assert.Equal("K\u00F6ln", d.Columns["Site"]));
        var warning = Assert.Single(outcome.Warnings);
        Assert.Contains($"line {Rows + 3}: the column 'Site' has the character U+FFFD at position 2", warning);
        Assert.Contains("-Encoding", warning);
    }

    [Theory]
    [InlineData("CN,Site\na,x\nb,y\uFFFD\nc,\uFFFD\n", 3, "Site", "U+FFFD at position 2")]
    [InlineData("CN,Site\na,x\nb,\u0096y\n", 3, "Site", "U+0096 at position 1")]
    [InlineData("CN,Ger\uFFFDt\na,\uFFFD\nb,\n", 1, "Ger\uFFFDt", "U+FFFD at position 4")]
    [InlineData("CN,PSK\na,\u0080hidden\n", 2, "PSK", "U+0080 at position 1")]
    [InlineData("{\"CN\":\"a\",\"Site\":\"x\uFFFD\"}\n{\"CN\":\"b\",\"Site\":\"\uFFFD\"}\n", 1, "Site", "U+FFFD at position 2")]
    [InlineData("{\"CN\":\"a\",\"Site\":\"x\",\"\\u0096\":7}\n", 1, "?", "U+0096 at position 1")]
    public void A_damaged_column_is_one_warning_with_its_row(string content, int line, string column, string what)
    {
        var outcome = Read(Encoding.UTF8.GetBytes(content));
        Assert.Empty(outcome.Errors);
        var warning = Assert.Single(outcome.Warnings);
        Assert.Contains($"line {line}: the column '{column}' has the character {what}, so its text is damaged.", warning);
        Assert.Contains("The list is read as utf-8", warning);
        Assert.DoesNotContain("hidden", warning);
    }

    [Fact]
    public void Every_file_has_its_own_warning()
    {
        var warnings = new List<string>();
        using var folder = new TempFolder();
        var list = new DeviceList(e => throw e) { Warn = warnings.Add };
        foreach (var name in (string[])["1", "2"]) _ = list.Read(folder.Write(name, $"CN,Site\na{name},\uFFFD\nb{name},\uFFFD\n")).Count();
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void A_shard_warns_of_its_own_rows_alone()
    {
        var rows = Enumerable.Range(0, 40).Select(i => $"d{i},{(i == 7 ? "\uFFFD" : "")}\n");
        var content = Encoding.UTF8.GetBytes("CN,Site\n" + string.Concat(rows));
        Assert.Single(Enumerable.Range(1, 5).SelectMany(i => Read(content, new Shard(i, 5)).Warnings));
    }

    /// <summary>The encoding that is given may be wrong; a list may have been read in a wrong one before.</summary>
    [Theory]
    [InlineData("Ger\u00E4t", "utf-8", "DeviceListEncoding")]
    [InlineData("Ger\u0084t", null, "EndpointNameInvalidCharacter")]
    public void A_damaged_name_is_an_error_that_names_the_encoding(string name, string? given, string id)
    {
        var encoding = given is null ? null : Encoding.GetEncoding(given);
        var content = (given is null ? Encoding.UTF8 : Encoding.Latin1).GetBytes($"CN,Site\n{name},x\nb,y\n");
        var outcome = Read(content, encoding: encoding);
        var error = Assert.Single(outcome.Errors);
        Assert.Equal(id, error.ErrorId);
        Assert.Contains("The list is read as utf-8. If it has another encoding, give that", error.Advice);
        Assert.Equal("b", Assert.Single(outcome.Devices).EndpointName);
    }

    static string Lines(int special, string line) =>
        string.Concat(Enumerable.Range(1, Rows).Select(i => (i == special ? line : $"device-{i:D10};Site") + "\n"));

    static Outcome Read(byte[] content, Shard? shard = null, Encoding? encoding = null, bool isPacked = false)
    {
        using var folder = new TempFolder();
        var (errors, warnings) = (new List<InputException>(), new List<string>());
        var list = new DeviceList(errors.Add) { Warn = warnings.Add, Shard = shard, Encoding = encoding };
        return new([.. list.Read(folder.Write("list", isPacked ? Pack(content) : content))], errors, warnings);
    }

    static byte[] Pack(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest)) gzip.Write(content);
        return buffer.ToArray();
    }

#if !NETSTANDARD_BUILD
    // Not a copy of the reader's buffer for each block. (.NET Framework's reader asks for arrays, and .NET's for spans.)
    [Fact]
    public void Windows_1252_costs_as_much_memory_as_the_text()
    {
        var bytes = Enumerable.Repeat((byte)0xE4, 1 << 20).ToArray();
        using var reader = new StreamReader(new MemoryStream(bytes), DeviceList.Windows1252);
        var buffer = new char[1 << 20];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var total = 0;
        for (int read; (read = reader.Read(buffer, 0, buffer.Length)) > 0;) total += read;
        Assert.Equal(bytes.Length, total);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }
#endif
}
