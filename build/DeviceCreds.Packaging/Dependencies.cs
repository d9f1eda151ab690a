using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;

namespace DeviceCreds.Packaging;

/// <summary>A file that is shipped, and its SHA-256 in hexadecimal.</summary>
sealed record ShippedFile(string Path, string Sha256);

/// <summary>
/// A package of which something is shipped. The licence is an SPDX expression, or the name of one of the texts that lie in the
/// package.
/// </summary>
sealed record Dependency(string Id, string Version, string License, string? Copyright, string? Project,
    IReadOnlyDictionary<string, string> Texts, IReadOnlyList<ShippedFile> Files, IReadOnlyList<string> Needs)
{
    public string Url => $"pkg:nuget/{Id}@{Version}";
}

static class Dependencies
{
    /// <summary>The packages that the files of others came from.</summary>
    /// <param name="files">What is shipped.</param>
    /// <param name="assets">What the restore of each project wrote, held to the lock files.</param>
    /// <exception cref="InvalidDataException">An assembly comes from nowhere.</exception>
    public static IReadOnlyList<Dependency> Of(IReadOnlyDictionary<string, byte[]> files, IEnumerable<string> assets)
    {
        var restored = assets.Select(path => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement).ToList();
        var homes = (from root in restored
                     from library in root.GetProperty("libraries").EnumerateObject()
                     where library.Value.GetProperty("type").GetString() == "package"
                     from file in library.Value.GetProperty("files").EnumerateArray()
                     select (Library: library.Name, Path: Path.Combine(FolderOf(root, library.Name), file.GetString()!))).Distinct()
            .ToLookup(home => Path.GetFileName(home.Path));

        var shipped = new Dictionary<string, List<ShippedFile>>();
        foreach (var (path, bytes) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            // By its bytes, as frameworks may have different versions of one package.
            var name = Path.GetFileName(path);
            if (homes[name].FirstOrDefault(home => File.ReadAllBytes(home.Path).AsSpan().SequenceEqual(bytes)).Library is { } library)
            {
                if (!shipped.TryGetValue(library, out var found)) shipped[library] = found = [];
                found.Add(new(path, Convert.ToHexStringLower(SHA256.HashData(bytes))));
            }
            else if (name.EndsWith(".dll", StringComparison.Ordinal) && !name.StartsWith("DeviceCreds.", StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{path} comes from no package that the lock files name.");
            }
        }

        return [.. shipped.Select(s => Read(s.Key, s.Value, restored, shipped.Keys)).OrderBy(d => d.Url, StringComparer.OrdinalIgnoreCase)];
    }

    static string FolderOf(JsonElement root, string library)
    {
        var path = root.GetProperty("libraries").GetProperty(library).GetProperty("path").GetString()!;
        return root.GetProperty("packageFolders").EnumerateObject().Select(f => Path.Combine(f.Name, path)).First(Directory.Exists);
    }

    static Dependency Read(string library, IReadOnlyList<ShippedFile> files, List<JsonElement> restored, IEnumerable<string> shipped)
    {
        var folder = FolderOf(restored.First(r => r.GetProperty("libraries").TryGetProperty(library, out _)), library);
        var metadata = XDocument.Load(Directory.EnumerateFiles(folder, "*.nuspec").Single()).Root!.Elements().Single();
        string? Field(string name) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim();

        var texts = Directory.EnumerateFiles(folder)
            .Where(f =>
                Path.GetFileNameWithoutExtension(f).Contains("license", StringComparison.OrdinalIgnoreCase)
                    || Path.GetFileNameWithoutExtension(f).Replace("-", "").Contains("notice", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(f => Path.GetFileName(f), f => File.ReadAllText(f).ReplaceLineEndings("\n").Trim());
        var needs = restored.SelectMany(r => r.GetProperty("targets").EnumerateObject())
            .Where(t => t.Value.TryGetProperty(library, out var l) && l.TryGetProperty("dependencies", out _))
            .SelectMany(t => t.Value.GetProperty(library).GetProperty("dependencies").EnumerateObject()).Select(d => d.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var (id, version) = library.Split('/') is [var i, var v] ? (i, v) : throw new InvalidDataException(library);
        return new(id, version, License(library, Field("license"), Field("licenseUrl")), Field("copyright"), Field("projectUrl"),
            texts, files, [.. shipped.Where(s => needs.Contains(s.Split('/')[0])).Order(StringComparer.Ordinal)]);
    }

    // Packages from before licence expressions give an address; this one is of the MIT licence.
    static string License(string library, string? expression, string? address) => (expression, address) switch
    {
        (not null, _) => expression,
        (_, "https://github.com/dotnet/corefx/blob/master/LICENSE.TXT") => "MIT",
        _ => throw new InvalidDataException($"{library} has no licence expression; its licence is at {address}."),
    };
}
