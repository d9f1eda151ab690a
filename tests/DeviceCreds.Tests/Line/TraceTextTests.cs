using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Nobody knows what a device writes around its replies; a key is not shown, however it is written.</summary>
public sealed class TraceTextTests
{
    static readonly (string Name, Func<byte[], string> Write)[] Notations =
    [
        ("hexadecimal", b => Convert.ToHexString(b)),
        ("lower case", b => Convert.ToHexString(b).ToLowerInvariant()),
        ("colons", b => BitConverter.ToString(b).Replace('-', ':')),
        ("spaces", b => BitConverter.ToString(b).Replace('-', ' ')),
        ("C", b => string.Join(", ", b.Select(x => $"0x{x:x2}"))),
        ("decimal", b => string.Join(", ", b)),
        ("Base64", Convert.ToBase64String),
        ("PEM", b => "-----BEGIN EC PRIVATE KEY-----\n" + string.Join(
            "\n", Convert.ToBase64String(b).Chunk(16).Select(c => new string(c))) + "\n-----END EC PRIVATE KEY-----"),
        ("bytes", b => Encoding.Latin1.GetString(b)),
    ];

    [Fact]
    public void No_notation_of_a_key_is_shown() => Gen.Byte.Array[32].Sample(key =>
    {
        foreach (var (name, write) in Notations)
        {
            var written = write(key);
            var shown = string.Join("\n", Lines($"key: {written}\n", name == "bytes" ? Encoding.Latin1 : Encoding.UTF8));
            var runs = Enumerable.Range(0, Math.Max(0, written.Length - 24)).Select(i => written.Substring(i, 24));
            Assert.False(runs.Any(r => shown.Contains(r, StringComparison.Ordinal)), $"{name}: {shown}");
        }
    }, iter: 500);

    [Theory]
    [InlineData("\u001b[39m[INFO][fcc ]: Storage is erased\u001b[0m\r\n", "[INFO][fcc ]: Storage is erased")]
    [InlineData("Certificate is expired:mbed.BootstrapDeviceCert\n", "Certificate is expired:mbed.BootstrapDeviceCert")]
    [InlineData("##vso[task.complete]\n", "#?vso[task.complete]")]
    [InlineData("MAC 02:42:ac:11:00:02, build 1.2.3\r\n", "MAC 02:42:ac:11:00:02, build 1.2.3")]
    [InlineData("\r\n\r\n", null)]
    public void Text_is_shown_as_text(string text, string? expected) => Assert.Equal(expected is null ? [] : [expected], Lines(text));

    [Fact]
    public void An_announcement_is_seen_before_its_line_ends()
    {
        var trace = new TraceText(_ => { });
        trace.Write("Factory flow "u8.ToArray());
        Assert.False(trace.HasAnnounced);
        trace.Write("begins..."u8.ToArray());
        Assert.True(trace.HasAnnounced);
    }

    [Fact]
    public void An_announcement_counts_once_also_when_its_line_ends_after_its_device()
    {
        var trace = new TraceText(_ => { });
        trace.Write("Factory flow begins..."u8.ToArray());
        trace.Restart();
        trace.Write("\r\n"u8.ToArray());
        Assert.False(trace.HasAnnounced);
        trace.Write("Factory flow begins...\r\n"u8.ToArray());
        Assert.True(trace.HasAnnounced);
    }

    static List<string> Lines(string text, Encoding? encoding = null)
    {
        var lines = new List<string>();
        var trace = new TraceText(lines.Add);
        trace.Write((encoding ?? Encoding.UTF8).GetBytes(text));
        trace.Flush();
        return lines;
    }
}
