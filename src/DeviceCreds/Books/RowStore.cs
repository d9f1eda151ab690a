namespace DeviceCreds;

/// <summary>Rows, each known by a number from 1, in pieces: a list that grew would leave its old copies in memory for long.</summary>
internal sealed class RowStore<T> where T : struct
{
    const int ChunkLength = 4096;

    readonly List<T[]> _chunks = [];

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    public int Add(T row)
    {
        if (Count % ChunkLength == 0) _chunks.Add(new T[ChunkLength]);
        Count++;
        this[Count] = row;
        return Count;
    }

    public ref T this[int number] => ref _chunks[(number - 1) / ChunkLength][(number - 1) % ChunkLength];
}
