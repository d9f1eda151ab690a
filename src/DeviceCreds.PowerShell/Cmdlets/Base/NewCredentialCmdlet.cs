using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>The base of the two cmdlets that issue first credentials: everything except the account ID.</summary>
public abstract class NewCredentialCmdlet : IssuingCmdlet
{
    readonly HashSet<string> _unused = new(StringComparer.Ordinal);
    CredentialIssuer _issuer = null!;
    ExportedCredentials? _exported;
    RowInput _rows = null!;

    /// <summary>The device's endpoint name; becomes the CN.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Key",
        HelpMessage = "The device's endpoint name, 1 to 64 characters. Many devices come through the pipeline: Import-Csv, "
            + "Import-DeviceList.")]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Request")]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [AllowEmptyString]
    [AllowNull]
    [EndpointNameTransformation]
    public string? EndpointName { get; set; }

    /// <summary>The device's certificate signing request; the device keeps its key.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Request",
        HelpMessage = "The device's certificate signing request: Import-DeviceCertificateRequest reads it.")]
    [NoSecret]
    public DeviceCertificateRequest? Request { get; set; }

    /// <summary>The device's key; by default a new one for each device.</summary>
    [Parameter(ParameterSetName = "Key")]
    [PemTransformation]
    [KeyTransformation]
    [NoSecret]
    public DeviceKey? Key { get; set; }

    /// <summary>
    /// Leaves out the devices whose complete and valid credential is in this folder, in an archive there, or in this archive: the -Path of
    /// Export-DeviceCredential.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PathTransformation(IsOne = true)]
    public string? SkipExported { get; set; }

    /// <summary>The row as it came; an error names it as its target.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    private protected abstract CredentialKind Kind { get; }

    private protected override string Activity => $"Issuing {Kind} credentials";

    private protected override string Action => $"Issue {Kind} credential";

    private protected override ExportedCredentials? Exported => _exported;

    /// <summary>The account ID of a device; null where the kind has none.</summary>
    /// <param name="row">Its row; null when it has none.</param>
    /// <param name="given">Whether a parameter is on the command line.</param>
    private protected virtual string? AccountIdOf(DeviceRow? row, Func<string, bool> given) => null;

    private protected override void Prepare(ValidityRequest validity)
    {
        _rows = new RowInput(this);
        _issuer = Require(Issuer, () => CreateIssuer(Kind, validity));
        _exported = SkipExported is null
            ? null
            : Require(SkipExported, () => new ExportedCredentials(ResolveNew(SkipExported), Kind, Issuer));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var row = _rows.Next(InputObject, (object?)Request ?? EndpointName);
        var input = InputObject;
        if (LeaveOutPem(input?.BaseObject as string ?? EndpointName)) return;
        // PowerShell binds everything from the pipeline as a row: a request, which has an EndpointName, and a response
        // that holds requests.
        if (_rows.IsGiven(nameof(Request)) && Request is { } given) Sign(row, given, input);
        else if (Remote.Is(input, nameof(DeviceCertificateRequest))) SignRemote(row, input!);
        else if (input?.BaseObject is DeviceResponse response) Sign(row, response);
        else if (input?.BaseObject is DeviceCertificateRequest request) Sign(row, request);
        else Add(row, NameOf(input), () => Accept(row, input));
    }

    void Sign(InputRow row, DeviceResponse response)
    {
        if (response.FindRefusal() is { } refusal) Add(row, response.SessionId, () => throw refusal);
        else foreach (var request in response.Requests) Sign(row, request);
    }

    void SignRemote(InputRow row, PSObject input)
    {
        DeviceCertificateRequest? request = null;
        if (!TryRow(row, () => request = (DeviceCertificateRequest)Remote.Restore(input)!)) return;
        if (Remote.HadKey(input))
            WriteWarning($"The private key of the request for '{request!.EndpointName}' stayed in the process that made it: the "
                + "credential has none. Export the key there (Export-DeviceKey).");
        Sign(row, request!);
    }

    // A request on the command line belongs to the device of the row, when there is one.
    void Sign(InputRow row, DeviceCertificateRequest request, PSObject? device = null)
    {
        var own = _rows.IsGiven(nameof(EndpointName)) && EndpointName is { Length: > 0 } ? EndpointName : null;
        Add(row, own ?? request.EndpointName, () =>
        {
            var read = _rows.Read(row, device);
            return Accept(request, own ?? read?.EndpointName, read);
        });
    }

    DeviceOrder Accept(DeviceCertificateRequest request, string? name, DeviceRow? read)
    {
        if (Key is not null)
            throw new IssuanceException("KeyWithRequest", ErrorKind.InvalidArgument,
                "The request contains the device's key, so -Key cannot be used.", "Leave out -Key.");
        return _issuer.Accept(request, name, AccountIdOf(read, _rows.IsGiven), read?.Columns);
    }

    DeviceOrder Accept(InputRow row, PSObject? input)
    {
        var read = _rows.Read(row, input);
        var name = read is null || _rows.IsGiven(nameof(EndpointName)) ? EndpointName : read.EndpointName;
        var columns = read?.Columns ?? DeviceColumns.None;
        if (RowRequest.Find(columns) is { } request)
            return Accept(RowKey.Choose(null, columns) is { } own ? request.With(own) : request, name, read);
        var identity = new DeviceIdentity(name ?? "", AccountIdOf(read, _rows.IsGiven)) { Columns = columns };
        var key = RowKey.Choose(Key, columns);
        if (key is null && RowKey.FindUnused(columns) is { } unused && _unused.Add(unused.Name))
            Warn($"The column '{MessageText.Shorten(unused.Name)}' holds {unused.Holds}, which is not used: new keys are made. Columns "
                + "named PrivateKey, Key or Request are used.");
        return _issuer.Accept(identity, key);
    }

    // For the confirmation; errors in the row are reported later.
    string? NameOf(PSObject? input)
    {
        if (input is null || !AsksFirst) return EndpointName;
        try
        {
            return new RowReader().Read(input).EndpointName;
        }
        catch (InputException)
        {
            return "";
        }
    }
}
