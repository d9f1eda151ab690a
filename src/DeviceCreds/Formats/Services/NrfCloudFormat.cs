namespace DeviceCreds;

/// <summary>
/// A row of nRF Cloud's onboarding list, with the device's certificate. Source: nRF Cloud REST API, OnboardDevices.
/// </summary>
internal sealed class NrfCloudFormat : IDeviceFormat
{
    public FormatInfo Info { get; } = new()
    {
        Name = "NrfCloud",
        Description = "nRF Cloud onboarding: a row of CSV with the device's ID and certificate",
        Audience = "nRF Cloud: `POST /v1/devices`, or nrf_cloud_onboard --csv; a list for many devices is their files one after the other",
        Files = "`BootstrapDevice.nrfcloud.csv`, or `LwM2MDevice.nrfcloud.csv`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format NrfCloud",
        Source = "nRF Cloud REST API, OnboardDevices: device ID, sub-type, tags, firmware types and certificate, without a header",
        KeyForm = PrivateKeyForm.Absent,
        Names = new("a device's ID in nRF Cloud", ServiceNames.FindNrfCloudProblem,
            "Give the device another name, or onboard it by hand."),
    };

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        yield return OutputFile.Text(FileNames.Device(credential.Kind) + ".nrfcloud.csv",
            $"{credential.EndpointName},,,,\"{credential.CertificatePem}\n\"", isSecret: false);
    }
}
