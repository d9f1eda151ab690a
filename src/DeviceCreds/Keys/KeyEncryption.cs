using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Misc;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Utilities.IO.Pem;

namespace DeviceCreds;

/// <summary>Private keys under a password: PKCS#8's EncryptedPrivateKeyInfo (RFC 5958, 3; RFC 8018), and OpenSSL's old PEM.</summary>
internal static class KeyEncryption
{
    /// <summary>OWASP's figure for PBKDF2 with HMAC-SHA-256; OpenSSL's default of 2,048 is too cheap to guess against.</summary>
    const int Iterations = 600_000;

    // A file may ask for any count: these take a few seconds, more is an attack or a mistake.
    const int MaximumIterations = 10_000_000;
    const long MaximumScryptMemory = 256L * 1024 * 1024;

    public static byte[] Encrypt(byte[] pkcs8, char[] password)
    {
        try
        {
            var random = new SecureRandom();
            var salt = SecureRandom.GetNextBytes(random, 16);
            var iv = SecureRandom.GetNextBytes(random, 16);
            var parameters = new PbeS2Parameters(
                new KeyDerivationFunc(PkcsObjectIdentifiers.IdPbkdf2, new Pbkdf2Params(salt, Iterations, 32, new AlgorithmIdentifier(PkcsObjectIdentifiers.IdHmacWithSha256, DerNull.Instance))),
                new EncryptionScheme(NistObjectIdentifiers.IdAes256Cbc, new DerOctetString(iv)));
            var cipher = CipherUtilities.GetCipher("AES/CBC/PKCS7Padding");
            cipher.Init(true, new ParametersWithIV(new KeyParameter(Pbkdf2(password, salt, Iterations)), iv));
            return new EncryptedPrivateKeyInfo(new AlgorithmIdentifier(PkcsObjectIdentifiers.IdPbeS2, parameters), cipher.DoFinal(pkcs8)).GetDerEncoded();
        }
        finally
        {
            Array.Clear(pkcs8, 0, pkcs8.Length);
        }
    }

    /// <summary>The PKCS#8 structure inside; null when the password does not open it.</summary>
    /// <exception cref="InputException">The structure is not one of RFC 8018, or asks for absurd work.</exception>
    public static byte[]? Decrypt(InputFile file, byte[] encrypted, char[] password)
    {
        EncryptedPrivateKeyInfo info;
        try
        {
            info = EncryptedPrivateKeyInfo.GetInstance(encrypted);
            CheckWork(file, info.EncryptionAlgorithm);
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidCastException or InvalidOperationException or ArithmeticException)
        {
            throw file.Invalid("KeyMalformed", "the encrypted private key is damaged.", "Export it again from where it came.", inner: e);
        }

        try
        {
#if NET
            if (DecryptOnPlatform(info, password) is { } opened) return opened;
#endif
            return PrivateKeyInfoFactory.CreatePrivateKeyInfo(password, info).GetDerEncoded();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ThreadAbortException))
        {
            // A wrong password shows as bad padding or as bytes that are no key.
            return null;
        }
    }

    /// <summary>The key inside a block with Proc-Type and DEK-Info headers (RFC 1421); null when the password does not open it.</summary>
    public static byte[]? DecryptLegacy(PemBlock block, char[] password)
    {
        try
        {
            var headers = block.Headers.Select(h => new PemHeader(h.Key, h.Value)).ToList();
            using var text = new StringWriter();
            new Org.BouncyCastle.Utilities.IO.Pem.PemWriter(text).WriteObject(new PemObject(block.Label, headers, block.Bytes));
            using var reader = new StringReader(text.ToString());
            var read = new Org.BouncyCastle.OpenSsl.PemReader(reader, new Password(password)).ReadObject();
            var key = read is Org.BouncyCastle.Crypto.AsymmetricCipherKeyPair pair ? pair.Private : (Org.BouncyCastle.Crypto.AsymmetricKeyParameter?)read;
            return key is null ? null : PrivateKeyInfoFactory.CreatePrivateKeyInfo(key).GetDerEncoded();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ThreadAbortException))
        {
            return null;
        }
    }

#if NET
    // What we and today's tools write. The platform's PBKDF2 takes a fraction of BouncyCastle's time, which is seconds at our count; null for every other scheme.
    static byte[]? DecryptOnPlatform(EncryptedPrivateKeyInfo info, char[] password)
    {
        if (!info.EncryptionAlgorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdPbeS2)) return null;
        var scheme = PbeS2Parameters.GetInstance(info.EncryptionAlgorithm.Parameters);
        if (!scheme.KeyDerivationFunc.Algorithm.Equals(PkcsObjectIdentifiers.IdPbkdf2) || !scheme.EncryptionScheme.Algorithm.Equals(NistObjectIdentifiers.IdAes256Cbc)) return null;
        var derivation = Pbkdf2Params.GetInstance(scheme.KeyDerivationFunc.Parameters);
        if (!derivation.Prf.Algorithm.Equals(PkcsObjectIdentifiers.IdHmacWithSha256)) return null;
        var cipher = CipherUtilities.GetCipher("AES/CBC/PKCS7Padding");
        cipher.Init(false, new ParametersWithIV(new KeyParameter(Pbkdf2(password, derivation.GetSalt(), derivation.IterationCount.IntValueExact)), Asn1OctetString.GetInstance(scheme.EncryptionScheme.Parameters).GetOctets()));
        var opened = cipher.DoFinal(info.GetEncryptedData());
        try
        {
            // One wrong password in 256 leaves good padding; what it leaves is no key.
            return PrivateKeyInfo.GetInstance(opened).GetDerEncoded();
        }
        finally
        {
            Array.Clear(opened, 0, opened.Length);
        }
    }
#endif

    static byte[] Pbkdf2(char[] password, byte[] salt, int iterations)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(password);
        try
        {
#if NET
            return System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(bytes, salt, iterations, System.Security.Cryptography.HashAlgorithmName.SHA256, 32);
#else
            var generator = new Pkcs5S2ParametersGenerator(new Sha256Digest());
            generator.Init(bytes, salt, iterations);
            return ((KeyParameter)generator.GenerateDerivedParameters("AES", 256)).GetKey();
#endif
        }
        finally
        {
            Array.Clear(bytes, 0, bytes.Length);
        }
    }

    static void CheckWork(InputFile file, AlgorithmIdentifier algorithm)
    {
        if (!algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdPbeS2))
        {
            // The PBES1 and PKCS#12 schemes all carry { salt, iterations }.
            if (Asn1Sequence.GetInstance(algorithm.Parameters) is { Count: 2 } pbe) CheckIterations(file, DerInteger.GetInstance(pbe[1]).Value);
            return;
        }

        var derivation = PbeS2Parameters.GetInstance(algorithm.Parameters).KeyDerivationFunc;
        if (derivation.Algorithm.Equals(PkcsObjectIdentifiers.IdPbkdf2))
        {
            CheckIterations(file, Pbkdf2Params.GetInstance(derivation.Parameters).IterationCount);
        }
        else if (derivation.Algorithm.Equals(MiscObjectIdentifiers.id_scrypt))
        {
            var scrypt = ScryptParams.GetInstance(derivation.Parameters);
            var memory = scrypt.CostParameter.Value.Multiply(scrypt.BlockSize.Value).Multiply(Org.BouncyCastle.Math.BigInteger.ValueOf(128));
            if (memory.CompareTo(Org.BouncyCastle.Math.BigInteger.ValueOf(MaximumScryptMemory)) > 0 || scrypt.ParallelizationParameter.Value.CompareTo(Org.BouncyCastle.Math.BigInteger.ValueOf(16)) > 0)
                throw TooMuchWork(file);
        }
    }

    static void CheckIterations(InputFile file, Org.BouncyCastle.Math.BigInteger iterations)
    {
        if (iterations.SignValue <= 0 || iterations.CompareTo(Org.BouncyCastle.Math.BigInteger.ValueOf(MaximumIterations)) > 0) throw TooMuchWork(file);
    }

    static InputException TooMuchWork(InputFile file) =>
        new("KeyDerivationTooCostly", ErrorKind.LimitExceeded, $"the encrypted key asks for more work than {MaximumIterations:N0} rounds of key derivation.", "It is damaged or hostile: export the key again from where it came.", file.Path);

    sealed class Password(char[] password) : IPasswordFinder
    {
        public char[] GetPassword() => (char[])password.Clone();
    }
}
