using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Misc;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Nsri;
using Org.BouncyCastle.Asn1.Ntt;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;

namespace DeviceCreds;

/// <summary>Private keys under a password: PKCS#8's EncryptedPrivateKeyInfo (RFC 5958, 3; RFC 8018), and OpenSSL's old PEM.</summary>
internal static class KeyEncryption
{
    /// <summary>OWASP's figure for PBKDF2 with HMAC-SHA-256; with OpenSSL's default of 2,048, passwords are too easy to guess.</summary>
    const int Iterations = 600_000;

    // A file may demand any count: these rounds take a few seconds, more are an attack or a mistake.
    public const int MaximumIterations = 10_000_000;

    // OpenSSL refuses more than 32 MiB by default; all lanes count together.
    const long MaximumScryptMemory = 64L * 1024 * 1024;

    /// <summary>The error of an algorithm that is not supported.</summary>
    public const string UnsupportedId = "KeyEncryptionUnsupported";

    static readonly DerObjectIdentifier Pkcs5 = new(PkcsObjectIdentifiers.Pkcs5);

    static readonly Dictionary<DerObjectIdentifier, int> KeySizes = new()
    {
        [NistObjectIdentifiers.IdAes128Cbc] = 16, [NistObjectIdentifiers.IdAes192Cbc] = 24,
            [NistObjectIdentifiers.IdAes256Cbc] = 32, [PkcsObjectIdentifiers.DesEde3Cbc] = 24,
        [NttObjectIdentifiers.IdCamellia128Cbc] = 16, [NttObjectIdentifiers.IdCamellia192Cbc] = 24,
            [NttObjectIdentifiers.IdCamellia256Cbc] = 32,
        [NsriObjectIdentifiers.id_aria128_cbc] = 16, [NsriObjectIdentifiers.id_aria192_cbc] = 24,
            [NsriObjectIdentifiers.id_aria256_cbc] = 32,
    };

    /// <summary>An EncryptedPrivateKeyInfo around PKCS#8, which is wiped.</summary>
    /// <exception cref="InputException">The password is empty.</exception>
    public static byte[] Encrypt(byte[] pkcs8, char[] password)
    {
        try
        {
            var (algorithm, encrypted) = Encrypt(pkcs8, password, Iterations);
            return new EncryptedPrivateKeyInfo(algorithm, encrypted).GetDerEncoded();
        }
        finally
        {
            Array.Clear(pkcs8, 0, pkcs8.Length);
        }
    }

    /// <summary>Encrypts anything with PBES2: AES-256-CBC, and PBKDF2 with HMAC-SHA-256.</summary>
    /// <exception cref="InputException">The password is empty.</exception>
    public static (AlgorithmIdentifier Algorithm, byte[] Encrypted) Encrypt(byte[] content, char[] password, int iterations)
    {
        RequirePassword(password);
        var iv = RandomBytes(16);
        var parameters = new PbeS2Parameters(
            new KeyDerivationFunc(PkcsObjectIdentifiers.IdPbkdf2,
                new Pbkdf2Params(RandomBytes(16), iterations, 32,
                new AlgorithmIdentifier(PkcsObjectIdentifiers.IdHmacWithSha256, DerNull.Instance))),
            new EncryptionScheme(NistObjectIdentifiers.IdAes256Cbc, new DerOctetString(iv)));
        var cipher = CipherUtilities.GetCipher("AES/CBC/PKCS7Padding");
        cipher.Init(true, new ParametersWithIV(Derive(parameters.KeyDerivationFunc, password, 32), iv));
        return (new AlgorithmIdentifier(PkcsObjectIdentifiers.IdPbeS2, parameters), Run(cipher, content));
    }

    /// <summary>Encrypts with PKCS#12's own scheme (RFC 7292, C): Triple DES and SHA-1, for readers that support no other.</summary>
    /// <exception cref="InputException">The password is empty.</exception>
    public static (AlgorithmIdentifier Algorithm, byte[] Encrypted) EncryptLegacy(byte[] content, char[] password, int iterations)
    {
        RequirePassword(password);
        var algorithm = new AlgorithmIdentifier(PkcsObjectIdentifiers.PbeWithShaAnd3KeyTripleDesCbc,
            new Pkcs12PbeParams(RandomBytes(16), iterations));
        return (algorithm, RunPbe(algorithm, content, new Pkcs12Password(password), encrypt: true));
    }

    /// <summary>What an algorithm of PKCS#5 or PKCS#12 encrypted; null when the password does not open it.</summary>
    // A wrong password shows as bad padding.
    public static byte[]? Open(AlgorithmIdentifier algorithm, byte[] encrypted, Pkcs12Password password) => Guarded.TryParse(() =>
        algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdPbeS2) ? DecryptPbeS2(algorithm, encrypted, password.Text)
            : RunPbe(algorithm, encrypted, password, encrypt: false));

    public static byte[] RandomBytes(int count) => SecureRandom.GetNextBytes(new SecureRandom(), count);

    static void RequirePassword(char[] password)
    {
        if (password.Length == 0) throw new InputException(
            "PasswordEmpty", ErrorKind.InvalidArgument, "The password is empty.",
            "Give a password, or leave it out where the key may stay unencrypted.");
    }

    static byte[] RunPbe(AlgorithmIdentifier algorithm, byte[] content, Pkcs12Password password, bool encrypt)
    {
        var cipher = (IBufferedCipher)PbeUtilities.CreateEngine(algorithm);
        var text = algorithm.Algorithm.On(Pkcs5) ? BytesAsText(password.Text) : password.Text;
        cipher.Init(encrypt, PbeUtilities.GenerateCipherParameters(algorithm.Algorithm, text, password.EndsEmpty, algorithm.Parameters));
        return Run(cipher, content);
    }

    // For PKCS#5, BouncyCastle takes the low byte of each character: give it the bytes of UTF-8, as OpenSSL does.
    static char[] BytesAsText(char[] password) => [.. System.Text.Encoding.UTF8.GetBytes(password).Select(b => (char)b)];

    // BouncyCastle's own method leaves a copy of the result in a second buffer when padding makes that too long.
    internal static byte[] Run(IBufferedCipher cipher, byte[] content)
    {
        var buffer = new byte[cipher.GetOutputSize(content.Length)];
        try
        {
            return buffer.AsSpan(0, cipher.DoFinal(content, 0, content.Length, buffer, 0)).ToArray();
        }
        finally
        {
            Array.Clear(buffer, 0, buffer.Length);
        }
    }

    /// <summary>The PKCS#8 structure inside; null when the password does not open it.</summary>
    /// <exception cref="InputException">The structure is not one of RFC 8018, names an algorithm that is not supported, or
    /// demands too much work.</exception>
    public static byte[]? Decrypt(InputFile file, byte[] encrypted, char[] password)
    {
        // The exception is dropped: a parser's message may quote the bytes.
        var (algorithm, content) = Guarded.Parse(() =>
        {
            var info = EncryptedPrivateKeyInfo.GetInstance(encrypted);
            CheckWork(file, info.EncryptionAlgorithm);
            return (info.EncryptionAlgorithm, info.GetEncryptedData());
        }, _ => Malformed(file));
        foreach (var reading in Pkcs12Password.Readings(password))
        {
            if (Open(algorithm, content, reading) is not { } opened) continue;
            // One wrong password in 256 gives valid padding, but the result is not a key.
            if (Guarded.TryParse(() => PrivateKeyInfo.GetInstance(opened).PrivateKey.GetOctets()) is { } key)
            {
                Array.Clear(key, 0, key.Length);
                return opened;
            }

            Array.Clear(opened, 0, opened.Length);
        }

        return null;
    }

    static InputException Malformed(InputFile file) =>
        file.Invalid("KeyMalformed", "the encrypted private key is damaged.", "Export it again from its source.");

    // BouncyCastle's own method uses the low byte of each character of the password, and does not support scrypt.
    static byte[] DecryptPbeS2(AlgorithmIdentifier algorithm, byte[] encrypted, char[] password)
    {
        var parameters = PbeS2Parameters.GetInstance(algorithm.Parameters);
        var scheme = parameters.EncryptionScheme;
        var key = Derive(parameters.KeyDerivationFunc, password, KeySizes[scheme.Algorithm]);
        var cipher = CipherUtilities.GetCipher(scheme.Algorithm);
        cipher.Init(false, ParameterUtilities.GetCipherParameters(scheme.Algorithm, key, scheme.Parameters.ToAsn1Object()));
        return Run(cipher, encrypted);
    }

    /// <summary>The key that PBKDF2 or scrypt derives from a password in UTF-8.</summary>
    public static KeyParameter Derive(AlgorithmIdentifier derivation, char[] password, int size)
    {
        var key = DeriveBytes(derivation, password, size);
        try
        {
            return new KeyParameter(key);
        }
        finally
        {
            Array.Clear(key, 0, key.Length);
        }
    }

    static byte[] DeriveBytes(AlgorithmIdentifier derivation, char[] password, int size)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(password);
        try
        {
            if (derivation.Algorithm.Equals(MiscObjectIdentifiers.id_scrypt))
            {
                var scrypt = ScryptParams.GetInstance(derivation.Parameters);
                return SCrypt.Generate(bytes, scrypt.Salt.GetOctets(), scrypt.CostParameter.IntValueExact,
                    scrypt.BlockSize.IntValueExact, scrypt.ParallelizationParameter.IntValueExact, size);
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
            return System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(
                password, salt, iterations, System.Security.Cryptography.HashAlgorithmName.SHA256, size);
#endif
        var generator = new Pkcs5S2ParametersGenerator(DigestUtilities.GetDigest(function));
        generator.Init(password, salt, iterations);
        return ((KeyParameter)generator.GenerateDerivedParameters("AES", size * 8)).GetKey();
    }

    /// <summary>How much work opening will be, in rounds of key derivation.</summary>
    /// <exception cref="InputException">It is too much work, or the algorithm is not supported.</exception>
    public static long CheckWork(InputFile file, AlgorithmIdentifier algorithm)
    {
        if (!algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdPbeS2))
        {
            // The PBES1 and PKCS#12 schemes all carry { salt, iterations }.
            return Asn1Sequence.GetInstance(algorithm.Parameters) is { Count: 2 } pbe
                ? CheckIterations(file, DerInteger.GetInstance(pbe[1]).Value) : throw Unsupported(file, algorithm.Algorithm);
        }

        var parameters = PbeS2Parameters.GetInstance(algorithm.Parameters);
        if (!KeySizes.ContainsKey(parameters.EncryptionScheme.Algorithm)) throw Unsupported(file, parameters.EncryptionScheme.Algorithm);
        return CheckDerivation(file, parameters.KeyDerivationFunc);
    }

    /// <inheritdoc cref="CheckWork"/>
    public static long CheckDerivation(InputFile file, AlgorithmIdentifier derivation)
    {
        if (derivation.Algorithm.Equals(PkcsObjectIdentifiers.IdPbkdf2)) return CheckIterations(
            file, Pbkdf2Params.GetInstance(derivation.Parameters).IterationCount);
        if (!derivation.Algorithm.Equals(MiscObjectIdentifiers.id_scrypt)) throw Unsupported(file, derivation.Algorithm);
        var scrypt = ScryptParams.GetInstance(derivation.Parameters);
        var memory = scrypt.CostParameter.Value.Multiply(scrypt.BlockSize.Value).Multiply(
            scrypt.ParallelizationParameter.Value).Multiply(Org.BouncyCastle.Math.BigInteger.ValueOf(128));
        if (memory.CompareTo(Org.BouncyCastle.Math.BigInteger.ValueOf(MaximumScryptMemory)) > 0) throw TooMuchWork(file);
        return memory.LongValueExact / 128;
    }

    /// <summary>The count as a number.</summary>
    /// <exception cref="InputException">It is too large, or missing.</exception>
    public static int CheckIterations(InputFile file, Org.BouncyCastle.Math.BigInteger iterations) =>
        iterations.SignValue > 0 && iterations.CompareTo(Org.BouncyCastle.Math.BigInteger.ValueOf(MaximumIterations)) <= 0
            ? iterations.IntValueExact : throw TooMuchWork(file);

    public static InputException Unsupported(InputFile file, DerObjectIdentifier algorithm) => Unsupported(file, algorithm.Id, null);

    /// <summary>The error for a cipher that is not supported, by its name.</summary>
    public static InputException Unsupported(InputFile file, string algorithm, int? line) =>
        file.Invalid(UnsupportedId, $"the private key is encrypted with an algorithm that is not supported ({algorithm}).",
            "Encrypt it with AES: openssl pkey -in FILE -aes256 -out key.pem.", line);

    public static InputException TooMuchWork(InputFile file) =>
        new("KeyDerivationTooCostly", ErrorKind.LimitExceeded,
            $"the encrypted key demands more than {MaximumIterations:N0} rounds of key derivation.",
            "It is damaged or hostile: export the key again from its source.", file.Path);
}
