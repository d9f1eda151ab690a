using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads what devices answered to their bundles: status, warnings, and the requests for the keys they made.</summary>
[Cmdlet(VerbsData.Import, "DeviceResponse", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceResponse))]
public sealed class ImportDeviceResponseCommand : DeviceCredsCmdlet
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
        {
            if (Stopping) return;
            Try(path, () =>
            {
                var response = DeviceResponse.Read(InputFile.Read(path));
                WriteVerbose($"{path}: {response}.");
                WriteObject(response);
            });
        }
    }
}
