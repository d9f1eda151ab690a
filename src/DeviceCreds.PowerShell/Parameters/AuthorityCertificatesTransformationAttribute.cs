using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts .NET certificates with their keys, and everything else that holds certificates, or files of them.
/// </summary>
public sealed class AuthorityCertificatesTransformationAttribute : ArgumentTransformationAttribute
{
    static readonly CertificatesTransformationAttribute Others = new() { AllowPaths = true, SecretAsNull = true };

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var all = new List<X509Certificate2>();
        if (Add(engineIntrinsics, inputData, all)) return all.ToArray();
        return inputData is null || NoSecretAttribute.HoldsSecret(inputData)
            ? null : throw OurObjects.Unexpected("a CA's certificate", inputData);
    }

    static bool Add(EngineIntrinsics engine, object? input, List<X509Certificate2> all)
    {
        switch (input is PSObject wrapped ? wrapped.BaseObject : input)
        {
            case X509Certificate2 certificate:
                all.Add(certificate);
                return true;
            case IEnumerable many and not string:
                return many.Cast<object?>().All(one => Add(engine, one, all));
            default:
                if (Others.Transform(engine, input) is not DeviceCertificate[] certificates) return false;
                all.AddRange(certificates.Select(c => c.Certificate));
                return true;
        }
    }
}
