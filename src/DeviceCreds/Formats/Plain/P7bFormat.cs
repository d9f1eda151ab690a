using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>PKCS#7 as a container of certificates: the device's with its chain, and no key.</summary>
internal sealed class P7bFormat : IDeviceFormat
{
    public FormatInfo Info { get; } = new()
    {
        Name = "P7b",
        Description = "PKCS#7: the certificate with its chain in one file in DER, without the private key",
        Audience = "Windows (certutil, certlm.msc), Java (keytool -importcert), and tools that take a chain as .p7b",
        Files = "`BootstrapDeviceCert.p7b`, or `LwM2MDeviceCert.p7b`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format P7b",
        Source = "RFC 2315 and RFC 5652: SignedData without content and without signers",
        KeyForm = PrivateKeyForm.Absent,
    };

    // DER sorts a set, so readers find the order by the names, as they must.
    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var certificates = credential.Chain.Select(options.ChainDepth, options.ExcludeRoot)
            .Select(c => X509CertificateStructure.GetInstance(Asn1Object.FromByteArray(c.CertificateDer))).ToArray<Asn1Encodable>();
        var signed = new SignedData(new DerSet(), new ContentInfo(CmsObjectIdentifiers.Data, null), new DerSet(certificates), null,
            new DerSet());
        var container = new ContentInfo(CmsObjectIdentifiers.SignedData, signed);
        yield return new OutputFile(
            FileNames.Certificate(credential.Kind) + ".p7b", container.GetEncoded(Asn1Encodable.Der), IsSecret: false);
    }
}
