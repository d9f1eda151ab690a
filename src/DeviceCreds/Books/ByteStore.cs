using System.Buffers.Binary;

namespace DeviceCreds;

/// <summary>
/// Texts in few large pieces of memory, each known by a number: millions of strings would take three times as much. 0 is no text.
/// </summary>
internal sealed class ByteStore
{
    const int ChunkSize = 1 << 20;

    // A text begins at a multiple of this, so that a number of 32 bits reaches 8 GB.
    const int Alignment = 4;
    const int LengthSize = 2;

    readonly List<byte[]> _chunks = [];
    int _used = ChunkSize;

    /// <summary>Adds a text of less than 65,536 bytes; a longer one is cut.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        if (text.Length > ushort.MaxValue) text = text.Slice(0, ushort.MaxValue);
        var size = (LengthSize + text.Length + Alignment - 1) / Alignment * Alignment;
        if (_used + size > ChunkSize)
        {
            _chunks.Add(new byte[ChunkSize]);
            // The number 0 is taken.
            _used = _chunks.Count == 1 ? Alignment : 0;
        }

        var at = _used;
        var chunk = _chunks[_chunks.Count - 1];
        BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(at), (ushort)text.Length);
        text.CopyTo(chunk.AsSpan(at + LengthSize));
        _used += size;
        return (int)(uint)(((long)(_chunks.Count - 1) * ChunkSize + at) / Alignment);
    }

    /// <summary>A text.</summary>
    public ReadOnlySpan<byte> this[int number]
    {
        get
        {
            if (number == 0) return default;
            var place = (long)(uint)number * Alignment;
            var chunk = _chunks[(int)(place / ChunkSize)];
            var at = (int)(place % ChunkSize);
            return chunk.AsSpan(at + LengthSize, BinaryPrimitives.ReadUInt16LittleEndian(chunk.AsSpan(at)));
        }
    }
}
