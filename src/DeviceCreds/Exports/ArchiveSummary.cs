using System.Text;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>The file beside an archive that says what is in it. It holds no secrets.</summary>
internal static class ArchiveSummary
{
    const string Ending = ".json";
    const string FilesField = "Files";
    const int LargestSummary = 1 << 20;

    /// <summary>Whether a file has the name of one.</summary>
    public static bool IsOne(string path) =>
        path.EndsWith(Ending, StringComparison.Ordinal)
        && ArchiveFormats.OfName(path.Substring(0, path.Length - Ending.Length)) is not null;

    /// <summary>
    /// Reads the index of an archive, which must have as many files as its summary says: what was not written of a copy may be zeros.
    /// Null when the file is no archive.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read, or is incomplete, damaged or unsafe.</exception>
    public static Archive? Open(string path)
    {
        if (Archive.Open(path) is not { } archive) return null;
        var summary = path + Ending;
        if (FilesOf(summary) is not { } expected || archive.FileCount >= expected) return archive;
        throw ArchiveError.Damaged(path,
            FormattableString.Invariant($"expected {expected} files, as {Path.GetFileName(summary)} says, found {archive.FileCount}"));
    }

    // Null when there is no summary, or another program's file has its name.
    static long? FilesOf(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > LargestSummary) return null;
            using var summary = JsonDocument.Parse(File.ReadAllBytes(path));
            return summary.RootElement.GetProperty(FilesField).GetInt64();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IOException
            or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="path">The archive's path.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="credentials">What is in it, in the archive's order.</param>
    /// <param name="formats">The names of the formats.</param>
    /// <param name="failures">How many devices of the run are not in it, by their error's id.</param>
    /// <param name="time">When it was completed.</param>
    /// <exception cref="OutputException">The system refuses.</exception>
    public static void Write(string path, ArchiveWriter archive, IReadOnlyList<ExportedCredential> credentials,
        IEnumerable<string> formats, IReadOnlyDictionary<string, long> failures, DateTimeOffset time)
    {
        var text = JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("Archive", Path.GetFileName(path));
            json.WriteString("Sha256", Hex.Encode(archive.Sha256));
            json.WriteNumber("Bytes", archive.Length);
            json.WriteString("Completed", time.UtcDateTime);
            json.WriteNumber("Devices", Devices(credentials));
            json.WriteNumber(FilesField, credentials.Sum(c => (long)c.Names.Count));
            foreach (var kind in credentials.GroupBy(c => c.Kind).OrderBy(g => g.Key)) json.WriteNumber($"{kind.Key}", kind.Count());
            json.WriteString("FirstEndpointName", credentials[0].EndpointName);
            json.WriteString("LastEndpointName", credentials[credentials.Count - 1].EndpointName);
            json.WriteStartArray("Formats");
            foreach (var format in formats) json.WriteStringValue(format);
            json.WriteEndArray();
            json.WriteNumber("Failed", failures.Values.Sum());
            json.WriteStartObject("Failures");
            foreach (var failure in failures.OrderBy(f => f.Key, StringComparer.Ordinal)) json.WriteNumber(failure.Key, failure.Value);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        var file = new OutputFile(Path.GetFileName(path) + Ending, Encoding.UTF8.GetBytes(text + "\n"), IsSecret: false);
        FileWriter.WriteAll(FileWriter.FolderOf(path), [file], replace: true);
    }

    // A device may have a credential of each kind.
    static long Devices(IReadOnlyList<ExportedCredential> credentials)
    {
        var names = new NameSet();
        return credentials.LongCount(c => names.Add(c.EndpointName));
    }
}
