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

    /// <summary>Whether only the devices' certificates of each file and each chain are meant, and of a CA its own.</summary>
    public bool LeavesOnly { get; set; }

    /// <summary>Whether null takes the place of a key or a password: see <see cref="NoSecretAttribute.AsNull"/>.</summary>
    public bool SecretAsNull { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            if (Flatten(engineIntrinsics, RowReader.Unwrap(Remote.Restore(inputData))) is { } certificates) return certificates.ToArray();
            if (IsSecret(inputData)) return null;
            return IsAlone ? throw OurObjects.Unexpected("certificates", inputData) : inputData;
        }
        catch (DeviceCredsException e)
        {
            if (IsSecret(inputData)) return null;
            var isOther = AllowOtherTexts && RowReader.Unwrap(inputData) is string or IEnumerable<string>;
            throw new ArgumentTransformationMetadataException(e.Message, isOther ? new PSInvalidCastException(e.Message, e) : e);
        }
    }

    // A name may look like a key, and belongs to another parameter.
    bool IsSecret(object? value) =>
        SecretAsNull && NoSecretAttribute.HoldsSecret(value)
            && !(AllowOtherTexts && RowReader.Unwrap(value) is string or IEnumerable<string> or PSObject or IDictionary
                && PipelineBinding.IsUnderWay);

    IEnumerable<DeviceCertificate>? Flatten(EngineIntrinsics engine, object? value) => value switch
    {
        IEnumerable many and not string => FlattenAll(engine, many),
        _ when Read(engine, value) is { } read => LeavesOnly ? Ledger.Meant([.. read]) : read,
        _ => null,
    };

    IEnumerable<DeviceCertificate>? Read(EngineIntrinsics engine, object? value) => value switch
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
        _ => null,
    };

    List<DeviceCertificate>? FlattenAll(EngineIntrinsics engine, IEnumerable many)
    {
        var (all, objects) = (new List<DeviceCertificate>(), new List<DeviceCertificate>());
        foreach (var value in Items(many))
        {
            if (Flatten(engine, value) is not { } certificates) return null;
            (LeavesOnly && value is DeviceCertificate or X509Certificate2 ? objects : all).AddRange(certificates);
        }

        return [.. all, .. Meant(objects)];
    }

    static IEnumerable<object?> Items(IEnumerable many) => many.Cast<object?>().Select(one => RowReader.Unwrap(Remote.Restore(one)))
        .SelectMany(value => value is IEnumerable more and not string ? Items(more) : [value]);

    // Objects that were read from one file are that file's.
    static IReadOnlyList<DeviceCertificate> Meant(IReadOnlyList<DeviceCertificate> objects)
    {
        List<DeviceCertificate> given = [.. objects.GroupBy(c => c.Path).SelectMany(f => f.Key is null ? [.. f] : Ledger.Meant([.. f]))];
        if (given.Except(Ledger.Meant(given)).FirstOrDefault() is not { } issuer) return given;
        throw new InputException("CertificateOfIssuer", ErrorKind.InvalidArgument,
            $"'{MessageText.Shorten(issuer.Subject)}' is given beside a certificate that it issued. It may be meant itself, or only be a "
                + "part of that one's chain.",
            "Give the certificates of devices alone. For that of a CA, use a command of its own, its file, or the pipeline.");
    }
}
