using System.Text.Json;

namespace DeviceCreds.Tests;

/// <summary>A field of a request that a service documents, by its path: attestation.type.</summary>
sealed record ServiceField(string Path, JsonValueKind Kind)
{
    public bool Required { get; init; }

    /// <summary>The values that it may have; none when it may have any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public string Pattern { get; init; } = "";

    public int MaximumLength { get; init; } = int.MaxValue;

    /// <summary>Whether a value is one that the service takes.</summary>
    public bool Takes(JsonElement value) => value.ValueKind == Kind
        && (Kind != JsonValueKind.String || TakesText(value.GetString()!));

    bool TakesText(string text) => text.Length <= MaximumLength
        && (Values.Count == 0 || Values.Contains(text))
        && System.Text.RegularExpressions.Regex.IsMatch(text, Pattern);
}
