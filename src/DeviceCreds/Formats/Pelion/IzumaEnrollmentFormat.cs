using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// The enrollment IDs of devices that customers claim, as the portal's bulk upload takes them. Source: the vendor's documentation of
/// first-to-claim.
/// </summary>
internal sealed class IzumaEnrollmentFormat : ISplitFormat
{
    static readonly Regex Line = new("^A-[A-Za-z0-9:]{95},\"((?:[^\"]|\"\")+)\"$", RegexOptions.CultureInvariant);

    public FormatInfo Info { get; } = new()
    {
        Name = "IzumaEnrollment",
        Description = "Enrollment IDs of bootstrap devices (first-to-claim), as the Izuma portal's bulk upload takes them",
        Audience = "The bulk upload of Pelion's and Izuma's portal, for devices that a customer claims (`-FirstToClaim`)",
        Files = "`izuma-enrollment.csv`, beside the devices' folders; `izuma-enrollment-2.csv` and so on, when one has 10 MB",
        Example = "$credentials | Export-DeviceCredential -Path out -Format IzumaEnrollment",
        Source = "Pelion Device Management, \"First-to-claim\": bulk upload, column `enrollment_identity`",
        KeyForm = PrivateKeyForm.Absent,
    };

    public string FileName => "izuma-enrollment.csv";

    public long MaximumBytes => 10_000_000;

    // The portal reads only the first column; the second one is for people and names the device.
    public string Begin => "enrollment_identity,endpoint_name\n";

    public string Between => "\n";

    public string End => "\n";

    public string Entry(DeviceCredential credential, ExportOptions options) => credential.EnrollmentId is { } id
        ? $"{id},{CsvCell.Quote(CsvCell.Guard(credential.EndpointName))}"
        : throw new InputException("EnrollmentNotPossible", ErrorKind.InvalidArgument,
            $"'{SubjectText.Shorten(credential.EndpointName)}' has an LwM2M credential; a device is claimed by its bootstrap certificate.",
            "Export its bootstrap credential (New-BootstrapDeviceCredential).");

    public FleetEntryId IdOf(DeviceCredential credential) => FleetEntryId.Of(credential.EndpointName, CredentialKind.Bootstrap);

    public FleetEntryId? Identify(string entry) => Line.Match(entry) is { Success: true } match
        ? FleetEntryId.Of(CsvCell.Unguard(match.Groups[1].Value.Replace("\"\"", "\"")), CredentialKind.Bootstrap)
        : null;
}
