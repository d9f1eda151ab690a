using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Writes a certificate signing request to a file.</summary>
[Cmdlet(VerbsData.Export, "DeviceCertificateRequest", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportDeviceCertificateRequestCommand : DeviceCredsCmdlet
{
    /// <summary>The request.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The request: New-DeviceCertificateRequest makes one.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceCertificateRequest), "a certificate signing request")]
    public DeviceCertificateRequest Request { get; set; } = null!;

    /// <summary>The file to write; a script block is evaluated for each request.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, HelpMessage = "The file to write.")]
    public string Path { get; set; } = "";

    /// <summary>PEM or DER; by default what the file's ending says, otherwise PEM.</summary>
    [Parameter]
    [OneName]
    public FileEncoding Format { get; set; } = FileEncoding.Pem;

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Refuse(Request, "a certificate signing request", "Import-DeviceCertificateRequest reads one from a file.")) Try(Path, Write);
    }

    void Write()
    {
        var path = ResolveNewFile(Path);
        if (MayChange(path, "Write certificate request"))
            WriteOnce(path, () => [RequestFile.Write(Request, path, FileForm.Choose(this, nameof(Format), Format, path), Force)]);
    }
}
