using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>Text for people: what a message, a log, a view or a report may show of a value. Every such text goes through here.</summary>
public static class MessageText
{
    const int MaximumQuoted = 40;

    // A secret can begin before the cut and end after it.
    const int MaximumSearched = 1024;

    /// <summary>What a message shows instead of a key.</summary>
    public const string HiddenSecret = SecretText.HiddenKey;

    /// <summary>A count of things: "1 device", "2,000 devices".</summary>
    public static string Count(int count, string one) => FormattableString.Invariant($"{count:N0} {one}{(count == 1 ? "" : "s")}");

    /// <summary>The beginning of "2 bytes follow it".</summary>
    public static string BytesFollow(long count) =>
        count == 1 ? "1 byte follows" : FormattableString.Invariant($"{count:N0} bytes follow");

    /// <summary>
    /// The text on one line that is safe to print: characters that nobody can see (controls, line ends, marks of direction)
    /// are shown as '?', and "##" as "#?", because a build's agent takes "##vso[" anywhere in its log for a command.
    /// </summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        for (var i = 0; i < text!.Length; i += Width(text, i))
        {
            if (NeedsCleaning(text, i)) return Replace(text, i);
        }

        return text;
    }

    /// <summary>The same for a text of several lines: line ends are kept.</summary>
    public static string CleanLines(string text) =>
        string.Concat(Regex.Split(text, "([\r\n]+)").Select((part, i) => i % 2 == 0 ? Clean(part) : part));

    /// <summary>A text that may quote an argument: cleaned, and no key, password or PIN is in it.</summary>
    public static string Message(string? text) => Clean(SecretText.Hide(text ?? ""));

    /// <summary>
    /// An argument that is the target of an error: as <see cref="Message"/>, and nothing of it when it may be the last line of a key.
    /// </summary>
    public static string Argument(string text) => Base64Text.IsLastLine(text, orName: true) ? HiddenSecret : Message(text);

    /// <summary>A value quoted in a message: as <see cref="Message"/>, and cut after 40 characters.</summary>
    public static string Shorten(string value) => Shorten(value, MaximumQuoted);

    /// <summary>The same for a sentence from another program, which may be longer.</summary>
    public static string Shorten(string value, int maximum)
    {
        // Of a long text, only the beginning is checked.
        var shown = Message(value.Length > MaximumSearched ? value.Substring(0, MaximumSearched) : value);
        if (shown.Length <= maximum) return shown;
        return shown.Substring(0, char.IsSurrogatePair(shown[maximum - 1], shown[maximum]) ? maximum - 1 : maximum) + "...";
    }

    /// <summary>Whether a text holds a key, a password or a PIN, as far as that can be seen.</summary>
    /// <param name="text">The text.</param>
    /// <param name="beyondDoubt">Leaves out long random texts: they may be digests, which some devices have as names.</param>
    public static bool HoldsSecret(string? text, bool beyondDoubt = false) =>
        text is not null && (beyondDoubt ? SecretText.IsIn(text) : !ReferenceEquals(SecretText.Hide(text), text));

    /// <summary>Whether a text certainly holds a private key or a password. Certificates, public keys and digests do not count.</summary>
    public static bool HoldsKey(string text) => SecretText.HoldsKey(text);

    /// <summary>Whether an argument is a key, a password or the last line of one, which is too short to be found in another text.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="orName">Whether also what may be the name of a folder counts, such as Batch2026Week48A.</param>
    public static bool IsSecret(string argument, bool orName = true) =>
        HoldsSecret(argument) || Base64Text.IsLastLine(argument, orName) || SecretText.IsHidden(argument);

    static bool NeedsCleaning(string text, int index)
    {
        var c = text[index];
        return c < 0x80
            ? c is < ' ' or '\x7F' || (c == '#' && index > 0 && text[index - 1] == '#')
            : InvisibleCharacter.IsHidden(text, index);
    }

    static string Replace(string text, int first)
    {
        var clean = new StringBuilder(text, 0, first, text.Length);
        for (var i = first; i < text.Length; i += Width(text, i))
        {
            if (NeedsCleaning(text, i)) clean.Append('?');
            else clean.Append(text, i, Width(text, i));
        }

        return clean.ToString();
    }

    static int Width(string text, int index) => char.IsSurrogatePair(text, index) ? 2 : 1;
}
