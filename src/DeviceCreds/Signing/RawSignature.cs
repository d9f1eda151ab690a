using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>Tokens, key vaults and .NET Framework give an ECDSA signature as r and s side by side, 32 bytes each (IEEE P1363).</summary>
internal static class RawSignature
{
    const int Size = 2 * P256.ScalarSize;

    /// <summary>The DER of SEQUENCE { r, s } (RFC 3279, 2.2.3).</summary>
    /// <exception cref="IssuanceException">It is not 64 bytes.</exception>
    public static byte[] ToDer(byte[] raw) => raw.Length == Size
        ? new DerSequence(new DerInteger(new BigInteger(1, raw, 0, P256.ScalarSize)),
            new DerInteger(new BigInteger(1, raw, P256.ScalarSize, P256.ScalarSize))).GetDerEncoded()
        : throw new IssuanceException("SignatureMalformed", ErrorKind.InvalidData,
            $"Expected a signature of {Size} bytes (ECDSA on P-256), found {raw.Length}.", "Is the key on P-256?");
}
