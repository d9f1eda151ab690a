using System.Text;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>
/// The parameters of a provisioning template for AWS IoT's bulk registration, one line per device. Source: AWS IoT
/// developer guide, "Bulk registration".
/// </summary>
internal sealed class AwsIotFormat : IFleetFormat, IReadableFormat
{
    const string FleetFile = "aws-iot.jsonl";
    const string ThingName = "ThingName";
    const string CertificatePem = "CertificatePem";
    const string AuthorityPem = "CACertificatePem";

    public FormatInfo Info { get; } = new()
    {
        Name = "AwsIot",
        Description = "AWS IoT bulk registration: ThingName, CertificatePem and CACertificatePem of each device, a line of JSON each",
        Audience = "AWS IoT: `aws iot start-thing-registration-task`, with a template that refers to these three parameters",
        Files = $"`{FleetFile}`, beside the devices' folders",
        Example = "$credentials | Export-DeviceCredential -Path out -Format AwsIot",
        Source = "AWS IoT developer guide, \"Bulk registration\" and \"Provisioning templates\"",
        KeyForm = PrivateKeyForm.Absent,
        Names = new("a thing's name in AWS IoT", ServiceNames.FindAwsIotProblem,
            "Give the device another name, or register it by hand."),
    };

    public FormatSign Sign => FormatSign.Structure;

    public string FileName => FleetFile;

    public string Begin => "";

    public string Between => "\n";

    public string End => "\n";

    public string Entry(DeviceCredential credential, ExportOptions options)
    {
        var chain = credential.Chain;
        return JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString(ThingName, credential.EndpointName);
            writer.WriteString(CertificatePem, credential.CertificatePem + "\n");
            // Without it, AWS IoT looks for the CA by its name.
            if (chain.Length > 1) writer.WriteString(AuthorityPem, chain.Certificates[1].CertificatePem + "\n");
            writer.WriteEndObject();
        });
    }

    // As in an entry that is read, where no file's name tells the kind.
    public FleetEntryId IdOf(DeviceCredential credential) =>
        FleetEntryId.Of(credential.EndpointName, KindRule.Of([], credential.AccountId));

    public FleetEntryId? Identify(string entry) =>
        JsonText.Find(entry, ThingName) is { } name ? FleetEntryId.Of(name, KindOf(entry)) : null;

    // An entry that another program added may have no certificate.
    static CredentialKind? KindOf(string entry)
    {
        if (JsonText.Find(entry, CertificatePem) is not { } pem) return null;
        try
        {
            return KindRule.Of([], CertificateReader.Read(new InputFile(Encoding.UTF8.GetBytes(pem)))[0].AccountId);
        }
        catch (InputException)
        {
            return null;
        }
    }

    static string[] Fields(JsonElement entry) =>
        JsonText.Find(entry, AuthorityPem) is null ? [CertificatePem] : [CertificatePem, AuthorityPem];

    public bool Recognises(InputFile file) => JsonText.Names(file, CertificatePem);

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        using var reader = new StringReader(file.Text);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            var at = number;
            parts.Certificates.AddRange(JsonText.Read(file, line, at,
                entry => Fields(entry).Select(field => JsonText.Certificate(file, at, entry, field)).ToList()));
        }
    }
}
