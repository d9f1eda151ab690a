using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// LwM2M objects as SenML JSON, <c>application/senml+json</c>. Source: RFC 8428, 5; LwM2M 1.1 core, 7.4.4; content
/// format 110.
/// </summary>
internal sealed class SenmlJsonFormat : IDeviceFormat, IReadableFormat
{
    const int LongestStart = 1024;

    // All labels of RFC 8428, so that the error names a label that is not supported here.
    static readonly Regex FirstLabel = new(@"\A\s*\[\s*\{\s*""(b(n|t|u|v|s|ver)|n|u|v[sbd]?|s|t|ut)""", RegexOptions.CultureInvariant);

    public FormatInfo Info { get; } = new()
    {
        Name = "SenmlJson",
        Description = "SenML JSON: the LwM2M Security and Server objects in one text file",
        Audience = "LwM2M 1.1 servers and clients, and people who want to see what a client is given",
        Files = "`BootstrapObjects.senml.json`, or `LwM2MObjects.senml.json`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format SenmlJson -Configuration "
            + "(New-DeviceConfiguration -ServerUri 'coaps://lwm2m.example.com:5684' -ServerCertificate server.pem)",
        Source = "RFC 8428; LwM2M 1.1 core, 7.4.4 and appendix E",
        KeyForm = PrivateKeyForm.Plain,
    };

    public FormatSign Sign => FormatSign.Structure;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var values = Lwm2mObjects.Describe(credential, options, Info.Name);
        var content = Encode(values);
        Lwm2mObjects.Wipe(values);
        return [new OutputFile(Lwm2mObjects.FileName(credential.Kind, "Objects.senml.json"), content, IsSecret: true)];
    }

    internal static byte[] Encode(IReadOnlyList<Lwm2mValue> values)
    {
        using var stream = new MemoryStream();
        using (var writer = JsonText.Writer(stream))
        {
            writer.WriteStartArray();
            for (var i = 0; i < values.Count; i++) Write(writer, SenmlPack.Record(values[i], i == 0 ? null : values[i - 1]));
            writer.WriteEndArray();
        }

        var content = stream.ToArray();
        Array.Clear(stream.GetBuffer(), 0, content.Length);
        return content;
    }

    static void Write(Utf8JsonWriter writer, IReadOnlyList<(SenmlLabel Label, object Value)> record)
    {
        writer.WriteStartObject();
        foreach (var (label, value) in record)
        {
            writer.WritePropertyName(SenmlPack.JsonLabels[label]);
            if (value is bool flag) writer.WriteBooleanValue(flag);
            else if (value is long number) writer.WriteNumberValue(number);
            else if (value is byte[] bytes) WriteData(writer, bytes);
            else writer.WriteStringValue((string)value);
        }

        writer.WriteEndObject();
    }

    // Base64 with the alphabet of RFC 4648, 5, without padding (RFC 8428, 4.3). It may be a key: no string with it stays in memory.
    static void WriteData(Utf8JsonWriter writer, byte[] bytes)
    {
        var text = new char[(bytes.Length + 2) / 3 * 4];
        Convert.ToBase64CharArray(bytes, 0, bytes.Length, text, 0);
        for (var i = 0; i < text.Length; i++) text[i] = text[i] switch { '+' => '-', '/' => '_', var c => c };
        writer.WriteStringValue(text.AsSpan(0, (bytes.Length * 4 + 2) / 3));
        Array.Clear(text, 0, text.Length);
    }

    // An array of objects, the first of which begins with a label: arrays of other objects are common in JSON.
    public bool Recognises(InputFile file)
    {
        var start = Start(file.Bytes);
        return FirstLabel.IsMatch(Encoding.ASCII.GetString(file.Bytes, start, Math.Min(file.Bytes.Length - start, LongestStart)));
    }

    static int Start(byte[] bytes) => bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var input = new Lwm2mInput(file, holdsBothObjects: true);
        Decode(input);
        Lwm2mObjects.Take(input.Values, input, parts);
    }

    internal static void Decode(Lwm2mInput input)
    {
        var pack = new SenmlPack(input);
        try
        {
            // A pack is an array of records of plain values: nothing is nested deeper.
            var reader = new Utf8JsonReader(input.Bytes.AsSpan(Start(input.Bytes)), new JsonReaderOptions { MaxDepth = 8 });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                throw input.Error("ObjectsWrongType", null, "the JSON must be an array of records.");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) ReadRecord(ref reader, input, pack);
            reader.Read();
        }
        catch (JsonException e)
        {
            // The parser's own message may quote the text, which may be a key's.
            throw input.Error("ObjectsMalformed", null, "this is not JSON, or is incomplete.", line: (int?)e.LineNumber + 1,
                column: (int?)e.BytePositionInLine + 1);
        }
    }

    static void ReadRecord(ref Utf8JsonReader reader, Lwm2mInput input, SenmlPack pack)
    {
        pack.Begin();
        if (reader.TokenType != JsonTokenType.StartObject) throw input.Error("ObjectsWrongType", pack.Place, "a record must be an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var written = Text(ref reader, input, pack);
            var label = SenmlPack.JsonLabels.Where(l => l.Value == written).Select(
                l => (SenmlLabel?)l.Key).FirstOrDefault() ?? throw pack.Unknown(written);
            pack.Expect(label, written);
            reader.Read();
            pack.Set(label, ReadValue(ref reader, input, pack, label, written));
        }

        pack.End();
    }

    static object ReadValue(ref Utf8JsonReader reader, Lwm2mInput input, SenmlPack pack, SenmlLabel label, string written)
    {
        switch (label)
        {
            case SenmlLabel.Number:
                return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number :
                    throw pack.WrongType(written, "a whole number");
            case SenmlLabel.Boolean:
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False
                    ? reader.TokenType == JsonTokenType.True : throw pack.WrongType(written, "true or false");
            default:
                if (reader.TokenType != JsonTokenType.String) throw pack.WrongType(written, "a text");
                var text = Text(ref reader, input, pack);
                return label != SenmlLabel.Data ? text : FromBase64Url(text) ??
                    throw pack.WrongType(written, "Base64 for URLs without padding (RFC 4648, 5)");
        }
    }

    static string Text(ref Utf8JsonReader reader, Lwm2mInput input, SenmlPack pack)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw input.Error("ObjectsValueInvalid", pack.Place, "a text is not UTF-8, or holds half of a character.");
        }
    }

    static byte[]? FromBase64Url(string text)
    {
        if (text.Length % 4 == 1 || text.Any(c =>
            c is not (>= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '-' or '_'))) return null;
        return Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - text.Length % 4) % 4));
    }
}
