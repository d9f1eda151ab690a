namespace DeviceCreds;

/// <summary>DER as text: a file for the key and one for the device certificate alone, a line each.</summary>
internal abstract class EncodedDerFormat : IDeviceFormat
{
    public abstract FormatInfo Info { get; }

    protected abstract string Ending { get; }

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        if (credential.PrivateKey is { } key && !options.NoPrivateKey)
        {
            var der = key.ToDer(options.KeyEncoding, options.Password);
            yield return new OutputFile(FileNames.Key(credential.Kind) + Ending, Encode(der), IsSecret: true);
            Array.Clear(der, 0, der.Length);
        }

        yield return new OutputFile(FileNames.Certificate(credential.Kind) + Ending, Encode(credential.CertificateDer), IsSecret: false);
    }

    /// <summary>The bytes as a line of text.</summary>
    protected abstract byte[] Encode(byte[] der);
}
