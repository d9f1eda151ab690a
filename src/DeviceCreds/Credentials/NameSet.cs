using System.Security.Cryptography;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// The names of a run, at 16 bytes a name or less however long they are: tables of 64-bit digests. Of a million names the
/// odds that any two share a digest are 1 in 37 million; each set salts its own, so they would not again.
/// </summary>
internal sealed class NameSet
{
    // Many small tables: one large one would be there twice, and never together with its last half, each time it grows.
    const int Tables = 256;

    readonly byte[] _salt = NewSalt();
    readonly Table[] _tables = [.. Enumerable.Range(0, Tables).Select(_ => new Table())];

    /// <summary>Adds a name; false when it is there already.</summary>
    public bool Add(string name) => Digest(name) is var digest && TableOf(digest).Add(digest);

    /// <summary>Takes a name out again.</summary>
    public void Remove(string name)
    {
        var digest = Digest(name);
        TableOf(digest).Remove(digest);
    }

    Table TableOf(ulong digest) => _tables[digest >> 56];

    ulong Digest(string name)
    {
        var digest = BitConverter.ToUInt64(P256.Sha256(KeyCodec.Join(_salt, Encoding.UTF8.GetBytes(name))), 0);
        return digest == 0 ? 1 : digest;
    }

    static byte[] NewSalt()
    {
        var salt = new byte[16];
        using var generator = RandomNumberGenerator.Create();
        generator.GetBytes(salt);
        return salt;
    }

    /// <summary>Open addressing with linear probing; 0 is a free place.</summary>
    sealed class Table
    {
        ulong[] _places = new ulong[8];
        int _count;

        public bool Add(ulong digest)
        {
            lock (this)
            {
                if (4 * (_count + 1) > 3 * _places.Length) Grow();
                var at = Find(digest);
                if (_places[at] == digest) return false;
                _places[at] = digest;
                _count++;
                return true;
            }
        }

        public void Remove(ulong digest)
        {
            lock (this)
            {
                var hole = Find(digest);
                if (_places[hole] != digest) return;
                _count--;
                _places[hole] = 0;
                // Those behind the hole may have been put there because its place was taken.
                for (var at = Next(hole); _places[at] != 0; at = Next(at))
                {
                    var moved = _places[at];
                    _places[at] = 0;
                    _places[Find(moved)] = moved;
                }
            }
        }

        int Find(ulong digest)
        {
            var at = (int)(digest & (ulong)(_places.Length - 1));
            while (_places[at] != 0 && _places[at] != digest) at = Next(at);
            return at;
        }

        int Next(int at) => (at + 1) & (_places.Length - 1);

        void Grow()
        {
            var old = _places;
            _places = new ulong[old.Length * 2];
            foreach (var digest in old.Where(d => d != 0)) _places[Find(digest)] = digest;
        }
    }
}
