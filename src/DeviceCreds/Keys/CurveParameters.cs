using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// The parameters of an EC key (RFC 5480, 2.1.1; SEC 1, C.2): the curve's name, or all of its numbers, as TPMs and some tools
/// write them. It is P-256 only when each number is P-256's: with a changed generator it is an attacker's curve.
/// </summary>
internal static class CurveParameters
{
    static readonly X9ECParameters Curve = CustomNamedCurves.GetByOid(X9ObjectIdentifiers.Prime256v1);
    static readonly BigInteger Prime = Curve.Curve.Field.Characteristic;
    static readonly BigInteger A = Curve.Curve.A.ToBigInteger();
    static readonly BigInteger B = Curve.Curve.B.ToBigInteger();
    static readonly byte[] Generator = Curve.G.GetEncoded(false);

    /// <summary>Whether they name P-256.</summary>
    public static bool NameP256(Asn1Encodable? parameters) =>
        parameters is not null && parameters.ToAsn1Object().Equals(X9ObjectIdentifiers.Prime256v1);

    /// <summary>Whether they name P-256, or are its numbers.</summary>
    public static bool AreP256(Asn1Encodable? parameters) =>
        NameP256(parameters) || (parameters?.ToAsn1Object() is Asn1Sequence numbers && AreP256(numbers));

    // { version, { prime-field, p }, { a, b, seed? }, base point, order, cofactor? }
    static bool AreP256(Asn1Sequence numbers)
    {
        if (numbers.Count is < 5 or > 6 || numbers[1] is not Asn1Sequence { Count: 2 } field
            || numbers[2] is not Asn1Sequence { Count: 2 or 3 } curve) return false;
        return numbers[0] is DerInteger { Value: var version } && version.BitLength < 3 && version.SignValue > 0
            && field[0].Equals(X9ObjectIdentifiers.PrimeField) && Is(field[1], Prime)
            && IsElement(curve[0], A) && IsElement(curve[1], B)
            && numbers[3] is Asn1OctetString point && P256.Decompress(point.GetOctets()) is { } generator
                && generator.AsSpan().SequenceEqual(Generator)
            && Is(numbers[4], Curve.N)
            && (numbers.Count == 5 || Is(numbers[5], BigInteger.One));
    }

    static bool Is(Asn1Encodable value, BigInteger expected) => value is DerInteger number && number.Value.Equals(expected);

    // SEC 1, 2.3.5: an element of the field is as long as the prime; longer ones are refused to save work.
    static bool IsElement(Asn1Encodable value, BigInteger expected) =>
        value is Asn1OctetString octets && octets.GetOctets() is { Length: P256.ScalarSize } bytes
        && new BigInteger(1, bytes).Equals(expected);
}
