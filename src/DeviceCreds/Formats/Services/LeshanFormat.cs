namespace DeviceCreds;

/// <summary>The devices that a Leshan server lets in by certificate, as its security store lists them. Source: Leshan's REST interface.</summary>
internal sealed class LeshanFormat : IFleetFormat
{
    public string Name => "Leshan";

    public string Description => "Leshan's security store: the devices that may connect with a certificate, in one JSON file";

    public string Audience => "Eclipse Leshan servers, which take an entry at a time and check the certificate against their CAs and the endpoint name";

    public string Files => $"`{FileName}`, beside the devices' folders; no certificates in it";

    public string Example => "$credentials | Export-DeviceCredential -Path out -Format Leshan";

    public string Source => "Eclipse Leshan 2, `/api/security/clients`";

    public PrivateKeyForm KeyForm => PrivateKeyForm.Absent;

    public string FileName => "leshan-security.json";

    public string Begin => "[\n";

    public string Between => ",\n";

    public string End => "\n]\n";

    public string Entry(DeviceCredential credential, ExportOptions options) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("endpoint", credential.EndpointName);
        writer.WriteStartObject("tls");
        writer.WriteString("mode", "x509");
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    public string? NameOf(string entry) => JsonText.Find(entry, "endpoint");
}
