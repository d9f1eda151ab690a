namespace DeviceCreds;

/// <summary>
/// The bulk import of Azure IoT Hub's identity registry, one line per device. The certificate is not in it: the hub checks what the device
/// shows against the CAs that it knows. Source: Azure IoT Hub documentation, "Import and export IoT Hub device identities in bulk".
/// </summary>
internal sealed class AzureIotHubFormat : IFleetFormat
{
    const string FleetFile = "azure-iot-hub.txt";

    public FormatInfo Info { get; } = new()
    {
        Name = "AzureIotHub",
        Description = "Azure IoT Hub bulk import: the identity of each device, a line of JSON each",
        Audience = "Azure IoT Hub: upload it as `devices.txt`, then `az iot hub device-identity import`; the hub must know the CA",
        Files = $"`{FleetFile}`, beside the devices' folders; no certificates in it",
        Example = "$credentials | Export-DeviceCredential -Path out -Format AzureIotHub",
        Source = "Azure IoT Hub documentation, \"Import and export IoT Hub device identities in bulk\"; AuthenticationType of Azure's SDK "
            + "for C# (sas, selfSigned, certificateAuthority, none), read on 2026-11-26",
        KeyForm = PrivateKeyForm.Absent,
        Names = new("a device's ID in Azure IoT Hub", ServiceNames.FindAzureIotHubProblem,
            "Give the device another name, or register it by hand."),
    };

    public string FileName => FleetFile;

    public string Begin => "";

    public string Between => "\n";

    public string End => "\n";

    public string Entry(DeviceCredential credential, ExportOptions options) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", credential.EndpointName);
        writer.WriteString("status", "enabled");
        writer.WriteStartObject("authentication");
        writer.WriteString("type", "certificateAuthority");
        writer.WriteEndObject();
        writer.WriteString("importMode", "create");
        writer.WriteEndObject();
    });

    public FleetEntryId IdOf(DeviceCredential credential) => FleetEntryId.Of(credential.EndpointName);

    public FleetEntryId? Identify(string entry) =>
        JsonText.Find(entry, "id") is { } name ? FleetEntryId.Of(name) : null;
}
