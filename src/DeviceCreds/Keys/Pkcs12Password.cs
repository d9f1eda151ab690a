using Org.BouncyCastle.Crypto;

namespace DeviceCreds;

/// <summary>
/// A password as PKCS#12 takes it (RFC 7292, B.1): in UTF-16 with two zero bytes at the end. For an empty one some programs
/// use no bytes, and others only those two.
/// </summary>
/// <param name="Text">The password.</param>
/// <param name="EndsEmpty">Whether an empty one has its two zero bytes.</param>
internal sealed record Pkcs12Password(char[] Text, bool EndsEmpty = false)
{
    /// <summary>The possible meanings of a password: one, or two for an empty one (or none).</summary>
    public static IReadOnlyList<Pkcs12Password> Readings(char[]? password) =>
        password is { Length: > 0 } ? [new(password)] : [new([]), new([], EndsEmpty: true)];

    /// <summary>The bytes that the key derivation takes.</summary>
    public byte[] ToBytes() => PbeParametersGenerator.Pkcs12PasswordToBytes(Text, EndsEmpty);
}
