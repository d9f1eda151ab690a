namespace DeviceCreds;

/// <summary>
/// The enrollment IDs of devices that customers claim, as the portal's bulk upload takes them. Source: the vendor's documentation of
/// first-to-claim.
/// </summary>
internal sealed class IzumaEnrollmentFormat : ISplitFormat
{
    public string Name => "IzumaEnrollment";

    public string Description => "Enrollment IDs of bootstrap devices (first-to-claim), as the Izuma portal's bulk upload takes them";

    public string Audience => "The bulk upload of Pelion's and Izuma's portal, for devices that a customer claims (`-FirstToClaim`)";

    public string Files => $"`{FileName}`, beside the devices' folders; `izuma-enrollment-2.csv` and so on, when one has 10 MB";

    public string Example => "$credentials | Export-DeviceCredential -Path out -Format IzumaEnrollment";

    public string Source => "Pelion Device Management, \"First-to-claim\": bulk upload, column `enrollment_identity`";

    public PrivateKeyForm KeyForm => PrivateKeyForm.Absent;

    public string FileName => "izuma-enrollment.csv";

    public long MaximumBytes => 10_000_000;

    public string Begin => "enrollment_identity\n";

    public string Between => "\n";

    public string End => "\n";

    public string Entry(DeviceCredential credential, ExportOptions options) => credential.EnrollmentId
        ?? throw new InputException(
            "EnrollmentNotPossible", ErrorKind.InvalidArgument,
            $"'{SubjectText.Shorten(credential.EndpointName)}' has an LwM2M credential, and a device is claimed by its bootstrap "
            + "certificate.", "Export its bootstrap credential (New-BootstrapDeviceCredential).");
}
