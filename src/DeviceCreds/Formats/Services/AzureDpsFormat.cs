namespace DeviceCreds;

/// <summary>
/// An individual enrolment of Azure's Device Provisioning Service, by the device's certificate. Source: its service
/// API, version 2021-10-01.
/// </summary>
internal sealed class AzureDpsFormat : IDeviceFormat, IReadableFormat
{
    static readonly string[] Certificate = ["attestation", "x509", "clientCertificates", "primary", "certificate"];

    public FormatInfo Info { get; } = new()
    {
        Name = "AzureDps",
        Description = "Azure DPS: an individual enrolment with the device's certificate, in JSON",
        Audience = "Azure IoT Hub Device Provisioning Service: `PUT /enrollments/{registrationId}`",
        Files = "`BootstrapDevice.azure.json`, or `LwM2MDevice.azure.json`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format AzureDps",
        Source = "Device Provisioning Service REST API 2021-10-01, IndividualEnrollment; its documentation, \"Terminology\": registration "
            + "ID, read on 2026-11-26",
        KeyForm = PrivateKeyForm.Absent,
        Names = new("a registration ID of Azure", AzureDpsId.FindProblem,
            "Give the device another name, or enroll its CA instead of the device."),
        IgnoresCase = true,
    };

    public FormatSign Sign => FormatSign.Structure;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        yield return OutputFile.Text(FileNames.Device(credential.Kind) + ".azure.json", JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("registrationId", credential.EndpointName);
            writer.WriteStartObject(Certificate[0]);
            writer.WriteString("type", "x509");
            foreach (var name in Certificate.Skip(1).Take(3)) writer.WriteStartObject(name);
            writer.WriteString(Certificate[4], credential.CertificatePem + "\n");
            foreach (var _ in Certificate.Take(4)) writer.WriteEndObject();
            writer.WriteString("provisioningStatus", "enabled");
            writer.WriteEndObject();
        }), isSecret: false);
    }

    public bool Recognises(InputFile file) => JsonText.Names(file, Certificate[2]);

    public void Read(InputFile file, char[]? password, CredentialParts parts) =>
        parts.Certificates.Add(JsonText.Read(file, file.Text, null, enrolment => JsonText.Certificate(file, null, enrolment, Certificate)));
}
