using System.Management.Automation;
using System.Text;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads device lists: CSV, JSON lines, or plain endpoint names.</summary>
[Cmdlet(VerbsData.Import, "DeviceList", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceIdentity))]
public sealed class ImportDeviceListCommand : PathCmdlet, IRun
{
    DeviceList _list = null!;
    ProgressMeter _progress = null!;
    long _skipped;
    long _given;
    long _bytes;
    long _bytesBefore;
    long _bytesHere;

    /// <summary>The delimiter; by default from the header.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DelimiterCompleter))]
    [NoSecret]
    public char Delimiter { get; set; }

    /// <summary>The encoding; by default detected from the content.</summary>
    [Parameter]
    [NoSecret]
    [ValidateSet("UTF8", "Unicode", "BigEndianUnicode", "Latin1")]
    public string? Encoding { get; set; }

    /// <summary>How many devices are skipped.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    [NoSecret]
    public long Skip { get; set; }

    /// <summary>How many devices are returned at most.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    [NoSecret]
    public long First { get; set; } = long.MaxValue;

    /// <summary>The part of the list to give, such as 3/16.</summary>
    [Parameter]
    [NoSecret]
    public Shard? Shard { get; set; }

    /// <summary>The column that holds the endpoint name, where it has another name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EndpointNameColumn { get; set; }

    /// <summary>The column that holds the account ID, where it has another name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccountIdColumn { get; set; }

    RunCounts? IRun.Counts => _progress?.Counts;

    bool IRun.GivesSummary => false;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _progress = new ProgressMeter(this, "Reading the device list", "devices", Progress);
        _list = new DeviceList(Refuse)
        {
            EndpointNameColumn = EndpointNameColumn,
            AccountIdColumn = AccountIdColumn,
            Delimiter = MyInvocation.BoundParameters.ContainsKey(nameof(Delimiter)) ? Delimiter : null,
            Encoding = Encoding?.ToUpperInvariant() switch
            {
                null => null,
                "UTF8" => System.Text.Encoding.UTF8,
                "UNICODE" => System.Text.Encoding.Unicode,
                "BIGENDIANUNICODE" => System.Text.Encoding.BigEndianUnicode,
                _ => DeviceList.Windows1252,
            },
            Shard = Shard,
            Warn = WriteWarning,
            Cancel = Stopped,
        };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var paths = Files().ToList();
        // For paths from the pipeline, the number is unknown.
        _bytes = MyInvocation.ExpectingInput ? 0 : paths.Sum(LengthOf);
        foreach (var path in paths)
        {
            _bytesHere = LengthOf(path);
            Try(path, () => Read(path));
            _bytesBefore += _bytesHere;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        _progress.Complete();
    }

    private protected override void Log(DeviceCredsException error) => _progress?.Fail(error);

    void Refuse(InputException error)
    {
        WriteFailure(error, $"{error.Path}:{error.Line}");
        _progress.Count();
    }

    void Read(string path)
    {
        if (_given >= First) return;
        foreach (var device in _list.Read(path))
        {
            if (Stopping) return;
            if (_skipped++ < Skip) continue;
            WriteObject(RowColumns.Add(device, device.Columns));
            _progress.Count();
            if (++_given >= First) return;
        }
    }

    // The rest of the pipeline runs in step with this, so the part of the list that was read is the part that is done.
    double Progress() => _bytes == 0 ? 0 : Math.Max((double)_given / First, (_bytesBefore + _bytesHere * _list.Progress) / _bytes);

    static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
