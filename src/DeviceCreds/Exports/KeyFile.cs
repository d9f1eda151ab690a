namespace DeviceCreds;

/// <summary>A private key in a file of its own.</summary>
public static class KeyFile
{
    /// <summary>Writes the key; only its owner may read it.</summary>
    /// <param name="key">The key pair.</param>
    /// <param name="path">The file.</param>
    /// <param name="form">PEM or DER.</param>
    /// <param name="encoding">SEC 1 or PKCS#8; a password makes it PKCS#8.</param>
    /// <param name="password">When given, the key is encrypted with it.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <exception cref="InputException">The key has no private half.</exception>
    /// <exception cref="OutputException">The file exists, or the system refuses.</exception>
    public static string Write(DeviceKey key, string path, FileEncoding form, KeyEncoding encoding, char[]? password, bool replace)
    {
        if (!key.HasPrivateKey)
            throw new InputException("KeyIsPublic", ErrorKind.InvalidArgument, "The key has no private half to be exported.",
                "Use its PublicKeyPem property for the public half.");
        return FileWriter.WriteOne(path, name => new OutputFile(name,
            form == FileEncoding.Der ? key.ToDer(encoding, password) : key.ToPemBytes(encoding, password), IsSecret: true), replace);
    }
}
