using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;

namespace DeviceCreds.Tests;

/// <summary>The steps of a session against a clock that only the test moves.</summary>
public sealed class FactorySessionTests : IDisposable
{
    readonly FakeTimeProvider _clock = Given.Clock("2030-01-31T12:00:00Z");
    readonly CancellationTokenSource _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task A_message_that_nobody_takes_is_given_up_after_the_time_for_sending()
    {
        using var session = Open(new Wire { Blocks = true });
        var sending = session.ExchangeAsync([1]);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("SendTimedOut", (await Assert.ThrowsAsync<InjectionException>(() => sending)).ErrorId);
        Assert.True(session.HasSent);
    }

    [Fact]
    public async Task The_time_for_the_reply_begins_when_the_message_is_sent()
    {
        var wire = new Wire();
        using var session = Open(wire);
        var reply = session.ExchangeAsync([1]);
        await wire.Sent;
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(reply.IsCompleted);
        wire.Receive([.. "mbedprov"u8, 0, 0, 0, 0, 1, 0, 0, 0, 7, .. SHA256.HashData([7])]);
        Assert.Equal([7], (await reply).Content);
    }

    [Fact]
    public async Task A_silent_device_is_given_up_and_half_a_reply_is_told_from_none()
    {
        var wire = new Wire();
        using var session = Open(wire);
        var none = session.ExchangeAsync([1]);
        await wire.Sent;
        await Advance(none);
        Assert.Equal("NoReply", (await Assert.ThrowsAsync<InjectionException>(() => none)).ErrorId);

        var other = new Wire();
        using var second = Open(other);
        var half = second.ExchangeAsync([1]);
        await other.Sent;
        other.Receive([.. "mbedprov"u8, 0, 0]);
        await other.Taken;
        await Advance(half);
        Assert.Equal("ReplyIncomplete", (await Assert.ThrowsAsync<InjectionException>(() => half)).ErrorId);
    }

    [Fact]
    public async Task Stopping_ends_a_wait_without_any_time_passing()
    {
        var wire = new Wire();
        using var session = Open(wire);
        var reply = session.ExchangeAsync([1]);
        await wire.Sent;
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reply);
    }

    // The wait for the reply begins a moment after the bytes are out.
    async Task Advance(Task until)
    {
        for (var i = 0; i < 1000 && !until.IsCompleted; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(61));
            await Task.WhenAny(until, Task.Delay(10));
        }
    }

    FactorySession Open(Wire wire) =>
        new(new LineConnection(wire, wire), false, Bench.Options, new TimeLimit(_clock, _stop.Token), _ => { });

    /// <summary>A line whose other end is the test.</summary>
    sealed class Wire : Stream
    {
        readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource<byte[]> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool _isTaken;

        public bool Blocks { get; init; }

        public Task Sent => _sent.Task;

        /// <summary>Everything was taken, and more is waited for.</summary>
        public Task Taken => _taken.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Receive(byte[] bytes) => _received.SetResult(bytes);

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            if (_isTaken)
            {
                _taken.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            var bytes = await _received.Task.WaitAsync(cancellationToken);
            _isTaken = true;
            bytes.CopyTo(buffer, offset);
            return bytes.Length;
        }

        public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            if (Blocks) await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            _sent.TrySetResult();
            return Task.CompletedTask;
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
