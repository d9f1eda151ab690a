using System.Text;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>
/// The objects in a text of JSON, or of several JSON values: each text in it is looked at on its own, and each object that is a JSON
/// Web Key is one.
/// </summary>
/// <param name="text">The JSON.</param>
/// <param name="line">The line in which it begins.</param>
/// <param name="find">Finds the objects in a text that begins in a line.</param>
internal sealed class JsonObjects(string text, int line, Func<string, int, IReadOnlyList<FileObject>> find)
{
    static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    readonly List<FileObject> _objects = [];
    readonly LineCounter _lines = new(text, line);
    int _at;

    /// <summary>The objects in their order; none when the text is not JSON, or is incomplete.</summary>
    /// <exception cref="InputException">A block of PEM is broken.</exception>
    public IReadOnlyList<FileObject> Find()
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            for (var at = 0; at < bytes.Length;)
            {
                var reader = new Utf8JsonReader(bytes.AsSpan(at), Options);
                using var document = JsonDocument.ParseValue(ref reader);
                Add(document.RootElement);
                at += (int)reader.BytesConsumed;
                while (at < bytes.Length && bytes[at] is <= (byte)' ') at++;
            }

            return _objects;
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            return [];
        }
        finally
        {
            Array.Clear(bytes, 0, bytes.Length);
        }
    }

    // The parser limits the depth of documents.
    void Add(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            AddText(element.GetString()!, element);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            if (LinesOfPem(element) is { } lines) AddText(lines, element[0]);
            else foreach (var item in element.EnumerateArray()) Add(item);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (ShapeOfKey(element) is { } shape)
                _objects.Add(new FileObject(Encoding.UTF8.GetBytes(element.GetRawText()), shape, FileEncoding.Pem));
            foreach (var property in element.EnumerateObject()) Add(property.Value);
        }
    }

    void AddText(string value, JsonElement element)
    {
        if (value.Length >= FileObjects.ShortestText) _objects.AddRange(find(value, LineOf(element)));
    }

    // Values come in the order of the text, which is searched once.
    int LineOf(JsonElement element)
    {
        _at = Math.Max(_at, text.IndexOf(element.GetRawText(), _at, StringComparison.Ordinal));
        return _lines.LineOf(_at);
    }

    // PowerShell's Get-Content and other tools make one text of each line.
    static string? LinesOfPem(JsonElement array)
    {
        if (array.GetArrayLength() < 2 || array[0] is not { ValueKind: JsonValueKind.String } first) return null;
        var begin = first.GetString()!;
        return begin.Contains(Pem.Begin) && !begin.Contains(Pem.End)
            && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? string.Join("\n", array.EnumerateArray().Select(item => item.GetString())) : null;
    }

    // RFC 7517, 4.1: each key says its kind; a private one has the member d, and a symmetric one (RFC 7518, 6.4) k.
    static FileShape? ShapeOfKey(JsonElement element)
    {
        if (!element.TryGetProperty("kty", out var kind) || kind.ValueKind != JsonValueKind.String) return null;
        return kind.ValueEquals("oct") ? FileShape.SymmetricKey : !element.TryGetProperty("d", out _) ? FileShape.PublicKey
            : kind.ValueEquals("RSA") ? FileShape.RsaKey : FileShape.JsonWebKey;
    }
}
