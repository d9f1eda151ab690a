using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace DeviceCreds.Packaging;

/// <summary>A module as the PowerShell Gallery holds it: a NuGet package with the module's files at its root.</summary>
static class GalleryPackage
{
    static readonly XNamespace Nuspec = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";
    static readonly XNamespace Relationships = "http://schemas.openxmlformats.org/package/2006/relationships";
    static readonly XNamespace ContentTypes = "http://schemas.openxmlformats.org/package/2006/content-types";
    static readonly XNamespace Properties = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
    static readonly XNamespace Elements = "http://purl.org/dc/elements/1.1/";

    /// <summary>All parts of the package (ECMA-376 Part 2), by name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Parts(Manifest manifest, IReadOnlyDictionary<string, byte[]> module)
    {
        var files = module.ToDictionary();
        var nuspec = manifest.Name + ".nuspec";
        files[nuspec] = Bytes(Metadata(manifest));
        var properties =
            $"package/services/metadata/core-properties/{Convert.ToHexStringLower(SHA256.HashData(files[nuspec]))[..32]}.psmdcp";
        files[properties] = Bytes(new XElement(Properties + "coreProperties",
            new XAttribute(XNamespace.Xmlns + "dc", Elements),
            new XElement(Elements + "creator", manifest.Text("Author")),
            new XElement(Elements + "description", manifest.Text("Description")),
            new XElement(Elements + "identifier", manifest.Name),
            new XElement(Properties + "version", manifest.Version),
            new XElement(Properties + "keywords", Tags(manifest))));
        files["_rels/.rels"] = Bytes(new XElement(Relationships + "Relationships",
            Relationship("R0", "/" + nuspec, "http://schemas.microsoft.com/packaging/2010/07/manifest"),
            Relationship("R1", "/" + properties, "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties")));
        files["[Content_Types].xml"] = Bytes(Types(files.Keys));
        return files;
    }

    static XElement Metadata(Manifest manifest) => new(Nuspec + "package", new XElement(Nuspec + "metadata",
        from field in new (string Name, string? Value)[]
        {
            ("id", manifest.Name),
            ("version", manifest.Version),
            ("authors", manifest.Text("Author")),
            ("owners", manifest.Text("CompanyName")),
            ("requireLicenseAcceptance", "false"),
            ("licenseUrl", (string?)manifest.Gallery["LicenseUri"]),
            ("projectUrl", (string?)manifest.Gallery["ProjectUri"]),
            ("iconUrl", (string?)manifest.Gallery["IconUri"]),
            ("description", manifest.Text("Description")),
            ("releaseNotes", (string?)manifest.Gallery["ReleaseNotes"]),
            ("copyright", manifest.Text("Copyright")),
            ("tags", Tags(manifest)),
        }
        where field.Value is not null
        select new XElement(Nuspec + field.Name, field.Value),
        manifest.Gallery["ProjectUri"] is string project
            ? new XElement(Nuspec + "repository", new XAttribute("type", "git"), new XAttribute("url", project))
            : null));

    // The gallery's own tags: what sort of thing it is, and which commands it brings.
    static string Tags(Manifest manifest) => string.Join(' ',
        ["PSModule", "PSIncludes_Cmdlet", .. ((object[])manifest.Gallery["Tags"]!).Cast<string>(),
            .. manifest.List("CmdletsToExport").SelectMany(c => (string[])["PSCmdlet_" + c, "PSCommand_" + c])]);

    static XElement Relationship(string id, string target, string type) =>
        new(Relationships + "Relationship", new XAttribute("Type", type), new XAttribute("Target", target), new XAttribute("Id", id));

    static XElement Types(IEnumerable<string> names) => new(ContentTypes + "Types",
        from extension in names.Select(n => Path.GetExtension(n).TrimStart('.')).Where(e => e.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)
        select new XElement(ContentTypes + "Default", new XAttribute("Extension", extension), new XAttribute("ContentType", extension switch
        {
            "rels" => "application/vnd.openxmlformats-package.relationships+xml",
            "psmdcp" => "application/vnd.openxmlformats-package.core-properties+xml",
            _ => "application/octet",
        })),
        from name in names.Where(n => Path.GetExtension(n).Length == 0).Order(StringComparer.Ordinal)
        select new XElement(ContentTypes + "Override", new XAttribute("PartName", "/" + name),
            new XAttribute("ContentType", "application/octet")));

    static byte[] Bytes(XElement root) =>
        new UTF8Encoding(false).GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + root.ToString().ReplaceLineEndings("\n") + "\n");
}
