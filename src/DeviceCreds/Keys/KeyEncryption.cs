using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Misc;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
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

    static readonly Dictionary<DerObjectIdentifier, int> KeySizes = new()
    {
        [NistObjectIdentifiers.IdAes128Cbc] = 16, [NistObjectIdentifiers.IdAes192Cbc] = 24, [NistObjectIdentifiers.IdAes256Cbc] = 32, [PkcsObjectIdentifiers.DesEde3Cbc] = 24,
    };

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
            cipher.Init(true, new ParametersWithIV(new KeyParameter(DeriveKey(parameters.KeyDerivationFunc, password, 32)), iv));
            return new EncryptedPrivateKeyInfo(new AlgorithmIdentifier(PkcsObjectIdentifiers.IdPbeS2, parameters), cipher.DoFinal(pkcs8)).GetDerEncoded();
        }
        finally
        {
            Array.Clear(pkcs8, 0, pkcs8.Length);
        }
    }

    /// <summary>The PKCS#8 structure inside; null when the password does not open it.</summary>
    /// <exception cref="InputException">The structure is not one of RFC 8018, names an algorithm that is not supported, or asks for absurd work.</exception>
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
            return info.EncryptionAlgorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdPbeS2)
                ? DecryptPbeS2(info, password)
                : PrivateKeyInfoFactory.CreatePrivateKeyInfo(password, info).GetDerEncoded();
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

    // BouncyCastle's own takes the low byte of each character for the password, and knows no scrypt.
    static byte[] DecryptPbeS2(EncryptedPrivateKeyInfo info, char[] password)
    {
        var parameters = PbeS2Parameters.GetInstance(info.EncryptionAlgorithm.Parameters);
        var scheme = parameters.EncryptionScheme;
        var key = DeriveKey(parameters.KeyDerivationFunc, password, KeySizes[scheme.Algorithm]);
        var cipher = CipherUtilities.GetCipher(scheme.Algorithm);
        cipher.Init(false, ParameterUtilities.GetCipherParameters(scheme.Algorithm, new KeyParameter(key), scheme.Parameters.ToAsn1Object()));
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

    static byte[] DeriveKey(AlgorithmIdentifier derivation, char[] password, int size)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(password);
        try
        {
            if (derivation.Algorithm.Equals(MiscObjectIdentifiers.id_scrypt))
            {
                var scrypt = ScryptParams.GetInstance(derivation.Parameters);
                return SCrypt.Generate(bytes, scrypt.Salt.GetOctets(), scrypt.CostParameter.IntValueExact, scrypt.BlockSize.IntValueExact, scrypt.ParallelizationParameter.IntValueExact, size);
            }

            var pbkdf2 = Pbkdf2Params.GetInstance(derivation.Parameters);
            return Pbkdf2(bytes, pbkdf2.GetSalt(), pbkdf2.IterationCountObject.IntValueExact, pbkdf2.Prf.Algorithm, size);
        }
        finally
        {
            Array.Clear(bytes, 0, bytes.Length);
        }
    }

    static byte[] Pbkdf2(byte[] password, byte[] salt, int iterations, DerObjectIdentifier function, int size)
    {
#if NET
        // Many times faster than managed code.
        if (function.Equals(PkcsObjectIdentifiers.IdHmacWithSha256))
            return System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, System.Security.Cryptography.HashAlgorithmName.SHA256, size);
#endif
        var generator = new Pkcs5S2ParametersGenerator(DigestUtilities.GetDigest(function));
        generator.Init(password, salt, iterations);
        return ((KeyParameter)generator.GenerateDerivedParameters("AES", size * 8)).GetKey();
    }

    static void CheckWork(InputFile file, AlgorithmIdentifier algorithm)
    {
        if (!algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdPbeS2))
        {
            // The PBES1 and PKCS#12 schemes all carry { salt, iterations }.
            if (Asn1Sequence.GetInstance(algorithm.Parameters) is { Count: 2 } pbe) CheckIterations(file, DerInteger.GetInstance(pbe[1]).Value);
            return;
        }

        var parameters = PbeS2Parameters.GetInstance(algorithm.Parameters);
        if (!KeySizes.ContainsKey(parameters.EncryptionScheme.Algorithm)) throw Unsupported(file, parameters.EncryptionScheme.Algorithm);
        var derivation = parameters.KeyDerivationFunc;
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
        else
        {
            throw Unsupported(file, derivation.Algorithm);
        }
    }

    static void CheckIterations(InputFile file, Org.BouncyCastle.Math.BigInteger iterations)
    {
        if (iterations.SignValue <= 0 || iterations.CompareTo(Org.BouncyCastle.Math.BigInteger.ValueOf(MaximumIterations)) > 0) throw TooMuchWork(file);
    }

    static InputException Unsupported(InputFile file, DerObjectIdentifier algorithm) =>
        file.Invalid("KeyEncryptionUnsupported", $"the private key is encrypted with an algorithm that is not supported ({algorithm.Id}).", "Encrypt it with AES: openssl pkcs8 -topk8 -v2 aes-256-cbc.");

    static InputException TooMuchWork(InputFile file) =>
        new("KeyDerivationTooCostly", ErrorKind.LimitExceeded, $"the encrypted key asks for more work than {MaximumIterations:N0} rounds of key derivation.", "It is damaged or hostile: export the key again from where it came.", file.Path);

    sealed class Password(char[] password) : IPasswordFinder
    {
        // BouncyCastle takes the low byte of each character: give it the bytes of UTF-8, as OpenSSL does.
        public char[] GetPassword() => System.Text.Encoding.UTF8.GetBytes(password).Select(b => (char)b).ToArray();
    }
}
