using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Security;

namespace DeviceCreds;

/// <summary>The MAC of PKCS#12.</summary>
internal static class Pkcs12Mac
{
    /// <summary>The MAC of RFC 7292, 4: HMAC, with a key that the derivation of appendix B makes.</summary>
    /// <param name="digest">The digest.</param>
    /// <param name="password">The password's bytes, which are overwritten.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="iterations">The rounds.</param>
    /// <param name="content">What it protects.</param>
    public static byte[] Compute(DerObjectIdentifier digest, byte[] password, byte[] salt, int iterations, byte[] content)
    {
        try
        {
            var generator = new Pkcs12ParametersGenerator(DigestUtilities.GetDigest(digest));
            generator.Init(password, salt, iterations);
            var hmac = new HMac(DigestUtilities.GetDigest(digest));
            return Compute(hmac, generator.GenerateDerivedMacParameters(hmac.GetMacSize() * 8), content);
        }
        finally
        {
            Array.Clear(password, 0, password.Length);
        }
    }

    /// <summary>A MAC with a key at hand.</summary>
    public static byte[] Compute(IMac mac, ICipherParameters key, byte[] content)
    {
        mac.Init(key);
        mac.BlockUpdate(content, 0, content.Length);
        return MacUtilities.DoFinal(mac);
    }
}
