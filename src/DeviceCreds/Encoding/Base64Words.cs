using System.Text;

namespace DeviceCreds;

/// <summary>Base64 of objects and of PEM as words between other text: values of YAML, of an environment file, of a table.</summary>
internal static class Base64Words
{
    /// <summary>In characters: 33 bytes.</summary>
    const int Shortest = FileObjects.Shortest * 4 / 3;

    /// <summary><c>-----BEGIN</c> in Base64.</summary>
    const string PemInBase64 = "LS0tLS1CRUdJTi";

    /// <summary>The objects of a part of a text. Many words are Base64 by chance: only a complete object of a known form counts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="findInPem">Finds the objects of PEM.</param>
    public static IEnumerable<FileObject> Find(string text, int start, int end, Func<string, IReadOnlyList<FileObject>> findInPem)
    {
        for (var at = start; at < end;)
        {
            var word = at;
            while (at < end && IsInWord(text[at])) at++;
            if (at == word)
            {
                at++;
                continue;
            }

            var digits = at;
            while (at < end && at - digits < 2 && text[at] == '=') at++;
            foreach (var item in OfWord(text, word, at - word, findInPem)) yield return item;
        }
    }

    static bool IsInWord(char c) => c != '=' && Base64.IsDigit(c);

    static IReadOnlyList<FileObject> OfWord(string text, int start, int length, Func<string, IReadOnlyList<FileObject>> findInPem)
    {
        var isPem = length >= Shortest && string.CompareOrdinal(text, start, PemInBase64, 0, PemInBase64.Length) == 0;
        if (length < Shortest || !(isPem || (text[start] == 'M' && text[start + 1] is >= 'A' and <= 'P'))) return [];
        var digits = text.ToCharArray(start, length);
        var bytes = Base64.TryDecode(digits, length);
        Array.Clear(digits, 0, digits.Length);
        if (bytes is null) return [];
        if (isPem) return findInPem(Encoding.UTF8.GetString(bytes));
        return DerElement.At(bytes, 0, bytes.Length).End == bytes.Length && FileShapes.Of(bytes) is not FileShape.Unknown and var shape
            ? [new FileObject(bytes, shape, FileEncoding.Pem)] : [];
    }
}
