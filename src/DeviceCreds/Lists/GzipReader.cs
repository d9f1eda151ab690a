using Org.BouncyCastle.Utilities.Zlib;

namespace DeviceCreds;

/// <summary>
/// The content of a gzip file (RFC 1952): of all its members, each with its checksum and its length checked, and with a limit on the
/// size. .NET's reader takes an incomplete file as complete, and on .NET Framework reads the first member only.
/// </summary>
sealed class GzipReader(FileStream file, string path) : Stream
{
    // A list compresses to a tenth or a fiftieth.
    const long Allowed = 16 * 1024 * 1024;
    const int MaximumFactor = 100;

    // Programs that compress in blocks make one of 16 KB or more for each.
    const int LeastMembers = 500, BytesOfMember = 4096;

    const int Deflate = 8;

    // The flags of a member's header.
    const int HeaderChecksum = 2, Extra = 4, Name = 8, Comment = 16, Reserved = 0xE0;

    readonly ZStream _inflater = new() { next_in = new byte[4 * 1024] };
    bool _isInMember;
    long _members;
    uint _crc;
    uint _memberLength;
    long _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="InputException">The file is damaged, incomplete or too large.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = 0;
        while (read == 0 && count > 0 && (_isInMember || BeginMember())) read = ReadMember(buffer, offset, count);
        _length += read;
        return _length <= Math.Max(Allowed, MaximumFactor * file.Position) ? read
            : throw TooLarge($"unpacks to more than {MaximumFactor} times its size");
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }

    // Zeros after a member are padding, as tapes have it.
    bool BeginMember()
    {
        int first;
        do
        {
            if (!Fill()) return false;
            first = Take();
        }
        while (first == 0);
        if (first != 0x1F || Take() != 0x8B) throw Damaged("other bytes follow the compressed list");
        if (Take() != Deflate) throw Damaged("it is not compressed with deflate");
        var flags = Take();
        if ((flags & Reserved) != 0) throw Damaged("its header has unknown flags");
        // Time, level and system.
        Skip(6);
        if ((flags & Extra) != 0) Skip(Take() | Take() << 8);
        if ((flags & Name) != 0) SkipText();
        if ((flags & Comment) != 0) SkipText();
        if ((flags & HeaderChecksum) != 0) Skip(2);
        // A window of memory for each.
        if (++_members > LeastMembers + file.Position / BytesOfMember) throw TooLarge("has too many members");
        _inflater.inflateInit(nowrap: true);
        (_isInMember, _crc, _memberLength) = (true, 0, 0);
        return true;
    }

    int ReadMember(byte[] buffer, int offset, int count)
    {
        if (!Fill()) throw Incomplete();
        (_inflater.next_out, _inflater.next_out_index, _inflater.avail_out) = (buffer, offset, count);
        var status = Guarded.Parse(() => _inflater.inflate(JZlib.Z_NO_FLUSH), _ => Damaged("its data cannot be unpacked"));
        if (status is not (JZlib.Z_OK or JZlib.Z_BUF_ERROR or JZlib.Z_STREAM_END)) throw Damaged("its data cannot be unpacked");
        var read = count - _inflater.avail_out;
        _crc = Crc32.Of(buffer.AsSpan(offset, read), _crc);
        _memberLength += (uint)read;
        if (status == JZlib.Z_STREAM_END) EndMember();
        return read;
    }

    void EndMember()
    {
        _inflater.inflateEnd();
        _isInMember = false;
        if (TakeInt() != _crc) throw Damaged("its checksum is wrong");
        if (TakeInt() != _memberLength) throw Damaged("its length is wrong");
    }

    // False at the end of the file.
    bool Fill()
    {
        if (_inflater.avail_in > 0) return true;
        _inflater.next_in_index = 0;
        _inflater.avail_in = file.Read(_inflater.next_in, 0, _inflater.next_in.Length);
        return _inflater.avail_in > 0;
    }

    int Take()
    {
        if (!Fill()) throw Incomplete();
        _inflater.avail_in--;
        return _inflater.next_in[_inflater.next_in_index++];
    }

    uint TakeInt() => (uint)(Take() | Take() << 8 | Take() << 16 | Take() << 24);

    void Skip(int count)
    {
        for (var i = 0; i < count; i++) Take();
    }

    void SkipText()
    {
        while (Take() != 0)
        {
        }
    }

    InputException TooLarge(string reason) => new("GzipTooLarge", ErrorKind.LimitExceeded, $"the compressed file {reason}.",
        "If it is really a list, unpack it first.", path);

    InputException Incomplete() => Damaged("its end is missing");

    InputException Damaged(string reason) => new("GzipDamaged", ErrorKind.InvalidData,
        $"the compressed file is damaged or incomplete: {reason}.", "Write or copy the file again.", path);
}
