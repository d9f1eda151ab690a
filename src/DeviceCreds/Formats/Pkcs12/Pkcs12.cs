using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// PKCS#12 (RFC 7292): private key, certificate and chain in one file under a password. BouncyCastle's own store does not limit the
/// work that a file may demand, and supports only HMAC with SHA-1; only its structures are used here.
/// </summary>
internal static class Pkcs12
{
    /// <exception cref="InputException">The password is empty.</exception>
    public static byte[] Encode(string name, DeviceKey key, IReadOnlyList<DeviceCertificate> chain, char[] password,
        Pkcs12Protection protection)
    {
        // Readers match the key to its certificate by this.
        var id = Digest.Sha1(chain[0].CertificateDer);
        var certificates = new DerSequence(chain.Select((c, i) =>
            CertificateBag(c, i == 0 ? Attributes(name, id) : null)).ToArray<Asn1Encodable>());
        var pkcs8 = key.ToDer(KeyEncoding.Pkcs8);
        try
        {
            var (algorithm, encrypted) = protection.Encrypt(pkcs8, password, protection.Iterations);
            var keys = new DerSequence(new SafeBag(PkcsObjectIdentifiers.Pkcs8ShroudedKeyBag,
                new EncryptedPrivateKeyInfo(algorithm, encrypted).ToAsn1Object(), Attributes(name, id)));
            (algorithm, encrypted) = protection.Encrypt(certificates.GetDerEncoded(), password, protection.Iterations);
            var content = new AuthenticatedSafe(
            [
                new ContentInfo(PkcsObjectIdentifiers.EncryptedData,
                    new EncryptedData(PkcsObjectIdentifiers.Data, algorithm, new DerOctetString(encrypted))),
                new ContentInfo(PkcsObjectIdentifiers.Data, new DerOctetString(keys.GetDerEncoded())),
            ]).GetDerEncoded();
            var salt = KeyEncryption.RandomBytes(16);
            var mac = Pkcs12Mac.Compute(protection.Digest, new Pkcs12Password(password).ToBytes(), salt, protection.Iterations, content);
            return new Pfx(new ContentInfo(PkcsObjectIdentifiers.Data, new DerOctetString(content)),
                new MacData(new DigestInfo(new AlgorithmIdentifier(protection.Digest, DerNull.Instance), mac), salt,
                protection.Iterations)).GetDerEncoded();
        }
        finally
        {
            Array.Clear(pkcs8, 0, pkcs8.Length);
        }
    }

    static SafeBag CertificateBag(DeviceCertificate certificate, Asn1Set? attributes) =>
        new(PkcsObjectIdentifiers.CertBag, new CertBag(PkcsObjectIdentifiers.X509Certificate,
            new DerOctetString(certificate.CertificateDer)).ToAsn1Object(), attributes);

    static DerSet Attributes(string name, byte[] id) => new(
        new DerSequence(PkcsObjectIdentifiers.Pkcs9AtFriendlyName, new DerSet(new DerBmpString(name))),
        new DerSequence(PkcsObjectIdentifiers.Pkcs9AtLocalKeyID, new DerSet(new DerOctetString(id))));
}
