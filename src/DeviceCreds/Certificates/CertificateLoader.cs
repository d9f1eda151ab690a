using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds;

internal static class CertificateLoader
{
    /// <summary>.NET 9 renamed the constructor; the old one stays right on the frameworks we build for.</summary>
    public static X509Certificate2 Load(byte[] der) => new(der);
}
