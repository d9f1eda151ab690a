using System.Text;
using System.Xml.Linq;

namespace DeviceCreds.Packaging;

/// <summary>Links to the project, in the manifest and the help of a module that is packed with the property PackageProjectUrl.</summary>
static class ProjectLinks
{
    const string Help = "en-US/DeviceCreds.PowerShell.dll-Help.xml";

    static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";

    public static void Add(Dictionary<string, byte[]> module, Uri project)
    {
        var address = project.AbsoluteUri.TrimEnd('/');
        var manifest = Encoding.UTF8.GetString(module["DeviceCreds.psd1"]);
        const string Before = "            LicenseUri ";
        if (!manifest.Contains(Before, StringComparison.Ordinal)) throw new InvalidDataException("DeviceCreds.psd1 has no LicenseUri.");
        module["DeviceCreds.psd1"] = Encoding.UTF8.GetBytes(manifest.Replace(Before, $"""
                        ProjectUri   = '{address}'
                        IconUri      = '{address}/raw/HEAD/integrations/azure-devops/images/icon.png'
            {Before}
            """.ReplaceLineEndings("\n"), StringComparison.Ordinal));

        using var stream = new MemoryStream(module[Help]);
        var help = XDocument.Load(stream, LoadOptions.PreserveWhitespace);
        foreach (var command in help.Root!.Elements(Command + "command"))
        {
            // Get-Help -Online opens the first link that has an address.
            var name = command.Element(Command + "details")!.Element(Command + "name")!.Value;
            command.Element(Command + "relatedLinks")!.AddFirst(new XElement(Text + "navigationLink",
                new XElement(Text + "linkText", "Online version:"),
                new XElement(Text + "uri", $"{address}/blob/HEAD/docs/cmdlets/{name}.md")));
        }

        using var written = new MemoryStream();
        help.Save(written, SaveOptions.DisableFormatting);
        module[Help] = written.ToArray();
    }
}
