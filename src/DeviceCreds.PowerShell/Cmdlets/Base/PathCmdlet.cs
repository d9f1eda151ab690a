using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>The base of cmdlets that read files: by patterns, or by their exact names.</summary>
public abstract class PathCmdlet : DeviceCredsCmdlet
{
    readonly PemLines _pem = new();
    bool _isRest;

    /// <summary>The files; wildcards are allowed. PEM itself is read as the content of one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path",
        HelpMessage = "The files; wildcards are allowed.")]
    [SupportsWildcards]
    [PathTransformation]
    public virtual string[] Path { get; set; } = [];

    /// <summary>The files, by their exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath",
        HelpMessage = "The files, by their exact names.")]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The files of the current input.</summary>
    /// <param name="folders">Whether a wildcard matches folders, too.</param>
    private protected IEnumerable<string> Files(bool folders = false)
    {
        var literal = ParameterSetName == "LiteralPath" && !_isRest;
        var paths = literal ? LiteralPath : Path;
        return Resolve(_isRest ? paths : _pem.Add(paths), literal, folders);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_pem.TakeRest() is not { } pem) return;
        (Path, _isRest) = ([pem], true);
        ProcessRecord();
    }
}
