using System.Management.Automation;

namespace DeviceCreds.Shell;

/// <summary>What Tab may put in place of a part of the line.</summary>
sealed record Completion(int Start, int Length, IReadOnlyList<string> Matches)
{
    internal static Completion Of(Session session, string text, int cursor)
    {
        using var shell = session.CreateShell();
        CommandCompletion? found = null;
        try
        {
            found = CommandCompletion.CompleteInput(text, cursor, null, shell);
        }
        catch (Exception)
        {
            // Without the Utility module the engine's completion breaks on some expressions; Tab then has nothing to offer.
        }

        return found is { CompletionMatches.Count: > 0 }
            ? new(found.ReplacementIndex, found.ReplacementLength, [.. found.CompletionMatches.Select(m => m.CompletionText)])
            : OfPath(session.Runspace.SessionStateProxy.Path.CurrentFileSystemLocation.Path, text, cursor);
    }

    // The engine completes paths with Get-ChildItem, which is not part of it.
    static Completion OfPath(string location, string text, int cursor)
    {
        var start = cursor == 0 ? 0 : text.LastIndexOfAny([' ', '\t', '(', ',', '=', ';', '|'], cursor - 1) + 1;
        var word = text[start..cursor].Trim('\'', '"');
        var folder = word[..(word.LastIndexOfAny(['/', Path.DirectorySeparatorChar]) + 1)];
        try
        {
            var entries = new DirectoryInfo(Path.Combine(location, folder)).EnumerateFileSystemInfos(word[folder.Length..] + "*");
            return new(start, cursor - start, [.. entries.Select(e => Quote(folder + e.Name)).Order(StringComparer.OrdinalIgnoreCase)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new(start, cursor - start, []);
        }
    }

    static string Quote(string path) =>
        path.All(c => char.IsLetterOrDigit(c) || "/\\._-:~".Contains(c)) ? path : $"'{path.Replace("'", "''")}'";
}
