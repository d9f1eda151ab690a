using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>Writes and reads JSON texts.</summary>
internal static class JsonText
{
    // These texts are not put into HTML, and Base64's '+' and a URI's '&' must stay readable.
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Utf8JsonWriter Writer(Stream stream) => new(stream, Plain);

    /// <summary>A text on one line.</summary>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = Writer(stream)) write(writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>
    /// Whether a text is JSON by its first character, and has a property of this name: a value may be the same text. Reads no
    /// deeper, and does not decode other files.
    /// </summary>
    public static bool Names(InputFile file, string property)
    {
        if (file.Bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return Names(Encoding.UTF8.GetBytes(file.Text), 0, property);
        return Names(file.Bytes, file.Bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0, property);
    }

    static bool Names(byte[] text, int at, string property)
    {
        SkipSpaces(text, ref at);
        if (at == text.Length || text[at] is not ((byte)'{' or (byte)'[')) return false;
        var name = Encoding.UTF8.GetBytes($"\"{property}\"");
        while (text.AsSpan(at).IndexOf(name) is >= 0 and var found)
        {
            at += found + name.Length;
            SkipSpaces(text, ref at);
            if (at < text.Length && text[at] == (byte)':') return true;
        }

        return false;
    }

    static void SkipSpaces(byte[] text, ref int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
    }

    /// <summary>Reads an element of a JSON text.</summary>
    /// <exception cref="InputException">The text is not JSON, or <paramref name="read"/> refuses it.</exception>
    public static T Read<T>(InputFile file, string text, int? line, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return read(document.RootElement);
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            // An unpaired surrogate is found only when the text is read.
            var json = e as JsonException;
            throw file.Invalid("RegistrationMalformed", "this is not JSON, or is incomplete.",
                "Write it again with Export-DeviceCredential.", line ?? (int?)json?.LineNumber + 1, (int?)json?.BytePositionInLine + 1);
        }
    }

    /// <summary>The text at the end of a path of properties; null when there is none.</summary>
    public static string? Find(JsonElement element, params string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }

    /// <summary>The text of a property of an object that is written on one line; null when it is something else.</summary>
    public static string? Find(string line, string property)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Find(document.RootElement, property);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The certificate at the end of a path of properties: PEM, or DER in Base64.</summary>
    /// <exception cref="InputException">There is none, or something else.</exception>
    public static DeviceCertificate Certificate(InputFile file, int? line, JsonElement element, params string[] path)
    {
        var field = string.Join(".", path);
        var text = Find(element, path) ?? throw file.Invalid(
            "RegistrationFieldMissing", $"{field}: the text is missing.", "Write the file again with Export-DeviceCredential.", line);
        try
        {
            var content = new InputFile(Pem.IsPem(text) ? Encoding.UTF8.GetBytes(text) : Convert.FromBase64String(text), file.Path);
            return CertificateReader.Read(content)[0];
        }
        catch (FormatException)
        {
            throw file.Invalid("RegistrationValueInvalid", $"{field}: expected PEM or Base64.",
                "Write the file again with Export-DeviceCredential.", line);
        }
        catch (InputException e)
        {
            throw e.Inside(field, file.Path, line);
        }
    }
}
