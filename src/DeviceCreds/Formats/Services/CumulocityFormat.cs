using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// Cumulocity's bulk registration of LwM2M devices, one row per device. It has no certificate: the service checks the one that the
/// device sends against the CAs that it trusts. Source: Cumulocity's documentation, "Registering LWM2M devices".
/// </summary>
internal sealed class CumulocityFormat : IFleetFormat
{
    const string FleetFile = "cumulocity-lwm2m.csv";

    // The first field, in quotes or not, and three more.
    static readonly Regex CumulocityRow = new("^(?:\"((?:[^\"]|\"\")+)\"|([^\";]+));X509;X509;[^;].*$", RegexOptions.CultureInvariant);

    public FormatInfo Info { get; } = new()
    {
        Name = "Cumulocity",
        Description = "Cumulocity bulk registration of LwM2M devices: a CSV row each, with semicolons",
        Audience = "Cumulocity, Device Management, bulk registration > LWM2M (10 MB at most); "
            + "the configuration's ServerUri is that of its LwM2M server",
        Files = $"`{FleetFile}`, beside the devices' folders; no certificates in it",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Cumulocity -Configuration "
            + "(New-DeviceConfiguration -ServerUri 'coaps://lwm2m.cumulocity.com:5784')",
        Source = "Cumulocity documentation, \"Registering LWM2M devices\"; RFC 4180",
        KeyForm = PrivateKeyForm.Absent,
        Names = new("an endpoint ID in Cumulocity's list", FindProblem, "Give the device another name, or register it by hand."),
    };

    public string FileName => FleetFile;

    public string Begin => "endpoint id;securityMode;bootstrapSecurityMode;lwm2m server uri\r\n";

    public string Between => "\r\n";

    public string End => "\r\n";

    public string Entry(DeviceCredential credential, ExportOptions options)
    {
        var uri = options.RequireConfiguration(credential, Info.Name).ServerUri;
        if (uri is null || !ServerUri.IsSecure(uri))
            throw new InputException("ServerUriScheme", ErrorKind.InvalidArgument,
                $"{nameof(DeviceConfiguration.ServerUri)}: the format {Info.Name} needs the LwM2M server's URI, "
                + "beginning with coaps://.", "Give New-DeviceConfiguration -ServerUri, such as coaps://lwm2m.cumulocity.com:5784.");
        return string.Join(";", new[] { credential.EndpointName, "X509", "X509", uri }.Select(Quote));
    }

    public FleetEntryId IdOf(DeviceCredential credential) => FleetEntryId.Of(credential.EndpointName);

    public FleetEntryId? Identify(string entry) => CumulocityRow.Match(entry) is { Success: true, Groups: var fields }
        ? FleetEntryId.Of(fields[1].Success ? fields[1].Value.Replace("\"\"", "\"") : fields[2].Value)
        : null;

    // A changed name would register another device.
    static string? FindProblem(string name) =>
        IsFormula(name) ? "it begins like a formula, and a spreadsheet that opens the list would run it" : null;

    // Only what spreadsheets run is refused. A sign before plain characters is not a formula, as in +491701234567.
    static bool IsFormula(string text) => CsvCell.IsFormula(text) && text[0] is not ('|' or '%')
        && !(text[0] is '+' or '-' && text.Skip(1).All(IsPlain));

    static bool IsPlain(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '.' or '_' or '-';

    static string Quote(string field) => field.IndexOfAny([';', ',', '"', '\r', '\n']) < 0 ? field : CsvCell.Quote(field);
}
