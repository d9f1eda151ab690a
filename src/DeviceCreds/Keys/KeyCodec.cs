namespace DeviceCreds;

/// <summary>
/// The DER of P-256 keys. For one curve these structures have one length each, so each is a fixed frame around
/// the scalar and the point: nothing is built, and no copies stay on the heap.
/// </summary>
internal static class KeyCodec
{
    // SubjectPublicKeyInfo { id-ecPublicKey, prime256v1 } BIT STRING (RFC 5480)
    static readonly byte[] PublicFrame = Bytes("3059301306072A8648CE3D020106082A8648CE3D030107034200");

    // ECPrivateKey { 1, OCTET STRING (32), [0] prime256v1, [1] BIT STRING (66) } (RFC 5915)
    static readonly byte[] Sec1Frame = Bytes("30770201010420");
    static readonly byte[] Sec1Middle = Bytes("A00A06082A8648CE3D030107A144034200");

    // PrivateKeyInfo { 0, { id-ecPublicKey, prime256v1 }, OCTET STRING { ECPrivateKey without curve } } (RFC 5208), as OpenSSL writes it
    static readonly byte[] Pkcs8Frame = Bytes("308187020100301306072A8648CE3D020106082A8648CE3D030107046D306B0201010420");
    static readonly byte[] Pkcs8Middle = Bytes("A144034200");

    public static byte[] EncodePublic(byte[] point) => Join(PublicFrame, point);

    /// <summary>The point, on the curve or not, in bytes as <see cref="EncodePublic"/> gives them; null for another form.</summary>
    public static byte[]? TryDecodePublic(byte[] info) =>
        info.Length == PublicFrame.Length + P256.PointSize && info.AsSpan().StartsWith(PublicFrame)
            ? info.AsSpan(PublicFrame.Length).ToArray() : null;

    public static byte[] EncodeSec1(byte[] scalar, byte[] point) => Join(Sec1Frame, scalar, Sec1Middle, point);

    public static byte[] EncodePkcs8(byte[] scalar, byte[] point) => Join(Pkcs8Frame, scalar, Pkcs8Middle, point);

    internal static byte[] Join(params byte[][] parts)
    {
        var whole = new byte[parts.Sum(p => p.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            Buffer.BlockCopy(part, 0, whole, at, part.Length);
            at += part.Length;
        }

        return whole;
    }

    static byte[] Bytes(string hex) => Org.BouncyCastle.Utilities.Encoders.Hex.DecodeStrict(hex);
}
