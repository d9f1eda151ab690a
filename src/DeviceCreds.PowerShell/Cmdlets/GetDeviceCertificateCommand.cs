using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads certificates from files and says what they hold.</summary>
[Cmdlet(VerbsCommon.Get, "DeviceCertificate", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceCertificate))]
public sealed class GetDeviceCertificateCommand : DeviceCredsCmdlet
{
    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    [PathTransformation]
    public string[] Path { get; set; } = [];

    /// <summary>The files, by their exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in Resolve(literal ? LiteralPath : Path, literal))
            Try(path, () => WriteObject(CertificateFile.Read(InputFile.Read(path)), enumerateCollection: true));
    }
}
