using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>The names of files and folders that are part of the contract.</summary>
internal static class FileNames
{
    // Windows keeps these names, with any ending, for devices.
    static readonly Regex Reserved = new(@"^(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(\.|$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    // File systems allow 255 bytes; a name of 64 non-ASCII characters would take up to 768.
    const int MaximumLength = 200;

    /// <summary>The endings of files that are read in a folder; they do not decide the format.</summary>
    public static readonly IReadOnlyList<string> Endings =
    [
        ".b64", ".c", ".cbor", ".cer", ".crt", ".der", ".hex", ".json", ".jsonl", ".jwk", ".key", ".p12", ".p7b", ".p7c", ".pem", ".pfx",
        ".tlv",
    ];

    // Other files in a folder may also have these, so only the device's own names count.
    static readonly string[] EndingsOfOthers = [".csv", ".h"];

    /// <summary>The endings of a certificate's own files, without and with its chain, the first choice first.</summary>
    public static readonly IReadOnlyList<string> Plain = [".pem", ".der"];

    /// <summary>Whether a path ends as files of credentials do.</summary>
    // Not by System.IO.Path, which throws in .NET Framework when the text cannot be a path.
    public static bool HasKnownEnding(string path) => EndingOf(path) is not null;

    /// <summary>Whether a path has the name of a device's file, and an ending that does not say so by itself.</summary>
    public static bool IsOfDevice(string path) =>
        KindRule.OfFile(path) is not null && Array.Exists(EndingsOfOthers, e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>The ending of a file of credentials; null when a path has another one.</summary>
    public static string? EndingOf(string path) => Endings.FirstOrDefault(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>The file name of a device's private key, without its ending.</summary>
    public static string Key(CredentialKind kind) => Device(kind) + "PrivateKey";

    /// <summary>The file name of a device's certificate, without its ending.</summary>
    public static string Certificate(CredentialKind kind) => Device(kind) + "Cert";

    /// <summary>The file name for several objects in one file, without its ending.</summary>
    public static string Device(CredentialKind kind) => KindRule.FileName(kind);

    /// <summary>
    /// A folder name for an endpoint name: what is outside <c>A-Z a-z 0-9 . _ -</c> is percent-encoded (UTF-8), and so is
    /// what would give the name a special meaning. No two endpoint names share a folder, and no name leads out of the folder.
    /// </summary>
    public static string FolderFor(string endpointName)
    {
        if (IsPlain(endpointName)) return endpointName;
        var text = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(endpointName))
        {
            if (IsPlain((char)b)) text.Append((char)b);
            else Escape(text, b);
        }

        // Windows drops trailing dots; "." and ".." are folders everywhere.
        if (text.Length > 0 && text[text.Length - 1] == '.')
        {
            text.Length--;
            Escape(text, (byte)'.');
        }

        if (text.ToString() == ".%2E") text.Clear().Append("%2E%2E");
        if (Reserved.IsMatch(text.ToString()))
        {
            var first = text[0];
            text.Remove(0, 1).Insert(0, "%" + ((int)first).ToString("X2", CultureInfo.InvariantCulture));
        }

        // The "~" before the hash is not in the alphabet above, so a shortened name never equals another complete name.
        return text.Length <= MaximumLength ? text.ToString()
            : text.ToString(0, MaximumLength) + "~" + Hex.Encode(Digest.Sha256(Encoding.UTF8.GetBytes(endpointName))).Substring(0, 32);
    }

    // The name of a folder already, as most names are.
    static bool IsPlain(string name)
    {
        if (name.Length is 0 or > MaximumLength || name[0] == '.' || name[name.Length - 1] == '.') return false;
        foreach (var c in name)
        {
            if (!IsPlain(c)) return false;
        }

        return !Reserved.IsMatch(name);
    }

    static bool IsPlain(char c) => c is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or '-';

    static void Escape(StringBuilder text, byte b) => text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
}
