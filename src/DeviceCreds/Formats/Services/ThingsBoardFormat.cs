using System.Text;

namespace DeviceCreds;

/// <summary>
/// A ThingsBoard device with its LwM2M credentials. The part for ThingsBoard's own bootstrap server is
/// left out (mode NO_SEC), since it would need the private key. Source: ThingsBoard's REST interface.
/// </summary>
internal sealed class ThingsBoardFormat : IDeviceFormat, IReadableFormat
{
    const string Credentials = "credentials";
    const string Value = "credentialsValue";

    static readonly string[] Certificate = ["client", "cert"];

    public FormatInfo Info { get; } = new()
    {
        Name = "ThingsBoard",
        Description = "ThingsBoard: a device and its LwM2M X.509 credentials, in JSON",
        Audience = "ThingsBoard: `POST /api/device-with-credentials`; the configuration's DeviceType names the device profile",
        Files = "`BootstrapDevice.thingsboard.json`, or `LwM2MDevice.thingsboard.json`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format ThingsBoard -Configuration "
            + "(New-DeviceConfiguration -DeviceType 'LwM2M devices')",
        Source = "ThingsBoard 3.5 and later, LWM2M_CREDENTIALS",
        KeyForm = PrivateKeyForm.Absent,
    };

    public FormatSign Sign => FormatSign.Structure;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var text = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("device");
            writer.WriteString("name", credential.EndpointName);
            if (options.ConfigurationOf(credential)?.DeviceType is { } type) writer.WriteString("type", type);
            writer.WriteEndObject();
            writer.WriteStartObject(Credentials);
            writer.WriteString("credentialsType", "LWM2M_CREDENTIALS");
            // JSON within JSON, since ThingsBoard keeps it as a text.
            writer.WriteString(Value, CredentialsOf(credential));
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
        yield return new OutputFile(FileNames.Device(credential.Kind) + ".thingsboard.json",
            Encoding.UTF8.GetBytes(text + "\n"), IsSecret: false);
    }

    static string CredentialsOf(DeviceCredential credential) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject(Certificate[0]);
        writer.WriteString("endpoint", credential.EndpointName);
        writer.WriteString("securityConfigClientMode", "X509");
        writer.WriteString(Certificate[1], Convert.ToBase64String(credential.CertificateDer));
        writer.WriteEndObject();
        writer.WriteStartObject("bootstrap");
        foreach (var server in new[] { "bootstrapServer", "lwm2mServer" })
        {
            writer.WriteStartObject(server);
            writer.WriteString("securityMode", "NO_SEC");
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    public bool Recognises(InputFile file) => JsonText.Names(file, Value);

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var value = JsonText.Read(file, file.Text, null, device => JsonText.Find(device, Credentials, Value))
            ?? throw file.Invalid("RegistrationFieldMissing", $"{Credentials}.{Value}: the text is missing.",
                "Write the file again with Export-DeviceCredential.");
        parts.Certificates.Add(JsonText.Read(file, value, null, client => JsonText.Certificate(file, null, client, Certificate)));
    }
}
