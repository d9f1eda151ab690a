using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Writes revocation lists to files: all that have one path into one file, as servers want the lists of a chain.</summary>
[Cmdlet(VerbsData.Export, "CertificateRevocationList", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportCertificateRevocationListCommand : DeviceCredsCmdlet
{
    readonly List<string> _paths = [];
    readonly Dictionary<string, List<CertificateRevocationList>> _lists = new(StringComparer.Ordinal);

    /// <summary>The lists.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The lists: New-CertificateRevocationList makes them.")]
    [AllowNull]
    [ExpectedTransformation(typeof(CertificateRevocationList), "a revocation list")]
    public CertificateRevocationList[] RevocationList { get; set; } = [];

    /// <summary>The file to write; a script block is evaluated for each list.</summary>
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
        if (Refuse(RevocationList, "a revocation list", "New-CertificateRevocationList makes one.")) return;
        Try(Path, () =>
        {
            var path = ResolveNewFile(Path);
            if (!_lists.TryGetValue(path, out var lists))
            {
                _paths.Add(path);
                _lists[path] = lists = [];
            }

            lists.AddRange(RevocationList);
        });
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var path in _paths) Try(path, () => Write(path, _lists[path]));
    }

    void Write(string path, List<CertificateRevocationList> lists)
    {
        var what = lists.Count == 1 ? "Write revocation list" : $"Write {lists.Count} revocation lists";
        if (MayChange(path, what))
            WriteFile(RevocationListFile.Write(lists, path, FileForm.Choose(this, nameof(Format), Format, path), Force));
    }
}
