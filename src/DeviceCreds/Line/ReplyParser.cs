using System.Buffers.Binary;

namespace DeviceCreds;

/// <summary>
/// Finds replies in the bytes that come from a device, in pieces of any size. On a serial line, trace text is before,
/// between and after them; it is passed on.
/// </summary>
/// <param name="order">The byte order of the integers.</param>
/// <param name="trace">Gets the text around the replies.</param>
internal sealed class ReplyParser(ByteOrder order, TraceText trace)
{
    /// <summary>A reply with 5 certificate requests has 2,560 bytes at most.</summary>
    public const int MaximumContent = 64 * 1024;

    // A status is small, or FTCD_COMM_STATUS_MAX_ERROR. Text after something that only looks like a token is neither.
    const uint MaximumStatus = 0xFFFF;

    readonly TokenSearch _search = new();
    readonly List<byte> _around = [];
    byte[] _field = [];
    int _filled;
    Step _step = Step.Token;
    long _status;
    byte[] _content = [];

    enum Step
    {
        Token,
        Status,
        Length,
        Content,
        Hash,
    }

    /// <summary>The length of the message that was sent: a line that echoes returns it.</summary>
    public int SentLength { get; set; }

    /// <summary>Whether a reply has begun and is not complete.</summary>
    public bool IsInReply => _step != Step.Token;

    /// <summary>Reads bytes until a reply is complete.</summary>
    /// <param name="bytes">The bytes; those after the reply's end are not read.</param>
    /// <param name="taken">How many were read.</param>
    /// <returns>The reply; null when it is not complete yet.</returns>
    /// <exception cref="InjectionException">The reply breaks the protocol.</exception>
    public FactoryReply? Push(ReadOnlySpan<byte> bytes, out int taken)
    {
        for (taken = 0; taken < bytes.Length;)
        {
            if (_step == Step.Token)
            {
                Search(bytes[taken++]);
                continue;
            }

            var count = Math.Min(_field.Length - _filled, bytes.Length - taken);
            bytes.Slice(taken, count).CopyTo(_field.AsSpan(_filled));
            _filled += count;
            taken += count;
            if (_filled == _field.Length && TakeField() is { } reply) return reply;
        }

        trace.Write(_around);
        _around.Clear();
        return null;
    }

    void Search(byte value)
    {
        if (!_search.Push(value, _around)) return;
        trace.Write(_around);
        _around.Clear();
        Expect(Step.Status, FactoryMessage.IntegerLength);
    }

    void Expect(Step step, int length)
    {
        _step = step;
        _field = new byte[length];
        _filled = 0;
    }

    FactoryReply? TakeField()
    {
        switch (_step)
        {
            case Step.Status:
                TakeStatus();
                return _step == Step.Token && _status is > 0 ? new FactoryReply(_status, []) : null;
            case Step.Length:
                TakeLength();
                return null;
            case Step.Content:
                _content = _field;
                Expect(Step.Hash, FactoryMessage.HashLength);
                return null;
            default:
                _step = Step.Token;
                return Digest.Sha256(_content).AsSpan().SequenceEqual(_field) ? new FactoryReply(_status, _content)
                    : throw new InjectionException(
                        "ReplyHashWrong", ErrorKind.Protocol,
                        "The hash of the device's reply does not match: the reply was changed on its way. The device may have stored "
                        + "everything.", $"Check the cable and the port's speed. {Advice.Restart}");
        }
    }

    void TakeStatus()
    {
        var value = FactoryMessage.ReadInteger(_field, order);
        if (value == SentLength && value > 0)
            throw new InjectionException(
                "LineEchoes", ErrorKind.Protocol, "The line echoes: the message came back.",
                $"Switch the echo off on the device's side of the line. {Advice.Restart}");
        _status = value is <= MaximumStatus or uint.MaxValue ? value : -1;
        if (_status == 0)
        {
            Expect(Step.Length, FactoryMessage.IntegerLength);
            return;
        }

        _step = Step.Token;
        if (_status > 0) return;
        if (BinaryPrimitives.ReverseEndianness(value) <= MaximumStatus) throw OtherOrder("status");
        // Text that only looks like a token; a real one may begin in what followed it.
        trace.Write(FactoryMessage.Token.ToArray());
        foreach (var b in _field) Search(b);
    }

    void TakeLength()
    {
        var length = FactoryMessage.ReadInteger(_field, order);
        if (length is > 0 and <= MaximumContent)
        {
            Expect(Step.Content, (int)length);
            return;
        }

        if (BinaryPrimitives.ReverseEndianness(length) is > 0 and <= MaximumContent) throw OtherOrder("length");
        throw new InjectionException(
            "ReplyLengthInvalid", ErrorKind.Protocol,
            FormattableString.Invariant($"The device's reply has the length {length:N0}; expected 1 to {MaximumContent:N0} bytes."),
            $"Check the cable and the port's speed. {Advice.Restart}");
    }

    InjectionException OtherOrder(string what)
    {
        var other = order == ByteOrder.LittleEndian ? ByteOrder.BigEndian : ByteOrder.LittleEndian;
        return new("ByteOrderWrong", ErrorKind.Protocol, $"The {what} in the device's reply is possible only in the other byte order.",
            $"Use -ByteOrder {other}. {Advice.Restart}");
    }
}
