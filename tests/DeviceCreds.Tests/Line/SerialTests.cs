using System.Runtime.InteropServices;
using SimulatedDevice;

namespace DeviceCreds.Tests;

/// <summary>One device on a serial line: a pseudo terminal.</summary>
public sealed class SerialTests
{
    public SerialTests() => Assert.SkipWhen(RuntimeInformation.IsOSPlatform(OSPlatform.Windows), "Windows has no pseudo terminals.");

    public static TheoryData<DeviceOptions> Devices =>
        new() { new DeviceOptions { Serial = true }, new DeviceOptions { Serial = true, Trace = true },
        new DeviceOptions { Serial = true, Split = true }, new DeviceOptions { Serial = true, BytesPerSecond = 11520 } };

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_device_is_injected(DeviceOptions device)
    {
        using var bench = new Bench();
        var station = bench.Start(device);
        var injection = bench.Inject(station);
        Assert.Null(injection.Problem);
        Assert.Equal(station.SerialPort, injection.Address);
        // An earlier attempt may have left a part of the token there.
        Assert.Equal([0], Assert.Single(station.Received).Before);
    }

    [Fact]
    public void Text_around_the_reply_is_told()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions { Serial = true, Trace = true });
        Assert.Null(bench.Inject(station).Problem);
        Assert.Contains(bench.Details, d => d.EndsWith("the token is mbedpro, mbedprov is not text", StringComparison.Ordinal));
        Assert.Contains(bench.Details, d => d.EndsWith("Successfully completed factory flow", StringComparison.Ordinal));
        Assert.DoesNotContain(bench.Details, d => d.Contains('\u001b'));
    }

    [Fact]
    public void Each_byte_value_crosses_the_line()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions { Serial = true });
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var configuration = Factory.Full() with
        {
            SessionId = "own", CustomParameters = new Dictionary<string, object> { ["all"] = all.Concat(all).ToArray() },
        };
        var credential = Factory.Credential();
        Assert.Null(bench.Inject(InjectionOrder.Of(credential, Bench.AddressOf(station)),
            Bench.Options with { Export = new() { Configurations = [configuration] } }).Problem);
        Assert.Equal(Factory.Bundle(credential, configuration), Assert.Single(station.Received).Message);
    }

    [Fact]
    public void A_key_is_born_on_the_device_and_a_message_that_did_not_arrive_is_sent_again()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions { Serial = true, StatusOnce = 8 });
        Assert.Null(bench.Inject(Bench.WithKeyOnDevice(station)).Problem);
        Assert.Contains(bench.Details, d => d.Contains("sending it again"));
    }

    // The second device may be ready while the line to the first is still open.
    [Theory]
    [InlineData(600)]
    [InlineData(0)]
    public void A_message_waits_until_the_factory_flow_begins(int bootDelay)
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions { Serial = true, BootDelay = bootDelay, Devices = 2 });
        var injector = new Injector(Bench.Options with { Wait = Bench.Patience });
        foreach (var name in (string[])["device-1",
            "device-2"]) Assert.Null(bench.Inject(InjectionOrder.Of(Factory.Credential(name: name), Bench.AddressOf(station)),
            injector: injector).Problem);
        Assert.Equal(["device-1", "device-2"], station.Received.Select(r => r.EndpointName));
    }

    [Fact]
    public void A_device_that_begins_after_the_message_is_named_as_the_cause()
    {
        using var bench = new Bench();
        var injection = bench.Inject(bench.Start(new DeviceOptions { Serial = true, BootDelay = 300 }),
            options: Bench.Options with { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal("NoReply", injection.ErrorId);
        Assert.Contains("-WaitSec", injection.Advice);
    }

    [Fact]
    public void A_late_reply_to_one_device_is_not_the_next_ones()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions { Serial = true, Delay = 1500, Devices = 2 });
        var options = Bench.Options with { Timeout = TimeSpan.FromSeconds(1) };
        Assert.Equal("NoReply", bench.Inject(station, options: options).ErrorId);
        var second = bench.Inject(station, "device-2", options);
        Assert.Equal("SessionMismatch", second.ErrorId);
        Assert.False(second.Succeeded);
    }

    // The message has a session ID of its own only where the reply, which repeats it, still fits.
    [Fact]
    public void A_reply_that_just_fits_is_not_made_too_long()
    {
        var bare = new FccBundle();
        Assert.Null(Mark(bare, fits: false));
        Assert.Matches("^[0-9a-f]{8}$", Mark(bare, fits: true));
        Assert.Equal("own", Mark(bare with { SessionId = "own" }, fits: true));

        static string? Mark(FccBundle bundle, bool fits)
        {
            using var session = new FactorySession(new LineConnection(Stream.Null, Stream.Null), true, Bench.Options,
                new TimeLimit(TimeProvider.System, default), _ => { });
            return new DeviceDialogue(session, _ => { }).Mark(bundle, _ => fits).SessionId;
        }
    }

    [Fact]
    public void A_device_that_says_nothing_is_not_sent_to()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions { Serial = true, BootDelay = 5000 });
        var injection = bench.Inject(station, options: Bench.Options with { Wait = TimeSpan.FromMilliseconds(500) });
        Assert.Equal("DeviceNotReady", injection.ErrorId);
        Assert.False(injection.MessageSent);
    }

    public static TheoryData<string, DeviceOptions> Failures => new()
    {
        { "LineEchoes", new() { Serial = true, Echo = true } },
        { "NoReply", new() { Serial = true, Silent = true } },
        { "ReplyIncomplete", new() { Serial = true, EndAfterSending = 30 } },
        { "CommunicationStatus8", new() { Serial = true, Status = 8 } },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Each_failure_has_its_own_identifier(string id, DeviceOptions device)
    {
        using var bench = new Bench();
        Assert.Equal(id, bench.Inject(bench.Start(device), options: Bench.Impatient).ErrorId);
    }

    [Fact]
    public void A_port_that_is_not_there_is_said_so()
    {
        using var bench = new Bench();
        Assert.Equal("SerialPortNotFound",
            bench.Inject(InjectionOrder.Of(Factory.Credential(), DeviceAddress.OfSerialPort("/dev/no-such-port"))).ErrorId);
    }
}
