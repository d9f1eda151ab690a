namespace DeviceCreds;

/// <summary>
/// Objects in hexadecimal between other text: lines of nothing but bytes in any of the ways in which tools print them, and long words.
/// </summary>
/// <param name="file">The file, for errors.</param>
/// <param name="text">The text.</param>
/// <param name="lines">Its lines in the file.</param>
internal sealed class HexLines(InputFile file, string text, LineCounter lines)
{
    /// <summary>In bytes. No tool writes longer digests.</summary>
    const int Digest = 64;

    readonly List<FileObject> _objects = [];
    bool _isReported;

    /// <summary>The objects of a part of the text.</summary>
    public IReadOnlyList<FileObject> Find(int start, int end)
    {
        // Where the lines of bytes begin that stand together.
        var first = -1;
        for (var at = start; at < end;)
        {
            var lineEnd = text.IndexOfAny(['\r', '\n'], at, end - at);
            if (lineEnd < 0) lineEnd = end;
            if (!IsBytes(at, lineEnd))
            {
                if (first >= 0) Read(first, at);
                first = -1;
                ReadWords(at, lineEnd);
            }
            else if (first < 0)
            {
                first = at;
            }

            at = lineEnd + 1;
        }

        if (first >= 0) Read(first, end);
        return _objects;
    }

    bool IsBytes(int at, int end)
    {
        for (; at < end; at++)
        {
            if (!FileObjects.IsHexadecimal(text[at])) return false;
        }

        return true;
    }

    void ReadWords(int at, int end)
    {
        while (at < end)
        {
            var word = at;
            while (at < end && char.IsLetterOrDigit(text[at])) at++;
            if (at - word >= 2 * FileObjects.Shortest) Read(word, at);
            if (at == word) at++;
        }
    }

    void Read(int start, int end)
    {
        var digits = text.Substring(start, end - start);
        // The last digit may be missing.
        if ((FileObjects.OfHexadecimal(digits) ?? FileObjects.OfHexadecimal(digits + "0")) is not [DerCursor.Sequence, ..] der) return;
        var header = DerElement.At(der, 0, der.Length);
        if (header.End == der.Length && FileShapes.IsObject(der)) _objects.Add(new FileObject(der, FileShapes.Of(der), FileEncoding.Der));
        // The bytes of a signature, which are printed too, are no two headers.
        else if (!_isReported && header.Start > 2 && header.End != der.Length && der.Length > Digest
            && der[header.Start] is DerCursor.Sequence or DerCursor.Integer)
        {
            _isReported = true;
            _objects.Add(FileObject.Unread(file, lines.LineOf(start),
                $"the hexadecimal text that begins here is damaged or incomplete: expected {header.End:N0} bytes, found {der.Length:N0}."));
        }
    }
}
