using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Writes the certificate signing request of a CA to a file.</summary>
[Cmdlet(VerbsData.Export, "CertificateAuthorityRequest", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportCertificateAuthorityRequestCommand : DeviceCredsCmdlet
{
    /// <summary>The request.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The request: New-CertificateAuthorityRequest makes one.")]
    [AllowNull]
    [ExpectedTransformation(typeof(CertificateAuthorityRequest), "a CA's certificate signing request")]
    public CertificateAuthorityRequest Request { get; set; } = null!;

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
        if (!Refuse(Request, "a CA's certificate signing request", "Import-CertificateAuthorityRequest reads one from a file."))
            Try(Path, Write);
    }

    void Write()
    {
        var path = ResolveNewFile(Path);
        if (MayChange(path, "Write certificate request of a CA"))
            WriteOnce(path, () => [RequestFile.Write(Request, path, FileForm.Choose(this, nameof(Format), Format, path), Force)]);
    }
}
