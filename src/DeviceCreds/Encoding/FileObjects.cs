using System.Text;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>
/// Finds the objects of a file in any wrapping: DER, one or more; PEM, also with damaged line breaks; only Base64 or
/// hexadecimal; and JSON whose texts hold any of these. Every reader begins here.
/// </summary>
internal static class FileObjects
{
    /// <summary>In bytes: anything shorter than the shortest key is not an object.</summary>
    const int Shortest = 33;

    /// <summary><c>-----BEGIN</c> in Base64.</summary>
    const string PemInBase64 = "LS0tLS1CRUdJTi";

    static readonly char[] Around = [' ', '\t', '\r', '\n', '"', '\'', '\uFEFF', '\0'];

    /// <summary>The objects in the file's order; none when nothing is recognised.</summary>
    /// <exception cref="InputException">A block of PEM is broken.</exception>
    public static IReadOnlyList<FileObject> Find(InputFile file) =>
        file.LooksLikeDer ? OfDer(file.Bytes, FileEncoding.Der) : OfText(file, file.Text, mayBeWrapped: true);

    /// <summary>The same for callers that only ask what a file is: none where a PEM block is broken.</summary>
    public static IReadOnlyList<FileObject> TryFind(InputFile file)
    {
        try
        {
            return Find(file);
        }
        catch (InputException)
        {
            return [];
        }
    }

    /// <summary>The names of a file's objects, or the kind of a file without objects, for a message.</summary>
    public static string Describe(InputFile file, IReadOnlyList<FileObject> objects) => objects.Count == 0
        ? FileShapes.OfBeginning(file.Bytes) is var shape && shape != FileShape.Unknown ? FileShapes.Name(shape) : "neither PEM nor DER"
        : string.Join(", ", objects.Select(o => o.Name).Distinct().Take(5));

    /// <summary>How to convert the first object of a file that can be converted; null when there is none.</summary>
    public static string? Conversion(InputFile file, IReadOnlyList<FileObject> objects) => objects.Count == 0
        ? FileShapes.Conversion(FileShapes.OfBeginning(file.Bytes))
        : objects.Select(o => FileShapes.Conversion(o.Shape)).FirstOrDefault(c => c is not null);

    /// <summary>Overwrites the private keys among the objects of a file; the file's own bytes are left to its owner.</summary>
    public static void Wipe(InputFile file, IReadOnlyList<FileObject> objects)
    {
        foreach (var item in objects)
        {
            if (FileShapes.IsPrivateKey(item.Shape) && !ReferenceEquals(item.Bytes, file.Bytes))
                Array.Clear(item.Bytes, 0, item.Bytes.Length);
        }
    }

    static IReadOnlyList<FileObject> OfText(InputFile file, string text, bool mayBeWrapped)
    {
        if (Pem.IsPem(text)) return [.. Pem.Parse(file).Select(b => new FileObject(b.Bytes, FileShapes.OfBlock(b), FileEncoding.Pem, b))];
        var start = text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (start is ['{' or '[', ..] && OfJson(start) is { Count: > 0 } found) return found;
        if (OfBase64(text) is { } bytes)
        {
            // Or a complete PEM file that was encoded with base64.
            return bytes[0] == DerCursor.Sequence ? OfKnownDer(bytes, FileEncoding.Pem)
                : mayBeWrapped ? OfText(new InputFile(bytes, file.Path), Encoding.UTF8.GetString(bytes), mayBeWrapped: false)
                : [];
        }

        return OfHexadecimal(text) is { } der ? OfKnownDer(der, FileEncoding.Der) : [];
    }

    // Many words are also Base64: only data in a known form is an object.
    static IReadOnlyList<FileObject> OfKnownDer(byte[] bytes, FileEncoding encoding) =>
        bytes is [DerCursor.Sequence, ..] && OfDer(bytes, encoding) is [{ Shape: not FileShape.Unknown }, ..] objects ? objects : [];

    // Objects may follow each other. Other bytes after them become the last object, of unknown shape.
    static IReadOnlyList<FileObject> OfDer(byte[] bytes, FileEncoding encoding)
    {
        var objects = new List<FileObject>();
        for (var at = 0; at < bytes.Length;)
        {
            var element = DerElement.At(bytes, at, bytes.Length);
            var end = element.Tag == DerCursor.Sequence && element.End <= bytes.Length && element.End - at >= Shortest
                ? element.End : bytes.Length;
            // A file with one object, as most have, is not copied: it may be a key.
            var der = at == 0 && end == bytes.Length ? bytes : bytes.AsSpan(at, end - at).ToArray();
            var shape = at > 0 && element.Tag != DerCursor.Sequence ? FileShape.Unknown : FileShapes.Of(der);
            objects.Add(new FileObject(der, shape, encoding));
            at = end;
        }

        return objects;
    }

    static IReadOnlyList<FileObject> OfJson(string text)
    {
        var objects = new List<FileObject>();
        try
        {
            using var document = JsonDocument.Parse(text,
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            AddOfJson(document.RootElement, objects);
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            // Not JSON, or incomplete.
        }

        return objects;
    }

    // The parser limits the depth of documents.
    static void AddOfJson(JsonElement element, List<FileObject> objects)
    {
        if (element.ValueKind == JsonValueKind.String && OfBase64(element.GetString()!) is [DerCursor.Sequence, ..] der
            && DerElement.At(der, 0, der.Length).End == der.Length)
        {
            objects.Add(new FileObject(der, FileShapes.Of(der), FileEncoding.Pem));
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) AddOfJson(item, objects);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (ShapeOfKey(element) is { } shape) objects.Add(
                new FileObject(Encoding.UTF8.GetBytes(element.GetRawText()), shape, FileEncoding.Pem));
            foreach (var property in element.EnumerateObject()) AddOfJson(property.Value, objects);
        }
    }

    // RFC 7517, 4.1: each key says its kind; a private one has the member d.
    static FileShape? ShapeOfKey(JsonElement element)
    {
        if (!element.TryGetProperty("kty", out var kind) || kind.ValueKind != JsonValueKind.String) return null;
        return !element.TryGetProperty("d", out _) ? FileShape.PublicKey : kind.ValueEquals("RSA") ? FileShape.RsaKey
            : FileShape.JsonWebKey;
    }

    // Only data that begins like DER or PEM: many texts are Base64 by chance.
    static byte[]? OfBase64(string text)
    {
        var start = text.TrimStart(Around);
        if (!(start is ['M', >= 'A' and <= 'P', ..] || start.StartsWith(PemInBase64, StringComparison.Ordinal))) return null;
        var digits = new char[start.Length];
        var count = 0;
        foreach (var c in start)
        {
            if (Base64.IsDigit(c)) digits[count++] = c;
            else if (!char.IsWhiteSpace(c) && Array.IndexOf(Around, c) < 0) return null;
        }

        var bytes = count >= Shortest * 4 / 3 ? Base64.TryDecode(digits, count) : null;
        Array.Clear(digits, 0, digits.Length);
        return bytes;
    }

    // The ways in which tools print bytes: 30820122, 30:82:01:22, 30 82 01 22, 0x30, 0x82, \x30\x82.
    static byte[]? OfHexadecimal(string text)
    {
        var digits = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '0' or '\\' && i + 1 < text.Length && text[i + 1] is 'x' or 'X') i++;
            else if (Uri.IsHexDigit(c)) digits.Append(c);
            else if (!char.IsWhiteSpace(c) && c is not (':' or ',' or ';' or '-' or '{' or '}' or '"' or '\'' or '\uFEFF' or '\0'))
                return null;
        }

        return digits.Length >= 2 ? Hex.TryDecode(digits.ToString()) : null;
    }
}
