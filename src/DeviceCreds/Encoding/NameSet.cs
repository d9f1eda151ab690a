using System.Text;

namespace DeviceCreds;

/// <summary>
/// Names at 16 bytes each or less, however long they are: tables of 64-bit digests. Of a million names the odds that any two
/// share a digest are 1 in 37 million; each set has a key of its own, so a second run would not meet the same pair.
/// </summary>
/// <param name="withNotes">Whether each name has a number beside it, which takes another 16 bytes or less.</param>
internal sealed class NameSet(bool withNotes = false)
{
    const int FirstTables = 16;

    readonly KeyedHash _hash = new();
    readonly object _gate = new();

    // Indexed by the digest's low bits; a table for fewer bits is in several places. A full table is split: a
    // table that grew would leave its old copy in memory for long, as the collector seldom frees old objects.
    Table[] _tables = [.. Enumerable.Range(0, FirstTables).Select(i => new Table(256 + 16 * i, FirstTables, withNotes))];

    /// <summary>Adds a name with its note; false when the name is there already, with the note that it has.</summary>
    public bool Add(string name, long note = 0) => Add(DigestOf(name), note);

    /// <inheritdoc cref="Add(string, long)"/>
    /// <param name="name">The name in UTF-8.</param>
    /// <param name="note">The note.</param>
    public bool Add(ReadOnlySpan<byte> name, long note = 0) => Add(DigestOf(name), note);

    /// <summary>Gives a name, which may be new, its note.</summary>
    public void Set(ReadOnlySpan<byte> name, long note)
    {
        var digest = DigestOf(name);
        if (Add(digest, note)) return;
        lock (_gate) TableOf(digest).Note(digest) = note;
    }

    /// <summary>Whether the name is there.</summary>
    public bool Contains(string name) => Contains(DigestOf(name));

    /// <inheritdoc cref="Contains(string)"/>
    public bool Contains(ReadOnlySpan<byte> name) => Contains(DigestOf(name));

    /// <summary>The name's note; null when the name is not there.</summary>
    public long? Find(string name) => Find(DigestOf(name));

    /// <inheritdoc cref="Find(string)"/>
    public long? Find(ReadOnlySpan<byte> name) => Find(DigestOf(name));

    /// <summary>Removes a name.</summary>
    public void Remove(string name)
    {
        var digest = DigestOf(name);
        lock (_gate) TableOf(digest).Remove(digest);
    }

    bool Add(ulong digest, long note)
    {
        lock (_gate)
        {
            var table = TableOf(digest);
            if (table.Has(digest)) return false;
            while (table.IsFull)
            {
                Split(table, digest);
                table = TableOf(digest);
            }

            table.Add(digest, note);
            return true;
        }
    }

    bool Contains(ulong digest)
    {
        lock (_gate) return TableOf(digest).Has(digest);
    }

    long? Find(ulong digest)
    {
        lock (_gate) return TableOf(digest) is var table && table.Has(digest) ? table.Note(digest) : null;
    }

    Table TableOf(ulong digest) => _tables[digest & (ulong)(_tables.Length - 1)];

    void Split(Table table, ulong digest)
    {
        if (table.Period == _tables.Length) _tables = [.. _tables, .. _tables];
        var other = table.Split();
        var first = (int)(digest & (ulong)(other.Period / 2 - 1)) + other.Period / 2;
        for (var i = first; i < _tables.Length; i += other.Period) _tables[i] = other;
    }

    ulong DigestOf(string name)
    {
#if NET
        Span<byte> utf8 = name.Length <= 256 ? stackalloc byte[3 * 256] : new byte[3 * name.Length];
        return DigestOf(utf8.Slice(0, Encoding.UTF8.GetBytes(name, utf8)));
#else
        return DigestOf(Encoding.UTF8.GetBytes(name));
#endif
    }

    ulong DigestOf(ReadOnlySpan<byte> name) => _hash.Of(name) is var digest and not 0 ? digest : 1;

    /// <summary>Open addressing with linear probing; 0 is a free place.</summary>
    /// <param name="size">How many places there are; different for each table, or all would be half empty at the same time.</param>
    /// <param name="period">The table has the digests that are equal modulo this, a power of two.</param>
    /// <param name="withNotes">Whether each digest has a note.</param>
    sealed class Table(int size, int period, bool withNotes)
    {
        readonly ulong[] _places = new ulong[size];
        readonly long[] _notes = new long[withNotes ? size : 0];
        int _count;

        public int Period { get; private set; } = period;

        public bool IsFull => 8 * _count >= 7 * size;

        public bool Has(ulong digest) => _places[Find(digest)] == digest;

        public ref long Note(ulong digest) => ref _notes[Find(digest)];

        public void Add(ulong digest, long note)
        {
            var place = Find(digest);
            _places[place] = digest;
            if (withNotes) _notes[place] = note;
            _count++;
        }

        public void Remove(ulong digest)
        {
            var hole = Find(digest);
            if (_places[hole] != digest) return;
            _count--;
            _places[hole] = 0;
            // Entries after the gap may be there because its place was taken.
            for (var at = Next(hole); _places[at] != 0; at = Next(at))
            {
                var (moved, note) = (_places[at], withNotes ? _notes[at] : 0);
                _places[at] = 0;
                _count--;
                Add(moved, note);
            }
        }

        /// <summary>Gives half of the digests to a new table: those with the next bit.</summary>
        public Table Split()
        {
            var (digests, notes) = ((ulong[])_places.Clone(), (long[])_notes.Clone());
            var other = new Table(size, Period *= 2, withNotes);
            Array.Clear(_places, 0, size);
            _count = 0;
            for (var i = 0; i < size; i++)
            {
                if (digests[i] == 0) continue;
                ((digests[i] & (ulong)(Period / 2)) == 0 ? this : other).Add(digests[i], withNotes ? notes[i] : 0);
            }

            return other;
        }

        int Find(ulong digest)
        {
            var at = (int)((digest >> 32) * (ulong)size >> 32);
            while (_places[at] != 0 && _places[at] != digest) at = Next(at);
            return at;
        }

        int Next(int at) => at + 1 < size ? at + 1 : 0;
    }
}
