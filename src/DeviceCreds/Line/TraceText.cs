using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// The text that a device writes around its replies, line by line and safe to show. A device may write anything
/// there, so everything that could be a key or a bundle is left out: long runs of hexadecimal, decimal or Base64 digits, text
/// between PEM's marks, and lines that are not text.
/// </summary>
/// <param name="line">Gets each line that is not empty.</param>
internal sealed class TraceText(Action<string> line)
{
    const int MaximumLength = 1000;
    const string Removed = "[...]";

    static readonly Regex Escapes = new(@"\x1B(\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])", RegexOptions.CultureInvariant);

    // Twelve bytes or more with any separators; Base64 that is longer than any word.
    static readonly Regex Digits = new(
        @"(?:(?:0x)?[0-9A-Fa-f]{2}[\s:,;.-]{0,3}){12,}[0-9A-Fa-f]?|(?:\d{1,3}[\s,;]{1,3}){12,}\d{0,3}|[A-Za-z0-9+/=_-]{40,}",
        RegexOptions.CultureInvariant);

    readonly List<byte> _bytes = [];
    bool _isInPem;
    bool _isCounted;

    /// <summary>Whether the device has said that it is ready for a message.</summary>
    public bool HasAnnounced { get; private set; }

    public void Write(IReadOnlyCollection<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value == '\n') Flush();
            else if (_bytes.Count < MaximumLength) _bytes.Add(value);
        }

        // The announcement counts before the end of its line.
        if (!HasAnnounced && !_isCounted) Count(Text());
    }

    /// <summary>Gives the received part of the last line.</summary>
    public void Flush()
    {
        if (_bytes.Count == 0) return;
        var text = Text();
        _bytes.Clear();
        Count(text);
        _isCounted = false;
        if (text.Length > 0) line(Clean(text));
    }

    // One line announces one device, also when the device is finished before the line ends.
    void Count(string text)
    {
        if (_isCounted || !text.Contains(DeviceConsole.Ready)) return;
        HasAnnounced = _isCounted = true;
    }

    /// <summary>Forgets an announcement: its device is finished.</summary>
    public void Restart() => HasAnnounced = false;

    string Text() => Escapes.Replace(Encoding.UTF8.GetString([.. _bytes]), "").Trim('\r', ' ', '\t', '\0');

    string Clean(string text)
    {
        if (text.Contains("-----BEGIN ")) _isInPem = true;
        if (_isInPem)
        {
            if (text.Contains("-----END ")) _isInPem = false;
            return Removed;
        }

        return Hide(text);
    }

    /// <summary>A text of a device as it may be shown and recorded.</summary>
    public static string Hide(string text)
    {
        var strange = text.Count(c => c == '\uFFFD' || (char.IsControl(c) && c != '\t'));
        return strange > 2 ? $"[{text.Length} characters that are not text]"
            : SubjectText.Clean(Digits.Replace(text, Removed), MaximumLength);
    }
}
