using System.Buffers.Binary;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// A private key in OpenSSH's own format (PROTOCOL.key in its sources), unencrypted: no library used here supports its
/// encryption with bcrypt, and ssh-keygen removes it.
/// </summary>
internal static class OpenSshKey
{
    const string Magic = "openssh-key-v1\0";
    const string P256Type = "ecdsa-sha2-nistp256";

    /// <summary>What the file holds: scalar and point of a P-256 key, or a description of another kind of key.</summary>
    /// <param name="Scalar">The private number.</param>
    /// <param name="Point">The public point.</param>
    /// <param name="Problem">What it is instead.</param>
    public readonly record struct Content(byte[]? Scalar, byte[]? Point, string? Problem);

    /// <exception cref="UnreadableException">It is damaged or incomplete.</exception>
    public static Content Read(byte[] bytes)
    {
        if (!bytes.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Magic)))
            throw new UnreadableException("it does not begin as OpenSSH's keys do");
        var at = Magic.Length;
        var cipher = TakeText(bytes, ref at);
        TakeText(bytes, ref at);
        Take(bytes, ref at);
        if (TakeNumber(bytes, ref at) != 1) return new(null, null, "several keys in OpenSSH's own format");
        var publicEnd = at;
        var type = TypeOf(Take(bytes, ref publicEnd));
        if (cipher != "none") return new(null, null, $"{Describe(type)} in OpenSSH's own format, encrypted");
        return type == P256Type ? ReadP256(Take(bytes, ref publicEnd)) : new(null, null, $"{Describe(type)} in OpenSSH's own format");
    }

    // Two equal numbers, the type, the curve, the point, the scalar, a comment.
    static Content ReadP256(ReadOnlySpan<byte> secret)
    {
        var at = 0;
        if (TakeNumber(secret, ref at) != TakeNumber(secret, ref at)) throw new UnreadableException("its check numbers differ");
        if (TakeText(secret, ref at) != P256Type || TakeText(secret, ref at) != "nistp256")
            throw new UnreadableException("its two halves are of different kinds");
        var point = Take(secret, ref at).ToArray();
        return new(Take(secret, ref at).ToArray(), point, null);
    }

    static string TypeOf(ReadOnlySpan<byte> publicKey)
    {
        var at = 0;
        return TakeText(publicKey, ref at);
    }

    static string Describe(string type) => type switch
    {
        P256Type => "a P-256 key",
        "ecdsa-sha2-nistp384" => "an EC key on the curve P-384",
        "ecdsa-sha2-nistp521" => "an EC key on the curve P-521",
        "ssh-ed25519" => "an Ed25519 key",
        "ssh-rsa" => "an RSA key",
        "ssh-dss" => "a DSA key",
        _ => "a key of another kind",
    };

    static string TakeText(ReadOnlySpan<byte> bytes, ref int at) => Encoding.ASCII.GetString(Take(bytes, ref at).ToArray());

    static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = TakeNumber(bytes, ref at);
        if (length > bytes.Length - at) throw new UnreadableException("it is incomplete");
        at += (int)length;
        return bytes.Slice(at - (int)length, (int)length);
    }

    static uint TakeNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (bytes.Length - at < 4) throw new UnreadableException("it is incomplete");
        at += 4;
        return BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(at - 4));
    }
}
