using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell;

/// <summary>Takes as certificates whatever holds some: certificates of ours and of .NET's, authorities, chains; where allowed, paths.</summary>
public sealed class CertificatesTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether a text or a file object names a file to read; not where another parameter takes paths from the pipeline.</summary>
    public bool AllowPaths { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            // What is not known here is left to PowerShell, which may bind it to another parameter.
            return Flatten(engineIntrinsics, inputData)?.ToArray() ?? inputData;
        }
        catch (DeviceCredsException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    IEnumerable<DeviceCertificate>? Flatten(EngineIntrinsics engine, object? input) => RowReader.Unwrap(Remote.Restore(input)) switch
    {
        DeviceCertificate certificate => [certificate],
        X509Certificate2 certificate => [CertificateReader.From(certificate)],
        CertificateAuthority authority => authority.Chain.Certificates,
        CertificateChain chain => chain.Certificates,
        string path when AllowPaths => CertificateReader.Read(InputFile.Read(engine.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path))),
        ExportedCredential { CertificateFile: { } file } when AllowPaths => CertificateReader.Read(InputFile.Read(file.FullName)),
        FileInfo file when AllowPaths => CertificateReader.Read(InputFile.Read(file.FullName)),
        string => null,
        IEnumerable many => FlattenAll(engine, many),
        _ => null,
    };

    List<DeviceCertificate>? FlattenAll(EngineIntrinsics engine, IEnumerable many)
    {
        var all = new List<DeviceCertificate>();
        foreach (var one in many)
        {
            if (Flatten(engine, one) is not { } certificates) return null;
            all.AddRange(certificates);
        }

        return all;
    }
}
