using System.Text.Encodings.Web;
using System.Text.Json;

namespace DeviceCreds.Packaging;

/// <summary>
/// A bill of materials in CycloneDX 1.6: each package of which something is shipped, with the files. No time and no number of its
/// own, so that it is the same each time.
/// </summary>
static class BillOfMaterials
{
    static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string product, string version, IReadOnlyList<Dependency> dependencies)
    {
        var self = $"pkg:nuget/{product}@{version}";
        var urls = dependencies.ToDictionary(d => $"{d.Id}/{d.Version}", d => d.Url);
        var needed = dependencies.SelectMany(d => d.Needs).ToHashSet();
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new Dictionary<string, object>
            {
                ["component"] = new Dictionary<string, object>
                {
                    ["type"] = "application", ["bom-ref"] = self, ["name"] = product, ["version"] = version, ["purl"] = self,
                    ["licenses"] = new[] { new { expression = "MIT" } },
                },
            },
            ["components"] = dependencies.Select(d => new Dictionary<string, object>
            {
                ["type"] = "library",
                ["bom-ref"] = d.Url,
                ["name"] = d.Id,
                ["version"] = d.Version,
                ["purl"] = d.Url,
                ["licenses"] = Licenses(d),
                ["components"] = d.Files.Select(f => new Dictionary<string, object>
                {
                    ["type"] = "file", ["name"] = f.Path, ["hashes"] = new[] { new { alg = "SHA-256", content = f.Sha256 } },
                }),
            }),
            ["dependencies"] = dependencies.Select(d => Edge(d.Url, d.Needs.Select(n => urls[n])))
                .Prepend(Edge(self, urls.Where(u => !needed.Contains(u.Key)).Select(u => u.Value))),
        }, Options) + "\n";
    }

    static object Edge(string from, IEnumerable<string> to) => new Dictionary<string, object> { ["ref"] = from, ["dependsOn"] = to };

    static object[] Licenses(Dependency dependency) => dependency.Texts.TryGetValue(dependency.License, out var text)
        ? [new { license = new { name = dependency.License, text = new { content = text } } }]
        : [new { expression = dependency.License }];
}
