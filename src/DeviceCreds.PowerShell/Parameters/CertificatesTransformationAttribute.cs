using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts everything that holds certificates: this module's and .NET's certificates, authorities, chains; where allowed, paths.
/// </summary>
public sealed class CertificatesTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether a text or a file object names a file to read; not where another parameter takes paths from the pipeline.</summary>
    public bool AllowPaths { get; set; }

    /// <summary>Whether such a text may have wildcards.</summary>
    public bool AllowWildcards { get; set; }

    /// <summary>Whether no other parameter of the cmdlet takes objects of the pipeline; unknown objects are left to those.</summary>
    public bool IsAlone { get; set; }

    /// <summary>
    /// Whether a text of the pipeline that names no file of certificates may be another parameter's: then the binder passes over
    /// the error.
    /// </summary>
    public bool AllowOtherTexts { get; set; }

    /// <summary>Whether null takes the place of a key or a password: see <see cref="NoSecretAttribute.AsNull"/>.</summary>
    public bool SecretAsNull { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            if (Flatten(engineIntrinsics, inputData) is { } certificates) return certificates.ToArray();
            if (IsSecret(inputData)) return null;
            return IsAlone ? throw OurObjects.Unexpected("certificates", inputData) : inputData;
        }
        catch (DeviceCredsException e)
        {
            if (IsSecret(inputData)) return null;
            var isOther = AllowOtherTexts && RowReader.Unwrap(inputData) is string;
            throw new ArgumentTransformationMetadataException(e.Message, isOther ? new PSInvalidCastException(e.Message, e) : e);
        }
    }

    // A name may look like a key, and belongs to another parameter.
    bool IsSecret(object? value) =>
        SecretAsNull && NoSecretAttribute.HoldsSecret(value)
            && !(AllowOtherTexts && RowReader.Unwrap(value) is string or PSObject or IDictionary && PipelineBinding.IsUnderWay);

    IEnumerable<DeviceCertificate>? Flatten(EngineIntrinsics engine, object? input) => RowReader.Unwrap(Remote.Restore(input)) switch
    {
        DeviceCertificate certificate => [certificate],
        X509Certificate2 certificate => [CertificateReader.From(certificate)],
        CertificateAuthority authority => authority.Chain.Certificates,
        CertificateChain chain => chain.Certificates,
        string path when AllowWildcards =>
            PathText.AllForReading(engine.SessionState.Path, path).SelectMany(file => CertificateReader.Read(InputFile.Read(file))),
        string path when AllowPaths => CertificateReader.Read(InputFile.Read(PathText.ForReading(engine.SessionState.Path, path))),
        ExportedCredential { CertificateFile: { } file } when AllowPaths => CertificateReader.Read(InputFile.Read(file.FullName)),
        // By its endpoint name, all certificates of the device would be meant.
        ExportedCredential exported when AllowPaths =>
            throw new InputException("CertificateNotFound", ErrorKind.NotFound,
                "this exported credential has no file of the certificate alone.", "Read it first: Import-DeviceCredential.", exported.Path),
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
