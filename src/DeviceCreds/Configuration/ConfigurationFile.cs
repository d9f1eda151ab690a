using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DeviceCreds;

/// <summary>Reads configuration files into names and values with their lines; <see cref="ConfigurationValue"/> says what they
/// mean.</summary>
internal static class ConfigurationFile
{
    /// <summary>Fields, custom parameters, their bytes: no configuration is nested deeper.</summary>
    const int MaximumDepth = 8;

    /// <summary>A configuration has a few KB: more is a mistake, and YAML needs a hundred times the memory.</summary>
    const int MaximumBytes = 512 * 1024;

    /// <exception cref="InputException">It is neither JSON nor YAML, or is damaged.</exception>
    public static IReadOnlyList<ConfigurationEntry> Read(InputFile file)
    {
        if (file.Bytes.Length > MaximumBytes)
            throw new InputException("ConfigurationTooLarge", ErrorKind.LimitExceeded,
                FormattableString.Invariant($"the file has {file.Bytes.Length:N0} bytes; a configuration has {MaximumBytes:N0} at most."),
                "Is this the right file?", file.Path);
        var text = file.RequireText("ConfigurationMalformed");
        return text.TrimStart().StartsWith("{", StringComparison.Ordinal) ? ReadJson(file, text) : ReadYaml(file, text);
    }

    static IReadOnlyList<ConfigurationEntry> ReadJson(InputFile file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes,
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaximumDepth });
        try
        {
            reader.Read();
            var entries = ReadObject(ref reader, new LineCounter(bytes));
            // Anything after the object is found only by reading on.
            reader.Read();
            return entries;
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            var (line, column) = e is JsonException { LineNumber: { } l, BytePositionInLine: { } c }
                ? ((int?)l + 1, (int?)c + 1)
                : (null, null);
            throw file.Invalid("ConfigurationMalformed", "this is not JSON, or is nested too deep.",
                "Look for a missing comma, quote or brace, here or just before.", line, column, e);
        }
    }

    static List<ConfigurationEntry> ReadObject(ref Utf8JsonReader reader, LineCounter lines)
    {
        var entries = new List<ConfigurationEntry>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var line = lines.At(reader.TokenStartIndex);
            var name = reader.GetString()!;
            reader.Read();
            entries.Add(new ConfigurationEntry(name, ReadValue(ref reader, lines), line));
        }

        return entries;
    }

    static object? ReadValue(ref Utf8JsonReader reader, LineCounter lines)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String: return reader.GetString();
            case JsonTokenType.Number: return reader.TryGetInt64(out var number) ? number : (object)reader.GetDouble();
            case JsonTokenType.True: return true;
            case JsonTokenType.False: return false;
            case JsonTokenType.StartObject: return ReadObject(ref reader, lines);
            case JsonTokenType.StartArray:
                var list = new List<object?>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Add(ReadValue(ref reader, lines));
                return list;
            default: return null;
        }
    }

    /// <summary>Counts each byte once, however many names the file has.</summary>
    sealed class LineCounter(byte[] bytes)
    {
        int _at;
        int _line = 1;

        /// <summary>The line of a position, which must not be before the last one asked for.</summary>
        public int At(long index)
        {
            for (; _at < index; _at++)
            {
                if (bytes[_at] == (byte)'\n') _line++;
            }

            return _line;
        }
    }

    static IReadOnlyList<ConfigurationEntry> ReadYaml(InputFile file, string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            var start = parser.Current!.Start;
            if (!parser.TryConsume<MappingStart>(out var mapping))
                throw file.Invalid("ConfigurationMalformed", "this is not a configuration: expected JSON, or YAML with names and values.",
                    "Write one field on each line, such as 'Manufacturer: Acme'.", (int)start.Line);
            var entries = ReadMapping(file, parser, mapping, 1);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
                throw file.Invalid("ConfigurationMalformed", "a second document follows.", "One file holds one configuration.",
                    (int)parser.Current!.Start.Line);
            return entries;
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            // Damaged text makes the parser throw more than its own exceptions.
            var (line, column) = e is YamlException yaml ? ((int?)yaml.Start.Line, (int?)yaml.Start.Column) : (null, null);
            throw file.Invalid("ConfigurationMalformed", "this is not YAML.",
                "Look for wrong indentation or a missing quote, here or just before.", line, column, e);
        }
    }

    static List<ConfigurationEntry> ReadMapping(InputFile file, IParser parser, MappingStart mapping, int depth)
    {
        Check(file, mapping, depth);
        var entries = new List<ConfigurationEntry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
                throw file.Invalid("ConfigurationMalformed", "a name must be a text.", null, (int)parser.Current!.Start.Line);
            entries.Add(new ConfigurationEntry(key.Value, ReadNode(file, parser, depth), (int)key.Start.Line));
        }

        return entries;
    }

    static object? ReadNode(InputFile file, IParser parser, int depth)
    {
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            Check(file, scalar, depth);
            if (scalar.Style != ScalarStyle.Plain) return scalar.Value;
            return scalar.Value is "" or "~" or "null" or "Null" or "NULL" ? null : new PlainScalar(scalar.Value);
        }

        if (parser.TryConsume<MappingStart>(out var mapping)) return ReadMapping(file, parser, mapping, depth + 1);
        if (!parser.TryConsume<SequenceStart>(out var sequence))
            throw file.Invalid("ConfigurationMalformed", "aliases are not used in a configuration.", "Write the value out.",
                (int)parser.Current!.Start.Line);
        Check(file, sequence, depth + 1);
        var list = new List<object?>();
        while (!parser.TryConsume<SequenceEnd>(out _)) list.Add(ReadNode(file, parser, depth + 1));
        return list;
    }

    static void Check(InputFile file, NodeEvent node, int depth)
    {
        if (depth > MaximumDepth) throw file.Invalid("ConfigurationMalformed", "this is nested too deep.", null, (int)node.Start.Line);
        if (!node.Anchor.IsEmpty || !node.Tag.IsEmpty)
            throw file.Invalid("ConfigurationMalformed", "tags and anchors are not used in a configuration.", "Write the value out.",
                (int)node.Start.Line);
    }
}
