using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads injections from journals.</summary>
[Cmdlet(VerbsCommon.Get, "DeviceInjection", DefaultParameterSetName = "Journal")]
[OutputType(typeof(DeviceInjection))]
public sealed class GetDeviceInjectionCommand : DeviceCredsCmdlet
{
    WildcardPattern[] _names = [];
    readonly List<string> _paths = [];

    /// <summary>The journals; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Journal",
        HelpMessage = "The journals that Send-DeviceCredential wrote; wildcards are allowed.")]
    [SupportsWildcards]
    [PathTransformation]
    public string[] Journal { get; set; } = [];

    /// <summary>The journals, by their exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath",
        HelpMessage = "The journals, by their exact names.")]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The endpoint names to give; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [SupportsWildcards]
    [PemTransformation]
    public string[]? EndpointName { get; set; }

    /// <summary>The kind to give.</summary>
    [Parameter]
    [OneName]
    public CredentialKind? Kind { get; set; }

    /// <summary>Gives those that succeeded; with -Succeeded:$false, those that failed.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Succeeded { get; set; }

    /// <summary>Gives injections from this moment on.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime? Since { get; set; }

    /// <summary>Gives injections before this moment.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime? Before { get; set; }

    /// <summary>A ledger: then NotDelivered marks valid certificates that no device got, now or later.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PathTransformation(IsOne = true)]
    public string? Ledger { get; set; }

    private protected override bool IsExactNameFirst => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _names = Require(EndpointName, () => (EndpointName ?? []).Select(NamePattern.Of).ToArray());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var paths = ParameterSetName == "LiteralPath" ? Resolve(LiteralPath, literal: true) : Resolve(Journal, literal: false);
        // Only all journals together show whether a certificate was delivered later.
        if (Ledger is not null) _paths.AddRange(paths);
        else foreach (var path in paths) Give(path, null);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Ledger is null) return;
        var isWhole = true;
        var serials = Require(Ledger, () => Deliveries.FindUndelivered(
            _paths.SelectMany(p => InjectionJournal.Read(p, _ => isWhole = false)), ResolveNew(Ledger)));
        if (!isWhole)
        {
            WriteWarning("A journal cannot be read completely, and what is missing may have delivered any certificate: no injection is "
                + "NotDelivered.");
            serials.Clear();
        }

        foreach (var path in _paths) Give(path, serials);
    }

    void Give(string path, ISet<string>? undelivered) => Try(path, () =>
    {
        foreach (var injection in InjectionJournal.Read(path, e => WriteFailure(e, path)))
        {
            if (Stopping) return;
            if (!IsWanted(injection)) continue;
            WriteObject(undelivered is null ? injection
                : injection with { NotDelivered = injection.NotDelivered && undelivered.Contains(injection.SerialNumber ?? "") });
        }
    });

    bool IsWanted(DeviceInjection injection) =>
        (Kind is null || injection.Kind == Kind)
        && (!MyInvocation.BoundParameters.ContainsKey(nameof(Succeeded)) || injection.Succeeded == Succeeded)
        && (Since is null || injection.StartedAt.ToUniversalTime() >= Since.Value.ToUniversalTime())
        && (Before is null || injection.StartedAt.ToUniversalTime() < Before.Value.ToUniversalTime())
        && (EndpointName is null || Array.Exists(_names, n => n.IsMatch(injection.EndpointName)));
}
