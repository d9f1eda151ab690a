using System.Formats.Cbor;

namespace DeviceCreds.Tests;

/// <summary>Makes CBOR of any shape, also of shapes that no writer of ours would make.</summary>
static class CborItem
{
    /// <summary>Bytes that stand for an item as they are.</summary>
    public sealed record Raw(string Hex);

    /// <summary>A map; keys may come twice.</summary>
    public static (object Key, object? Value)[] Map(params (object Key, object? Value)[] entries) => entries;

    public static byte[] Encode(object? item)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        Write(writer, item);
        return writer.Encode();
    }

    static void Write(CborWriter writer, object? item)
    {
        switch (item)
        {
            case null: writer.WriteNull(); break;
            case Raw raw: writer.WriteEncodedValue(Convert.FromHexString(raw.Hex.Replace(" ", ""))); break;
            case bool flag: writer.WriteBoolean(flag); break;
            case int number: writer.WriteInt32(number); break;
            case long number: writer.WriteInt64(number); break;
            case ulong number: writer.WriteUInt64(number); break;
            case double number: writer.WriteDouble(number); break;
            case string text: writer.WriteTextString(text); break;
            case byte[] bytes: writer.WriteByteString(bytes); break;
            case (object Key, object? Value)[] map:
                writer.WriteStartMap(map.Length);
                foreach (var (key, value) in map)
                {
                    Write(writer, key);
                    Write(writer, value);
                }

                writer.WriteEndMap();
                break;
            case object[] array:
                writer.WriteStartArray(array.Length);
                foreach (var element in array) Write(writer, element);
                writer.WriteEndArray();
                break;
            default: throw new ArgumentException(item.GetType().Name);
        }
    }
}
