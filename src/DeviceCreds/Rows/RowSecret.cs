using System.Collections;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// Whether a value of a row is a private key or a password, as far as that can be told without its column's name. Certificates, requests
/// and public keys do not count, nor does a long random text, which may be a digest.
/// </summary>
public static class RowSecret
{
    // A value may contain itself.
    const int MaximumDepth = 4;
    const int MaximumElements = 1024;

    // In characters: 33 bytes in Base64. Most cells are shorter, and are not read as a file.
    const int ShortestKey = 44;

    /// <summary>Whether the value is a secret, or holds one.</summary>
    /// <param name="value">The value.</param>
    /// <param name="open">What opens an object that only the caller knows, as <see cref="RowHeader.Open"/>.</param>
    public static bool IsIn(object? value, Func<object?, object?>? open = null)
    {
        try
        {
            return IsIn(value, open ?? (one => one), MaximumDepth);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // When the object's own code throws, nobody can tell.
            return true;
        }
    }

    /// <summary>Whether a value with a name is a secret, or holds one; the names beside it say whether it belongs to a key.</summary>
    public static bool IsIn(string name, object? value, ICollection<string> names, Func<object?, object?>? open = null) =>
        IsNamed(name, names) || IsIn(value, open);

    static bool IsNamed(string name, ICollection<string> names) =>
        RowHeader.IsSecret(name) || (Array.IndexOf(SecretNames.OfJsonWebKey, name) >= 0 && names.Contains("kty"));

    static bool IsIn(object? value, Func<object?, object?> open, int depth) => open(value) switch
    {
        null or DBNull => false,
        string text => MessageText.HoldsKey(text) || (text.Length >= ShortestKey && IsKey(Encoding.UTF8.GetBytes(text))),
        byte[] bytes => IsKey(bytes),
        IEnumerable when depth == 0 => true,
        IDictionary pairs => pairs.Keys.Cast<object>().Select(key => $"{key}").ToList() is var names
            && pairs.Keys.Cast<object>().Any(key => IsNamed($"{key}", names) || IsIn(pairs[key], open, depth - 1)),
        IEnumerable many => many.Cast<object?>().Take(MaximumElements).Any(one => IsIn(one, open, depth - 1)),
        var other => MessageText.HoldsKey($"{other}"),
    };

    // In any form in which a key is read, Base64 of PEM among them.
    static bool IsKey(byte[] content)
    {
        var file = new InputFile(content);
        var objects = FileObjects.TryFind(file);
        var isKey = objects.Any(o => FileShapes.IsPrivateKey(o.Shape)) || FileShapes.IsPrivateKey(FileShapes.OfBeginning(content));
        FileObjects.Wipe(file, objects);
        return isKey;
    }
}
