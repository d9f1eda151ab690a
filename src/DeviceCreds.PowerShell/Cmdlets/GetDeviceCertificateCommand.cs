using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads certificates from files and says what they hold.</summary>
[Cmdlet(VerbsCommon.Get, "DeviceCertificate", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceCertificate))]
public sealed class GetDeviceCertificateCommand : PathCmdlet
{
    const string Next = "ForEach-Object { $_.Chain.Certificates }";

    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path",
        HelpMessage = "The files; wildcards are allowed.")]
    [SupportsWildcards]
    [PathTransformation(TakesCertificates = true)]
    public override string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Files())
            Try(path, () => WriteObject(CertificateFile.Read(InputFile.Read(path), Next), enumerateCollection: true));
    }
}
