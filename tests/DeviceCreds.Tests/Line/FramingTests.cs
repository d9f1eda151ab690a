using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

public sealed class FramingTests
{
    static readonly byte[] Token = "mbedprov"u8.ToArray();

    // Much that looks like the token, and is not; nor is it between two of them, when the reply is taken out.
    static readonly Gen<byte[]> Noise = Gen.OneOf(
        Gen.Byte.Array[0, 40],
        Gen.OneOf("m", "mb", "mbedpro", "mbedpromm", "mmmm", "mbed", "mbedprmbedp", "[INFO] mbedpro\r\n")
            .Select(Encoding.ASCII.GetBytes)).Array[0, 5].Select(parts => parts.SelectMany(p => p).ToArray())
        .Where(noise => IndexOf([.. noise, .. noise], Token) < 0);

    [Fact]
    public void A_message_is_token_length_content_and_hash()
    {
        byte[] message = [1, 2, 3];
        Assert.Equal([.. Token, 3, 0, 0, 0, 1, 2, 3, .. SHA256.HashData(message)],
            FactoryMessage.Encode(message, ByteOrder.LittleEndian, onUnknownLine: false));
        Assert.Equal([.. Token, 0, 0, 0, 3, 1, 2, 3, .. SHA256.HashData(message)],
            FactoryMessage.Encode(message, ByteOrder.BigEndian, onUnknownLine: false));
        Assert.Equal([0, .. Token], FactoryMessage.Encode(message, ByteOrder.LittleEndian, onUnknownLine: true).Take(9));
    }

    [Fact]
    public void A_reply_is_found_behind_any_noise_in_pieces_of_any_size() =>
        Gen.Select(Noise, Gen.Byte.Array[1, 600], Gen.Int[0, 15], Gen.Bool, Gen.Int[1, 50]).Sample((noise, content, status, big, piece) =>
        {
            var order = big ? ByteOrder.BigEndian : ByteOrder.LittleEndian;
            byte[] bytes = [.. noise, .. Reply(status, content, order), .. noise, .. Reply(1, [], order)];
            var replies = Parse(bytes, piece, order, out var text);
            Assert.Equal([status, 1], replies.Select(r => (int)r.Status));
            Assert.Equal(status == 0 ? content : [], replies[0].Content);
            Assert.DoesNotContain(text, line => line.Contains("mbedprov"));
        }, iter: 2000);

    [Fact]
    public void Text_that_holds_the_token_is_still_text()
    {
        byte[] bytes = [.. "the token is mbedprov, mbedprov and mbedprov\r\n"u8, .. Reply(0, [1], ByteOrder.LittleEndian)];
        var replies = Parse(bytes, 7, ByteOrder.LittleEndian, out var text);
        Assert.Equal([1], Assert.Single(replies).Content);
        Assert.Equal(["the token is mbedprov, mbedprov and mbedprov"], text);
    }

    [Fact]
    public void A_wrong_hash_is_refused() => Refuses("ReplyHashWrong", bytes => bytes[^1] ^= 1);

    [Fact]
    public void A_length_that_no_reply_has_is_refused() => Refuses("ReplyLengthInvalid", bytes => bytes.AsSpan(12, 4).Fill(0x7F));

    [Fact]
    public void The_other_byte_order_is_recognised()
    {
        Assert.Equal("ByteOrderWrong",
            Assert.Throws<InjectionException>(() =>
            Parse(Reply(0, [1, 2], ByteOrder.BigEndian), 5, ByteOrder.LittleEndian, out _)).ErrorId);
        Assert.Equal("ByteOrderWrong",
            Assert.Throws<InjectionException>(() =>
            Parse(Reply(8, [], ByteOrder.LittleEndian), 5, ByteOrder.BigEndian, out _)).ErrorId);
    }

    static void Refuses(string id, Action<byte[]> damage)
    {
        var bytes = Reply(0, [1, 2, 3], ByteOrder.LittleEndian);
        damage(bytes);
        Assert.Equal(id, Assert.Throws<InjectionException>(() => Parse(bytes, 4, ByteOrder.LittleEndian, out _)).ErrorId);
    }

    static List<FactoryReply> Parse(byte[] bytes, int piece, ByteOrder order, out List<string> text)
    {
        var (lines, replies) = (new List<string>(), new List<FactoryReply>());
        var trace = new TraceText(lines.Add);
        var parser = new ReplyParser(order, trace);
        for (var at = 0; at < bytes.Length;)
        {
            if (parser.Push(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)), out var taken) is { } reply) replies.Add(reply);
            at += taken;
        }

        trace.Flush();
        text = lines;
        return replies;
    }

    static byte[] Reply(int status, byte[] content, ByteOrder order)
    {
        byte[] head = [.. Token, .. Integer(status)];
        return status != 0 ? head : [.. head, .. Integer(content.Length), .. content, .. SHA256.HashData(content)];

        byte[] Integer(int value) => order == ByteOrder.LittleEndian ? [(byte)value, (byte)(value >> 8), 0, 0]
            : [0, 0, (byte)(value >> 8), (byte)value];
    }

    static int IndexOf(byte[] bytes, byte[] wanted) => bytes.AsSpan().IndexOf(wanted);
}
