using System.Text;

namespace DeviceCreds;

/// <summary>
/// Finds the objects of a file in any wrapping: DER, one or more; PEM, also with damaged line breaks; only Base64 or
/// hexadecimal; JSON whose texts hold any of these; and objects between other text. Every reader begins here.
/// </summary>
internal static class FileObjects
{
    /// <summary>In bytes: anything shorter than the shortest key is not an object.</summary>
    public const int Shortest = 33;

    /// <summary>In characters: the same in Base64.</summary>
    public const int ShortestText = (Shortest + 2) / 3 * 4;

    /// <summary>JSON in JSON, or PEM in Base64 in JSON: nothing that is in use is wrapped more often.</summary>
    const int MaximumWrappings = 3;

    static readonly char[] Around = [' ', '\t', '\r', '\n', '"', '\'', '\uFEFF', '\0'];

    /// <summary>The objects in the file's order; none when nothing is recognised.</summary>
    /// <exception cref="InputException">A block of PEM is broken, or something beside the objects is not read.</exception>
    public static IReadOnlyList<FileObject> Find(InputFile file)
    {
        var objects = FindAll(file);
        if (objects.FirstOrDefault(o => o.Problem is not null) is not { Problem: { } problem }) return objects;
        Wipe(file, objects);
        throw problem;
    }

    /// <summary>The same for callers that only ask what a file is: none where a PEM block is broken.</summary>
    public static IReadOnlyList<FileObject> TryFind(InputFile file)
    {
        try
        {
            return [.. FindAll(file).Where(o => o.Problem is null)];
        }
        catch (InputException)
        {
            return [];
        }
    }

    static IReadOnlyList<FileObject> FindAll(InputFile file) =>
        file.LooksLikeDer ? OfDer(file.Bytes, FileEncoding.Der) : OfText(file, file.Text);

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

    static IReadOnlyList<FileObject> OfText(InputFile file, string text, int wrappings = 0, int line = 1)
    {
        IReadOnlyList<FileObject> Inside(string value, int at) => OfText(file, value, wrappings + 1, at);
        var start = text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (start is ['{' or '[', ..] && wrappings < MaximumWrappings && new JsonObjects(text.TrimStart('\uFEFF'), line, Inside).Find()
            is { Count: > 0 } found) return WithoutCopies(found);
        if (Pem.IsPem(text)) return OfPem(file, text, line, Inside);
        // Or a complete file that was encoded with base64.
        if (OfBase64(text) is { } bytes && (bytes[0] == DerCursor.Sequence ? OfKnownDer(bytes, FileEncoding.Pem)
            : wrappings < MaximumWrappings && IsText(bytes) ? Inside(Encoding.UTF8.GetString(bytes), line) : [])
            is { Count: > 0 } decoded) return decoded;
        if (OfHexadecimal(text) is { } der && OfKnownDer(der, FileEncoding.Der) is { Count: > 0 } read) return read;
        return wrappings < MaximumWrappings ? OfOtherText(file, text, line, Inside, isInside: wrappings > 0) : [];
    }

    // Beside the blocks there may be other objects: a certificate in PEM, and its key in Base64.
    static List<FileObject> OfPem(InputFile file, string text, int line, Func<string, int, IReadOnlyList<FileObject>> inside)
    {
        var reader = new PemReader(file, text, line);
        var around = new SurroundingText(file, reader.Text, line, inside);
        var (objects, at) = (new List<FileObject>(), 0);
        while (reader.Next() is { } block)
        {
            AddAround(reader.BlockStart);
            objects.Add(new FileObject(block.Bytes, FileShapes.OfBlock(block), FileEncoding.Pem, block));
            at = reader.BlockEnd;
        }

        AddAround(reader.Text.Length);
        return objects;

        void AddAround(int end)
        {
            objects.AddRange(around.Find(at, end));
            if (around.FindBinary(at, end) is { } binary) objects.Add(binary);
        }
    }

    // What is not read counts beside an object, and in a text of JSON, which is a value of its own.
    static List<FileObject> OfOtherText(InputFile file, string text, int line, Func<string, int, IReadOnlyList<FileObject>> inside,
        bool isInside)
    {
        var around = new SurroundingText(file, text, line, inside);
        var objects = around.Find(0, text.Length);
        if (objects.All(o => o.Problem is not null)) return isInside ? objects : [];
        if (around.FindBinary(0, text.Length) is { } binary) objects.Add(binary);
        return WithoutCopies(objects);
    }

    // Kubernetes keeps a Secret's values twice, and other programs a certificate beside its chain.
    static List<FileObject> WithoutCopies(IReadOnlyList<FileObject> objects)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. objects.Where(o => o.Shape is not (FileShape.Certificate or FileShape.RevocationList) || seen.Add(Hex.Encode(o.Bytes)))];
    }

    // Digests and other random bytes have control characters.
    static bool IsText(byte[] bytes) => Array.TrueForAll(bytes, b => b is >= 0x20 or (>= 0x07 and <= 0x0D) or 0x1B);

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

    // After padding, a further object begins. What is in it, the bytes show.
    static byte[]? OfBase64(string text)
    {
        var digits = new char[text.Length];
        using var bytes = new MemoryStream(text.Length / 4 * 3 + 3);
        var count = 0;
        try
        {
            foreach (var c in text)
            {
                if (!Base64.IsDigit(c))
                {
                    if (char.IsWhiteSpace(c) || Array.IndexOf(Around, c) >= 0) continue;
                    return null;
                }

                if (c != '=' && count > 0 && digits[count - 1] == '=' && !Flush()) return null;
                digits[count++] = c;
            }

            return Flush() && bytes.Length >= Shortest ? bytes.ToArray() : null;
        }
        finally
        {
            Array.Clear(digits, 0, digits.Length);
            Array.Clear(bytes.GetBuffer(), 0, bytes.Capacity);
        }

        bool Flush()
        {
            var part = Base64.TryDecode(digits, count);
            count = 0;
            if (part is null) return false;
            bytes.Write(part, 0, part.Length);
            Array.Clear(part, 0, part.Length);
            return true;
        }
    }

    /// <summary>The bytes of hexadecimal in the ways in which tools print them: 30820122, 30:82:01:22, 30 82 01 22, 0x30, 0x82,
    /// \x30\x82; null for any other text.</summary>
    public static byte[]? OfHexadecimal(string text)
    {
        var digits = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '0' or '\\' && i + 1 < text.Length && text[i + 1] is 'x' or 'X') i++;
            else if (Uri.IsHexDigit(c)) digits.Append(c);
            else if (!IsHexadecimal(c) || c is 'x' or 'X' or '\\') return null;
        }

        return digits.Length >= 2 ? Hex.TryDecode(digits.ToString()) : null;
    }

    /// <summary>Whether a character may stand in such text.</summary>
    public static bool IsHexadecimal(char c) => Uri.IsHexDigit(c) || char.IsWhiteSpace(c)
        || c is ':' or ',' or ';' or '-' or '{' or '}' or '"' or '\'' or '\uFEFF' or '\0' or 'x' or 'X' or '\\';
}
