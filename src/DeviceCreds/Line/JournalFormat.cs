using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>A line of a journal: one injection as a JSON object (JSON lines). It holds no key and no bundle.</summary>
internal static class JournalFormat
{
    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // Programs that filter a journal write its times in another form of RFC 3339.
    static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>This product's version.</summary>
    public static string ProductVersion { get; } =
        typeof(JournalFormat).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "";

    /// <summary>The line, without its end. Every character outside ASCII is escaped.</summary>
    public static byte[] Write(DeviceInjection injection)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("time", injection.StartedAt.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture));
            json.WriteString("endpointName", injection.EndpointName);
            json.WriteString("kind", injection.Kind.ToString());
            json.WriteBoolean("succeeded", injection.Succeeded);
            json.WriteBoolean("sent", injection.MessageSent);
            json.WriteBoolean("notDelivered", injection.NotDelivered);
            Text(json, "serialNumber", injection.SerialNumber);
            Text(json, "enrollmentId", injection.EnrollmentId);
            json.WriteString("address", injection.Address);
            Number(json, "communicationStatus", injection.CommunicationStatus);
            Number(json, "returnStatus", injection.ReturnStatus);
            Text(json, "infoMessage", injection.InfoMessage);
            json.WriteStartArray("warnings");
            foreach (var warning in injection.Warnings) json.WriteStringValue(warning);
            json.WriteEndArray();
            Text(json, "errorId", injection.ErrorId);
            Text(json, "problem", injection.Problem);
            Text(json, "advice", injection.Advice);
            json.WriteNumber("durationMs", (long)injection.Duration.TotalMilliseconds);
            json.WriteString("version", injection.ProductVersion);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="InputException">It is not a journal's.</exception>
    public static DeviceInjection Read(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read()) throw Malformed(path, number);
            return Read(document.RootElement) ?? throw Malformed(path, number);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw Malformed(path, number, e);
        }
    }

    /// <summary>The part of a well-formed line that says what a device has; null for any other line.</summary>
    public static JournalLine? Glance(ReadOnlySpan<byte> line)
    {
        var found = new JournalLine(null!, default, false, false, null, default);
        var (hasKind, hasTime) = (false, false);
        try
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName) continue;
                if (reader.ValueTextEquals("endpointName"u8)) found = found with { EndpointName = Text(ref reader)! };
                else if (reader.ValueTextEquals("succeeded"u8)) found = found with { Succeeded = reader.Read() && reader.GetBoolean() };
                else if (reader.ValueTextEquals("sent"u8)) found = found with { IsSent = reader.Read() && reader.GetBoolean() };
                else if (reader.ValueTextEquals("serialNumber"u8)) found = found with { SerialNumber = Text(ref reader) };
                else if (reader.ValueTextEquals("kind"u8))
                    (found, hasKind) = (found with { Kind = KindOf(Text(ref reader)) ?? throw new FormatException() }, true);
                else if (reader.ValueTextEquals("time"u8)) (found, hasTime) = (found with { Time = TimeOf(Text(ref reader)) }, true);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }

        return found.EndpointName is not null && hasKind && hasTime ? found : null;
    }

    static string? Text(ref Utf8JsonReader reader) => reader.Read() ? reader.GetString() : null;

    static CredentialKind? KindOf(string? text) => Enum.TryParse<CredentialKind>(text, out var kind) ? kind : null;

    static DateTime TimeOf(string? text) => DateTime.ParseExact(text ?? "", TimeFormats, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    static DeviceInjection? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || Find(json, "endpointName") is not { } name || Find(json, "time") is not { } time
            || KindOf(Find(json, "kind")) is not { } kind) return null;
        return new DeviceInjection
        {
            EndpointName = name,
            Kind = kind,
            Succeeded = IsTrue(json, "succeeded"),
            MessageSent = IsTrue(json, "sent"),
            NotDelivered = IsTrue(json, "notDelivered"),
            SerialNumber = Find(json, "serialNumber"),
            EnrollmentId = Find(json, "enrollmentId"),
            Address = Find(json, "address") ?? "",
            CommunicationStatus = Number(json, "communicationStatus") is { } communication ? StatusCode.OfCommunication(communication)
                : null,
            ReturnStatus = Number(json, "returnStatus") is { } status ? StatusCode.OfDevice(checked((int)status)) : null,
            InfoMessage = Find(json, "infoMessage"),
            Warnings = json.TryGetProperty("warnings", out var warnings)
                ? warnings.EnumerateArray().Select(w => w.GetString() ?? "").ToArray() : [],
            ErrorId = Find(json, "errorId"),
            Problem = Find(json, "problem"),
            Advice = Find(json, "advice"),
            StartedAt = TimeOf(time).ToLocalTime(),
            Duration = TimeSpan.FromMilliseconds(Number(json, "durationMs") ?? 0),
            ProductVersion = Find(json, "version") ?? "",
        };
    }

    static string? Find(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    static bool IsTrue(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.GetBoolean();

    static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    static void Number(Utf8JsonWriter json, string name, StatusCode? value)
    {
        if (value is not null) json.WriteNumber(name, value.Number);
    }

    /// <summary>The error of a line that is not an injection's.</summary>
    public static InputException Malformed(string path, int number, Exception? inner = null) =>
        new("JournalLineMalformed", ErrorKind.InvalidData, "this line is not an injection's.",
            "Is this a journal of Send-DeviceCredential?", path, number, inner: inner);
}
