using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds;

/// <summary>Certificates, from files or from .NET.</summary>
public static class CertificateFile
{
    /// <summary>Every certificate of a file, in its order: PEM or DER, one or many, with text around them.</summary>
    /// <exception cref="InputException">There is none, or one cannot be read.</exception>
    public static IReadOnlyList<DeviceCertificate> Read(InputFile file) => CertificateReader.Read(file);

    /// <summary>The public part of a certificate of .NET's.</summary>
    public static DeviceCertificate From(X509Certificate2 certificate) => new(certificate.RawData);
}
