using System.Text;

namespace DeviceCreds;

/// <summary>
/// A file of C while it is written, in ASCII: as bytes, since it may hold a private key and a string cannot be overwritten. No copy stays
/// in memory.
/// </summary>
internal sealed class CText
{
    byte[] _bytes = new byte[8192];
    int _length;

    /// <summary>Adds text that holds no secret.</summary>
    public CText Add(string text)
    {
        Reserve(text.Length);
        _length += Encoding.ASCII.GetBytes(text, 0, text.Length, _bytes, _length);
        return this;
    }

    /// <summary>Adds bytes as the value of an array.</summary>
    public CText Add(byte[] content)
    {
        Add("{");
        for (var i = 0; i < content.Length; i++)
        {
            Add(i % 12 == 0 ? "\n    0x" : " 0x");
            Reserve(2);
            _bytes[_length++] = (byte)Hex.Digits[content[i] >> 4];
            _bytes[_length++] = (byte)Hex.Digits[content[i] & 0xF];
            if (i + 1 < content.Length) Add(",");
        }

        return Add("\n}");
    }

    /// <summary>The file; this object is empty then.</summary>
    public byte[] Take()
    {
        var file = _bytes.AsSpan(0, _length).ToArray();
        Array.Clear(_bytes, 0, _length);
        _length = 0;
        return file;
    }

    void Reserve(int count)
    {
        if (_length + count <= _bytes.Length) return;
        var larger = new byte[Math.Max(2 * _bytes.Length, _length + count)];
        Buffer.BlockCopy(_bytes, 0, larger, 0, _length);
        Array.Clear(_bytes, 0, _length);
        _bytes = larger;
    }
}
