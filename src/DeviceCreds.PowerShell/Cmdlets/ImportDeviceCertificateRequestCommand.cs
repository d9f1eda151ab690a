using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads certificate signing requests from files and verifies their signatures.</summary>
[Cmdlet(VerbsData.Import, "DeviceCertificateRequest", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceCertificateRequest))]
public sealed class ImportDeviceCertificateRequestCommand : DeviceCredsCmdlet
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
            Try(path, () => WriteObject(DeviceCertificateRequest.Read(InputFile.Read(path))));
    }
}
