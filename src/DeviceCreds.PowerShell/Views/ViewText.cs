using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace DeviceCreds.PowerShell;

/// <summary>Texts for the views of *.Format.ps1xml: safe to print, and shortened so that names of devices still differ.</summary>
public static class ViewText
{
    const string Ellipsis = "\u2026";
    const int DefaultWidth = 120;
    const int NarrowestWidth = 60;

    /// <summary>The width of the window; without one, a common width.</summary>
    public static int Width(PSHost? host)
    {
        try
        {
            return host?.UI.RawUI.WindowSize.Width is > NarrowestWidth and var width ? width : DefaultWidth;
        }
        catch (Exception e)
            when (e is HostException or InvalidOperationException or NotImplementedException or IOException or NullReferenceException)
        {
            return DefaultWidth;
        }
    }

    /// <summary>A text on one line that is safe to print.</summary>
    public static string Clean(object? text) => MessageText.Clean($"{text}");

    /// <summary>The elements of a collection, each as <see cref="Clean"/>: a view shows them like every collection.</summary>
    public static object? CleanEach(object? values) => (values is PSObject wrapped ? wrapped.BaseObject : values) switch
    {
        null => null,
        IDictionary map => Entries(map),
        IEnumerable all and not string => all.Cast<object?>().Select(Clean),
        var one => Clean(one),
    };

    /// <summary>A text that is cut in its middle when it is too long: the names of a fleet differ at their ends.</summary>
    public static string Fit(object? text, int width)
    {
        var clean = Clean(text);
        if (clean.Length <= width) return clean;
        var tail = Math.Max(1, (width - 1) * 3 / 5);
        return clean.Substring(0, Math.Max(0, width - 1 - tail)) + Ellipsis + clean.Substring(clean.Length - tail);
    }

    /// <summary>A text for a column that shares the rest of the width with similar columns.</summary>
    /// <param name="text">The text.</param>
    /// <param name="host">The host, whose window has the width.</param>
    /// <param name="others">How wide the other columns are, with the spaces between all.</param>
    /// <param name="columns">How many share the rest.</param>
    public static string Fit(object? text, PSHost? host, int others, int columns) =>
        Fit(text, Math.Max(8, (Math.Min(Width(host), 4096) - others) / columns));

    /// <summary>The end of a path that is too long.</summary>
    public static string Tail(object? path, int width)
    {
        var clean = Clean(path);
        return clean.Length <= width ? clean : width < 2 ? "" : Ellipsis + clean.Substring(clean.Length - width + 1);
    }

    /// <summary>A text in lines that fit, broken between words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">How long a line is at most.</param>
    /// <param name="indent">What the second line and those after it begin with.</param>
    public static string Wrap(string text, int width, string indent)
    {
        var lines = new List<string> { "" };
        foreach (var word in Clean(text).Split(' ').SelectMany(w => Pieces(w, width)))
        {
            var last = lines[lines.Count - 1];
            if (last.Length == 0) lines[lines.Count - 1] = word;
            else if (last.Length + 1 + word.Length <= width) lines[lines.Count - 1] = $"{last} {word}";
            else lines.Add(word);
        }

        return string.Join(Environment.NewLine + indent, lines);
    }

    static IEnumerable<string> Entries(IDictionary map)
    {
        foreach (DictionaryEntry entry in map) yield return Clean($"[{entry.Key}, {entry.Value}]");
    }

    // A word that is longer than a line.
    static IEnumerable<string> Pieces(string word, int width)
    {
        for (var at = 0; at == 0 || at < word.Length; at += width) yield return word.Substring(at, Math.Min(width, word.Length - at));
    }
}
