using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using QRCoder;

namespace DeviceCreds;

/// <summary>Labels for the devices' housings: one page to print, without other files.</summary>
internal sealed class LabelsFormat : IFleetFormat
{
    static readonly Regex LabelOf = new("^<li><svg .*<div><b(?: class=\"long\")?>([^<]+)</b>.*</li>$", RegexOptions.CultureInvariant);

    // Only bootstrap credentials have one; a name that contains this text is encoded.
    const string EnrollmentTitle = "<span>Enrollment ID</span>";

    // From here on a name takes smaller letters: 64 of the widest still fit.
    const int LongName = 24;

    public FormatInfo Info { get; } = new()
    {
        Name = "Labels",
        Description = "Labels to print: a QR code, endpoint name, serial number and enrollment ID of each device, in one HTML page",
        Audience = "People who put labels on devices, and customers who claim a device by its code",
        Files = "`labels.html`, beside the devices' folders; no key in it",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Labels",
        Source = "ISO/IEC 18004 (QR code, level M). The code holds the enrollment ID, or for LwM2M credentials the endpoint name",
        KeyForm = PrivateKeyForm.Absent,
    };

    public string FileName => "labels.html";

    // 70 mm by 37 mm, three in a row, as sheets of labels have them. One line, so that each entry has a line of its own.
    public string Begin { get; } = string.Concat(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        "<title>Device labels</title><style>",
        "@page { margin: 8mm 0; } ",
        "body { margin: 0; background: #fff; color: #000; font: 7.5pt/1.25 system-ui, sans-serif; } ",
        "ul { display: flex; flex-wrap: wrap; margin: 0; padding: 0; list-style: none; } ",
        "li { box-sizing: border-box; width: 70mm; height: 37mm; padding: 2mm; overflow: hidden; break-inside: avoid; } ",
        "li { display: flex; gap: 2mm; align-items: center; } ",
        "svg { flex: none; width: 30mm; height: 30mm; } ",
        "div { min-width: 0; overflow-wrap: anywhere; } ",
        "b { display: block; font-size: 9pt; } ",
        "b.long { font-size: 6pt; line-height: 1.15; } ",
        "span { display: block; font-size: 6.5pt; } ",
        "code { font: 5.5pt/1.25 ui-monospace, monospace; word-break: break-all; } ",
        "@media screen { li { border: 1px dashed #999; margin: -1px 0 0 -1px; } body { padding: 1mm; } }",
        "</style></head><body><ul>\n");

    public string Between => "\n";

    public string End => "\n</ul></body></html>\n";

    public string Entry(DeviceCredential credential, ExportOptions options)
    {
        var code = credential.EnrollmentId ?? credential.EndpointName;
        // The device's serial number where the configuration has it, otherwise the certificate's.
        var (title, serial) = options.ConfigurationOf(credential)?.SerialNumber is { } own
            ? ("Serial number", own)
            : ("Certificate", credential.SerialNumber);
        var style = credential.EndpointName.Length > LongName ? " class=\"long\"" : "";
        var label = new StringBuilder($"<li>{QrCode(code)}<div>")
            .Append($"<b{style}>{Encode(credential.EndpointName)}</b><span>{title} {Encode(serial)}</span>");
        if (credential.EnrollmentId is { } enrollment) label.Append($"{EnrollmentTitle}<code>{Encode(enrollment)}</code>");
        return label.Append("</div></li>").ToString();
    }

    public FleetEntryId IdOf(DeviceCredential credential) => FleetEntryId.Of(credential.EndpointName, credential.Kind);

    public FleetEntryId? Identify(string entry) => LabelOf.Match(entry) is { Success: true } match
        ? FleetEntryId.Of(WebUtility.HtmlDecode(match.Groups[1].Value),
            entry.Contains(EnrollmentTitle) ? CredentialKind.Bootstrap : CredentialKind.Lwm2m)
        : null;

    /// <summary>A QR code as a picture: each run of dark modules is a line.</summary>
    static string QrCode(string text)
    {
        // Without it, readers guess the encoding of non-ASCII letters.
        var isAscii = text.All(c => c < 0x80);
        var mode = isAscii ? QRCodeGenerator.EciMode.Default : QRCodeGenerator.EciMode.Utf8;
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M, forceUtf8: !isAscii, utf8BOM: false, mode);
        var modules = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < modules.Count; y++)
        {
            for (var x = 0; x < modules.Count; x++)
            {
                if (!modules[y][x]) continue;
                var start = x;
                while (x < modules.Count && modules[y][x]) x++;
                path.Append(FormattableString.Invariant($"M{start} {y}.5h{x - start}"));
            }
        }

        return $"<svg viewBox=\"0 0 {modules.Count} {modules.Count}\" role=\"img\" aria-label=\"QR code: {Encode(text)}\" "
            + $"shape-rendering=\"crispEdges\"><path d=\"{path}\" stroke=\"#000\"/></svg>";
    }

    static string Encode(string text) => WebUtility.HtmlEncode(text);
}
