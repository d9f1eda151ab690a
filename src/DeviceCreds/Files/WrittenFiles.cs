using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>
/// What one run has written. A run may replace the files of earlier runs, never its own: they may hold the only copy of a key.
/// </summary>
public sealed class WrittenFiles
{
    static readonly bool IgnoresCase = !RuntimeInformation.IsOSPlatform(OSPlatform.Linux);

    readonly NameSet _names = new();

    /// <summary>Checks that the run has not written to a path; from any thread.</summary>
    /// <exception cref="OutputException">It has.</exception>
    public void EnsureNew(string path)
    {
        if (_names.Contains(Cased(path))) throw Twice(path);
    }

    /// <summary>Remembers a path that was written to.</summary>
    public void Add(string path) => _names.Add(Cased(path));

    /// <summary>Checks that the run has written none of these files of a device.</summary>
    /// <exception cref="OutputException">It has.</exception>
    internal void EnsureNew(string folder, IReadOnlyList<string> files)
    {
        if (files.GroupBy(WordOf).FirstOrDefault(g => _names.Contains(NameOf(folder, g.Key))) is { } twice)
            throw Twice(Path.Combine(folder, twice.First()));
    }

    /// <summary>Remembers a device's files.</summary>
    internal void Add(string folder, IReadOnlyList<string> files)
    {
        foreach (var word in files.Select(WordOf).Distinct()) _names.Add(NameOf(folder, word));
    }

    // A run has the same formats for all: the files of a kind need one entry, and those with the same names for both kinds need one.
    static string NameOf(string folder, string word) => Cased($"{folder}/{word}");

    // The kind that a file's name begins with; empty for a name that both kinds have.
    static string WordOf(string file) => KindRule.All.Select(KindRule.Word)
        .FirstOrDefault(w => file.StartsWith(w, StringComparison.Ordinal))
        ?? "";

    static string Cased(string path) => IgnoresCase ? path.ToUpperInvariant() : path;

    static OutputException Twice(string path) => new("FileExists", ErrorKind.AlreadyExists,
        "this command has written this file already, for another input, and does not replace it.",
        "Export to another path: each device, each kind of credential and each key needs files of its own. "
            + "A script block gives a path for each, such as -Path { \"out/$($_.Kind)\" }.", path);
}
