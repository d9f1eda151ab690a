using System.Text;

namespace DeviceCreds.Tests;

public class PemTests
{
    static readonly DeviceKey Key = DeviceKey.Generate();
    static readonly string Block = Key.ToPem();

    public static readonly IReadOnlyDictionary<string, Func<byte[]>> Readable = new Dictionary<string, Func<byte[]>>
    {
        ["as it is"] = () => Utf8(Block),
        ["a newline at the end"] = () => Utf8(Block + "\n"),
        ["CRLF"] = () => Utf8(Block.Replace("\n", "\r\n")),
        ["CR alone"] = () => Utf8(Block.Replace('\n', '\r')),
        ["text around"] = () => Utf8($"Bag Attributes\n    friendlyName: device\n{Block}\nthat was it\n"),
        ["text before that begins with the digit 0"] = () => Utf8($"00:11:22 is the fingerprint\n{Block}"),
        ["text before with letters of any alphabet"] = () => Utf8($"0 Schlüssel für das Gerät 漢字\n{Block}"),
        ["a byte-order mark"] = () => [.. Encoding.UTF8.Preamble, .. Utf8(Block)],
        ["UTF-16, as Windows PowerShell's > writes it"] = () =>
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Block.Replace("\n", "\r\n"))],
        ["UTF-16, the other way round"] = () => [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Block)],
        ["quoted-printable, a line broken before a sign"] = () => Utf8(Block.Replace("==", "=\r\n=3D=3D")),
        ["quoted-printable, a line broken before a digit"] = () => Utf8(Block.Insert(60, "=\r\n")),
        ["a sentence that breaks in a label"] = () =>
            Utf8($"A request begins with -----BEGIN CERTIFICATE\nREQUEST----- and ends.\n{Block}"),
        ["indented"] = () => Utf8("    " + Block.Replace("\n", "\n    ")),
        ["indented with tabs, spaces at the ends"] = () => Utf8("\t" + Block.Replace("\n", "  \n\t") + "  "),
        ["empty lines inside"] = () => Utf8(Block.Replace("\n", "\n\n")),
        ["all of the Base64 in one line"] = () => Utf8(OneLine()),
        ["EC PARAMETERS before it"] = () => Utf8("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + Block),
        ["a label that nobody knows beside it"] = () =>
            Utf8(Block + "\n-----BEGIN SOMETHING ELSE-----\nAAAA\n-----END SOMETHING ELSE-----\n"),
    };

    public static TheoryData<string> ReadableNames => [.. Readable.Keys];

    [Theory]
    [MemberData(nameof(ReadableNames))]
    public void A_block_is_found_however_it_is_written(string name) => Assert.Equal(Key, DeviceKey.Read(Given.Input(Readable[name]())));

    static List<PemBlock> Blocks(InputFile file)
    {
        var (reader, blocks) = (new PemReader(file, file.Text), new List<PemBlock>());
        while (reader.Next() is { } block) blocks.Add(block);
        return blocks;
    }

    [Fact]
    public void Blocks_come_in_order_with_their_labels_and_lines()
    {
        var blocks = Blocks(Given.Input("first\n" + Pem.Encode("A", [1]) + "\n\n" + Pem.Encode("B", [2, 3]) + "\n"));
        Assert.Equal([("A", 2), ("B", 6)], blocks.Select(b => (b.Label, b.Line)));
        Assert.Equal([[1], [2, 3]], blocks.Select(b => b.Bytes));
    }

    public static readonly IReadOnlyDictionary<string,
        (string Text, string ErrorId, int? Line, int? Column)> Broken = new Dictionary<string, (string, string, int?, int?)>
    {
        ["no END"] = ("x\n-----BEGIN A-----\nAAAA\n", "PemTruncated", 2, null),
        ["another BEGIN before the END"] = ("-----BEGIN A-----\nAAAA\n-----BEGIN B-----\nAAAA\n-----END B-----\n", "PemTruncated", 1, null),
        ["another label at the END"] = ("-----BEGIN A-----\nAAAA\n-----END B-----\n", "PemLabelMismatch", 3, null),
        ["a dash too few at the END"] = ("-----BEGIN A-----\nAAAA\n-----END A----\n", "PemLabelMismatch", 3, null),
        ["a character that is no Base64"] = ("x\n-----BEGIN A-----\nAAAA\nAA!A\n-----END A-----\n", "PemNotBase64", 4, 3),
        ["a character that is no Base64, indented"] = ("-----BEGIN A-----\n  AA?A\n-----END A-----\n", "PemNotBase64", 2, 5),
        ["a zero-width space"] = ("-----BEGIN A-----\nAAAA\u200B\n-----END A-----\n", "PemNotBase64", 2, 5),
        ["a character too few"] = ("-----BEGIN A-----\nAAA\n-----END A-----\n", "PemNotBase64", 1, null),
        ["padding in the middle"] = ("-----BEGIN A-----\nAA==AAAA\n-----END A-----\n", "PemNotBase64", 1, null),
        ["a label in two lines"] =
            ("x\n-----BEGIN CERTIFI=\nCATE-----\nAAAABBBBCCCCDDDD\n-----END CERTIFICATE-----\n", "PemTruncated", 2, null),
        ["nothing inside"] = ("-----BEGIN A-----\n-----END A-----\n", "PemEmpty", 1, null),
    };

    public static TheoryData<string> BrokenNames => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(BrokenNames))]
    public void A_broken_block_is_refused_with_its_place(string name)
    {
        var (text, id, line, column) = Broken[name];
        var error = Assert.Throws<InputException>(() => Blocks(new InputFile(Utf8(text), "file.pem")));
        Assert.Equal((id, line, column), (error.ErrorId, error.Line, error.Column));
        Assert.StartsWith(column is null ? $"file.pem, line {line}: "
            : $"file.pem, line {line}, column {column}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_cannot_steer_or_fill_a_terminal()
    {
        var label = "\u001b]0;owned\u0007" + new string('X', 10_000);
        foreach (var text in new[] { $"-----BEGIN {label}-----\nAAAA\n",
            $"-----BEGIN {label}-----\nAAAA\n-----END Y-----\n",
            $"-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n", $"-----BEGIN A-----\nAAAA\n-----END {label}-----\n" })
        {
            foreach (var read in Damage.Readers)
            {
                var error = Assert.Throws<InputException>(() => read(Given.Input(text)));
                Assert.DoesNotContain(error.Message, char.IsControl);
                Assert.InRange(error.Message.Length, 1, 500);
            }
        }
    }

    [Fact]
    public void What_is_written_has_lines_of_64_characters_as_rfc_7468_asks()
    {
        var lines = Pem.Encode("A", new byte[121]).Split('\n');
        Assert.Equal("-----BEGIN A-----", lines[0]);
        Assert.Equal("-----END A-----", lines[^1]);
        Assert.All(lines[1..^2], l => Assert.Equal(64, l.Length));
    }

    static string OneLine()
    {
        var lines = Block.Split('\n');
        return $"{lines[0]}\n{string.Concat(lines[1..^1])}\n{lines[^1]}";
    }

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
