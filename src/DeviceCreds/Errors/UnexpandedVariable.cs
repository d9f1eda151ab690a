using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// Finds in a text a variable that a pipeline, a shell or a template did not replace: <c>$(AccountId)</c>, <c>${name}</c>,
/// <c>$[variables.x]</c>, <c>${{ variables.x }}</c>, <c>$env:NAME</c>, <c>%NAME%</c>, <c>{{name}}</c>, <c>#{name}#</c>.
/// </summary>
public static class UnexpandedVariable
{
    const string Name = @"[A-Za-z_][\w.:-]*";

    // What follows %NAME% must not be two digits of a percent-encoded octet: %C3abc%20 names no variable.
    static readonly Regex Variable = new(
        $@"\$\({Name}\)|\$\[[A-Za-z][^\[\]]{{0,63}}\]|\$\{{\{{[^{{}}]{{1,64}}\}}\}}|\$\{{{Name}\}}|\$env:\w+"
        + $@"|%[A-Za-z_]\w{{2,}}%(?![0-9A-Fa-f]{{2}})|\{{\{{[^{{}}]{{1,64}}\}}\}}|#\{{{Name}\}}#",
        RegexOptions.CultureInvariant);

    // As PowerShell and shells leave it in a text with single quotes. In a path, $RECYCLE.BIN is a folder.
    static readonly Regex Plain = new(@"(?<![\w$])\$[A-Za-z_]\w*", RegexOptions.CultureInvariant);

    /// <summary>The first one in a name or URI, where it may also be plain: <c>$name</c>; null when the text holds no variable.</summary>
    public static string? FindInName(string text) =>
        Find(text) ?? (text.IndexOf('$') >= 0 && Plain.Match(text) is { Success: true } found ? found.Value : null);

    /// <summary>The first one; null when the text holds no variable.</summary>
    public static string? Find(string text) =>
        text.IndexOfAny(['$', '%', '{']) >= 0 && Variable.Match(text) is { Success: true } found ? found.Value : null;

    /// <summary>Whether a text is one such variable and nothing else.</summary>
    public static bool Is(string text) => Variable.Match(text) is { Success: true } found && found.Length == text.Length;
}
