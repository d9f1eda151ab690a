using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace DeviceCreds;

/// <summary>
/// Private keys in OpenSSL's old encrypted PEM: the headers Proc-Type and DEK-Info (RFC 1421), and a key that MD5 derives from the
/// password. Source: PEM_bytes_read_bio(3) and EVP_BytesToKey(3).
/// </summary>
internal static class LegacyEncryption
{
    /// <summary>In bytes: the salt is the beginning of the initialisation vector.</summary>
    const int SaltSize = 8;

    // OpenSSL's name, the one of BouncyCastle, and the size of the key in bytes.
    static readonly Dictionary<string, (string Name, int KeySize)> Ciphers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AES-128"] = ("AES", 16), ["AES-192"] = ("AES", 24), ["AES-256"] = ("AES", 32),
        ["ARIA-128"] = ("ARIA", 16), ["ARIA-192"] = ("ARIA", 24), ["ARIA-256"] = ("ARIA", 32),
        ["BF"] = ("Blowfish", 16),
        ["CAMELLIA-128"] = ("CAMELLIA", 16), ["CAMELLIA-192"] = ("CAMELLIA", 24), ["CAMELLIA-256"] = ("CAMELLIA", 32),
        ["CAST5"] = ("CAST5", 16),
        ["DES"] = ("DES", 8), ["DES-EDE"] = ("DESEDE", 16), ["DES-EDE3"] = ("DESEDE", 24),
        ["IDEA"] = ("IDEA", 16),
        ["RC2"] = ("RC2", 16), ["RC2-40"] = ("RC2", 5), ["RC2-64"] = ("RC2", 8),
        ["SEED"] = ("SEED", 16),
    };

    // A mode that makes a stream of the cipher has no padding.
    static readonly Dictionary<string, string> Modes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CBC"] = "CBC/PKCS7Padding", ["CFB"] = "CFB/NoPadding", ["CFB8"] = "CFB8/NoPadding", ["OFB"] = "OFB/NoPadding",
    };

    /// <summary>The content of a block; null when the password does not open it.</summary>
    /// <exception cref="InputException">The cipher is not supported.</exception>
    public static byte[]? Decrypt(InputFile file, PemBlock block, char[] password)
    {
        block.Headers.TryGetValue("DEK-Info", out var info);
        var parts = (info ?? "").Split(',');
        var dash = parts[0].LastIndexOf('-');
        if (dash < 0 || parts.Length != 2 || Hex.TryDecode(parts[1].Trim()) is not { Length: >= SaltSize } vector)
            throw file.Invalid("KeyMalformed", "the header DEK-Info does not have the form CIPHER,HEXADECIMAL.",
                "Write or copy the file again.", block.Line);
        if (!Ciphers.TryGetValue(parts[0].Substring(0, dash), out var cipher)
            || !Modes.TryGetValue(parts[0].Substring(dash + 1), out var mode))
            throw KeyEncryption.Unsupported(file, MessageText.Shorten(parts[0]), block.Line);
        // A wrong password shows as bad padding.
        return Guarded.TryParse(() => Run(CipherUtilities.GetCipher($"{cipher.Name}/{mode}"), cipher, block.Bytes, vector, password));
    }

    static byte[] Run(IBufferedCipher engine, (string Name, int KeySize) cipher, byte[] content, byte[] vector, char[] password)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            var generator = new OpenSslPbeParametersGenerator();
            generator.Init(bytes, vector.AsSpan(0, SaltSize).ToArray());
            // BouncyCastle's RC2 has as many effective bits as its key.
            var key = (KeyParameter)generator.GenerateDerivedParameters(cipher.Name, cipher.KeySize * 8);
            engine.Init(false, new ParametersWithIV(key, vector));
            return KeyEncryption.Run(engine, content);
        }
        finally
        {
            Array.Clear(bytes, 0, bytes.Length);
        }
    }
}
