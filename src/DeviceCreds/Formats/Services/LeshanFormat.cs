namespace DeviceCreds;

/// <summary>
/// The devices that a Leshan server accepts by certificate, as its security store lists them. Source: Leshan's REST
/// interface.
/// </summary>
internal sealed class LeshanFormat : IFleetFormat
{
    const string FleetFile = "leshan-security.json";

    public FormatInfo Info { get; } = new()
    {
        Name = "Leshan",
        Description = "Leshan's security store: the devices that may connect with a certificate, in one JSON file",
        Audience = "Eclipse Leshan servers, which take an entry at a time and check the certificate against their CAs and "
            + "the endpoint name",
        Files = $"`{FleetFile}`, beside the devices' folders; no certificates in it",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Leshan",
        Source = "Eclipse Leshan 2, `/api/security/clients`",
        KeyForm = PrivateKeyForm.Absent,
    };

    public string FileName => FleetFile;

    public string Begin => "[\n";

    public string Between => ",\n";

    public string End => "\n]\n";

    public string Entry(DeviceCredential credential, ExportOptions options)
    {
        if (ServiceNames.FindLeshanProblem(credential.EndpointName) is { } problem)
        {
            options.Warn?.Invoke($"Leshan will refuse '{MessageText.Shorten(credential.EndpointName)}', since it reads another common name "
                + $"from its certificate: {problem}.");
        }

        return JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("endpoint", credential.EndpointName);
            writer.WriteStartObject("tls");
            writer.WriteString("mode", "x509");
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    public FleetEntryId IdOf(DeviceCredential credential) => FleetEntryId.Of(credential.EndpointName);

    public FleetEntryId? Identify(string entry) =>
        JsonText.Find(entry, "endpoint") is { } name ? FleetEntryId.Of(name) : null;
}
