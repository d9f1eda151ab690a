using SimulatedDevice;

namespace DeviceCreds.Tests;

/// <summary>One device over TCP, with each trap of the protocol.</summary>
public sealed class InjectorTests
{
    [Theory]
    [InlineData(CredentialKind.Bootstrap, 1)]
    [InlineData(CredentialKind.Bootstrap, 4)]
    [InlineData(CredentialKind.Lwm2m, 2)]
    public void A_device_is_injected(CredentialKind kind, int depth)
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions());
        var credential = Factory.Credential(kind, depth);
        var options = Bench.Options with { Export = new() { Configurations = [Factory.Full(kind) with { CurrentTime = null }] } };
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var injection = bench.Inject(InjectionOrder.Of(credential, Bench.AddressOf(station)), options);

        Assert.Null(injection.Problem);
        Assert.True(injection.Succeeded);
        Assert.Equal((0, 0), (injection.ReturnStatus?.Number, injection.CommunicationStatus?.Number));
        Assert.Equal(("device-1", kind, credential.SerialNumber, $"127.0.0.1:{station.Port}"),
            (injection.EndpointName, injection.Kind, injection.SerialNumber, injection.Address));
        Assert.Equal(kind == CredentialKind.Lwm2m ? ["Bootstrap mode not activated:mbed.UseBootstrap"] : [], injection.Warnings);
        var received = Assert.Single(station.Received);
        // Over TCP nothing comes before the token, and the clock is that of the moment.
        Assert.Empty(received.Before);
        Assert.InRange(received.CurrentTime!.Value, before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    [Fact]
    public void The_message_is_the_bundle_that_an_export_writes()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions());
        var credential = Factory.Credential();
        var configuration = Factory.Full();
        bench.Inject(InjectionOrder.Of(credential, Bench.AddressOf(station)),
            Bench.Options with { Export = new() { Configurations = [configuration] } });
        Assert.Equal(Factory.Bundle(credential, configuration), Assert.Single(station.Received).Message);
    }

    [Theory]
    [InlineData(CredentialKind.Bootstrap)]
    [InlineData(CredentialKind.Lwm2m)]
    public void A_key_that_is_born_on_the_device_stays_there(CredentialKind kind)
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions());
        var issued = new List<DeviceCredential>();
        var options = Bench.Options with { Export = new() { Configurations = [Factory.Full(kind) with { CurrentTime = null,
            Entropy = new byte[48], RootOfTrust = new byte[16] }] } };
        var injection = bench.Inject(Bench.WithKeyOnDevice(station, "device, one", kind, depth: 2, issued.Add), options);

        Assert.Null(injection.Problem);
        Assert.True(injection.Succeeded);
        Assert.Equal(2, station.Received.Count);
        Assert.Equal(injection.SerialNumber, Assert.Single(issued).SerialNumber);
        Assert.Null(issued[0].PrivateKey);
        Assert.Equal(issued[0].EnrollmentId, injection.EnrollmentId);
        // The device would refuse entropy and root of trust a second time.
        Assert.Equal([true, false], station.Received.Select(r => r.Message.AsSpan().IndexOf("Entropy"u8) >= 0));
    }

    public static TheoryData<string, DeviceOptions> Failures => new()
    {
        { "NoReply", new() { Silent = true } },
        { "StreamEnded", new() { EndAfterReceiving = 500 } },
        { "StreamEnded", new() { EndAfterSending = 0 } },
        { "ReplyIncomplete", new() { EndAfterSending = 20 } },
        { "ReplyHashWrong", new() { WrongHash = true } },
        { "ReplyMalformed", new() { Malformed = true } },
        { "CommunicationStatus3", new() { Status = 3 } },
        { "CommunicationStatus9", new() { Closed = true } },
        { "CommunicationStatus300", new() { Status = 300 } },
        { "ReturnStatus14", new() { Return = 14 } },
        { "ReturnStatus99", new() { Return = 99 } },
        { "SessionMismatch", new() { OtherSession = true } },
        { "CommunicationStatus5", new() { BigEndian = true, Status = 5 } },
        { "LineEchoes", new() { Echo = true } },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Each_failure_has_its_own_identifier_and_says_what_to_do(string id, DeviceOptions device)
    {
        using var bench = new Bench();
        var station = bench.Start(device);
        var options = device.Silent ? Bench.Impatient : Bench.Options;
        var injection = bench.Inject(station,
            options: options with { ByteOrder = device.BigEndian ? ByteOrder.BigEndian : ByteOrder.LittleEndian });
        Assert.Equal(id, injection.ErrorId);
        Assert.False(injection.Succeeded);
        Assert.True(injection.MessageSent);
        Assert.True(injection.NotDelivered);
        Assert.NotEmpty(injection.Problem!);
        Assert.NotEmpty(injection.Advice!);
        Assert.Equal(id, Assert.IsAssignableFrom<DeviceCredsException>(bench.News[^1].Error).ErrorId);
    }

    [Fact]
    public void Status_and_message_of_a_refusal_are_kept()
    {
        using var bench = new Bench();
        var injection = bench.Inject(bench.Start(new DeviceOptions { Return = 14 }));
        Assert.Equal("14 INVALID_LWM2M_CN_ATTR", injection.ReturnStatus!.ToString());
        Assert.Equal("0 SUCCESS", injection.CommunicationStatus!.ToString());
        Assert.Equal("Refused: mbed.BootstrapDeviceCert", injection.InfoMessage);
    }

    /// <summary>Another message's reply says nothing of what this device did with the bundle, which it got whole.</summary>
    [Theory]
    [InlineData(null, 0)]
    [InlineData(null, 14)]
    [InlineData("S1", 0)]
    [InlineData("S1", 14)]
    public void A_reply_of_another_session_is_not_the_devices_verdict(string? sessionId, int status)
    {
        using var bench = new Bench();
        var injection = bench.Inject(bench.Start(new DeviceOptions { OtherSession = true, Return = status }),
            options: With(Factory.Full() with { SessionId = sessionId }));
        Assert.Equal(("SessionMismatch", true, true), (injection.ErrorId, injection.MessageSent, injection.NotDelivered));
        Assert.Equal((null, null), (injection.ReturnStatus, injection.InfoMessage));
        Assert.Empty(injection.Warnings);
        Assert.Null(injection.CertificateToRevoke);
    }

    [Fact]
    public void Nobody_at_the_port_is_said_so()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions());
        var address = Bench.AddressOf(station);
        station.Dispose();
        var injection = bench.Inject(InjectionOrder.Of(Factory.Credential(), address));
        Assert.Equal("ConnectionRefused", injection.ErrorId);
        Assert.False(injection.MessageSent);
    }

    [Fact]
    public void A_connection_that_somebody_else_holds_gets_no_reply()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions());
        using var first = new System.Net.Sockets.TcpClient("127.0.0.1", station.Port);
        Assert.Equal("NoReply", bench.Inject(station, options: Bench.Impatient).ErrorId);
    }

    public static TheoryData<DeviceOptions> Slow =>
        new() { new DeviceOptions { Split = true }, new DeviceOptions { Trace = true }, new DeviceOptions { Delay = 300 },
        new DeviceOptions { BytesPerSecond = 5000 }, new DeviceOptions { BigEndian = true } };

    [Theory]
    [MemberData(nameof(Slow))]
    public void Slow_and_talkative_devices_are_injected(DeviceOptions device)
    {
        using var bench = new Bench();
        var injection = bench.Inject(bench.Start(device),
            options: Bench.Options with { ByteOrder = device.BigEndian ? ByteOrder.BigEndian : ByteOrder.LittleEndian });
        Assert.Null(injection.Problem);
    }

    [Fact]
    public void What_the_device_would_refuse_is_not_sent()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions());
        var options = With(Factory.Full() with { ServerUri = "coaps://example.com" });
        var injection = bench.Inject(station, options: options);
        Assert.Equal("DeviceWouldRefuse", injection.ErrorId);
        Assert.Contains("28 URI_WRONG_FORMAT", injection.Problem);
        Assert.False(injection.MessageSent);
        Assert.Empty(station.Received);

        // Unless it is wanted: then that is said.
        Assert.True(bench.Inject(station, options: options with { Force = true }).MessageSent);
        Assert.Single(station.Received);
        Assert.Contains("will refuse", Assert.Single(bench.Warnings));
    }

    [Fact]
    public void A_device_that_makes_its_key_is_asked_only_when_it_would_take_the_certificate()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions());
        var order = Bench.WithKeyOnDevice(station);
        Assert.Equal("DeviceWouldRefuse",
            bench.Inject(order, With(Factory.Full() with { Manufacturer = null })).ErrorId);
        Assert.Empty(station.Received);
    }

    [Fact]
    public void A_request_in_another_name_is_not_signed()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions { OtherRequest = true });
        var injection = bench.Inject(Bench.WithKeyOnDevice(station, issued: _ => Assert.Fail("issued")));
        Assert.Equal("RequestNameDiffers", injection.ErrorId);
        Assert.False(injection.NotDelivered);
        Assert.Single(station.Received);
    }

    [Fact]
    public void The_two_causes_of_status_9_are_told_apart()
    {
        using var bench = new Bench();
        // A chain of 5 that expires soon makes 5 warnings, and others come with it.
        var authority = Given.Chain("1", "2", "3", "4");
        var credential = new CredentialIssuer(authority, CredentialKind.Bootstrap, ValidityRequest.Until(authority.NotAfter))
            .Issue(new DeviceIdentity("device-1"));
        var late = Factory.Least() with { CurrentTime = credential.NotAfter.ToUniversalTime().AddYears(-3) };
        var options = Bench.Options with { Export = new() { Configurations = [late] }, Force = true };
        var full = bench.Inject(InjectionOrder.Of(credential, Bench.AddressOf(bench.Start(new DeviceOptions()))), options);
        Assert.Equal("CommunicationStatus9", full.ErrorId);
        Assert.Contains("stored everything", full.Problem);
        // The device has its certificate.
        Assert.False(full.NotDelivered);

        var closed = bench.Inject(bench.Start(new DeviceOptions { Closed = true }), "device-2");
        Assert.Equal("CommunicationStatus9", closed.ErrorId);
        Assert.Contains("closed earlier", closed.Problem);
        Assert.True(closed.NotDelivered);
    }

    [Fact]
    public void A_second_injection_is_refused_in_the_same_run_unless_forced()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions { Devices = 3 });
        var injector = new Injector(Bench.Options with { Wait = Bench.Patience });
        var credential = Factory.Credential();
        Assert.True(bench.Inject(InjectionOrder.Of(credential, Bench.AddressOf(station)), injector: injector).Succeeded);
        var again = bench.Inject(InjectionOrder.Of(credential, Bench.AddressOf(station)), injector: injector);
        Assert.Equal("AlreadyInjected", again.ErrorId);
        // The device has this certificate: it must not be taken for one that went astray.
        Assert.False(again.NotDelivered);
        Assert.True(bench.Inject(InjectionOrder.Of(Factory.Credential(), Bench.AddressOf(station)), injector: injector).NotDelivered);
        Assert.Single(station.Received);
    }

    [Fact]
    public void Ctrl_C_ends_each_wait_at_once()
    {
        using var bench = new Bench();
        var silent = bench.Start(new DeviceOptions { Silent = true });
        using var stop = new CancellationTokenSource();
        var injector = new Injector(Bench.Options);
        var order = InjectionOrder.Of(Factory.Credential(), Bench.AddressOf(silent));
        injector.Inject(order, news =>
        {
            bench.News.Add(news);
            if (news.Text.StartsWith("Sending", StringComparison.Ordinal)) stop.CancelAfter(100);
        }, stop.Token);
        Assert.Equal("InjectionStopped", bench.News[^1].Injection!.ErrorId);

        // While it waits for a device that is not there.
        using var soon = new CancellationTokenSource(100);
        var absent = InjectionOrder.Of(Factory.Credential(), DeviceAddress.OfSerialPort("/dev/no-such-port"));
        Assert.Equal("InjectionStopped", bench.Inject(absent, Bench.Options with { Wait = Bench.Patience }, cancel: soon.Token).ErrorId);
    }

    [Fact]
    public void The_address_is_read_from_the_devices_console()
    {
        using var bench = new Bench();
        using var folder = new TempFolder();
        var log = folder.Write("console.log", [.. "Client IP Address and Port :  127.0.0.1:1\r\nold\r\n"u8]);
        var station = bench.Start(new DeviceOptions { Devices = 2, SwapDelay = 300, NewPort = true },
            line => File.AppendAllText(log, $"\u001b[32m {line}\r\n"));
        var injector = new Injector(Bench.Options with { Wait = Bench.Patience });
        foreach (var name in (string[])["device-1", "device-2"])
        {
            var injection = bench.Inject(InjectionOrder.Of(Factory.Credential(name: name), DeviceAddress.OfConsoleLog(log)),
                injector: injector);
            Assert.Null(injection.Problem);
            Assert.Matches(@"^127\.0\.0\.1:\d{4,5}$", injection.Address);
        }

        Assert.Equal(["device-1", "device-2"], station.Received.Select(r => r.EndpointName));
        var none = bench.Inject(InjectionOrder.Of(Factory.Credential(name: "device-3"), DeviceAddress.OfConsoleLog(log)), Bench.Impatient);
        Assert.NotEqual("ConsoleLogWithoutAddress", none.ErrorId);
    }

    // The log is appended to: its last address may be one of a device that is long gone.
    [Fact]
    public void A_device_that_prints_its_address_while_an_old_one_is_tried_is_found()
    {
        using var bench = new Bench();
        using var folder = new TempFolder();
        var log = folder.Write("console.log", [.. "Client IP Address and Port :  127.0.0.1:1\r\n"u8]);
        Station? station = null;
        new Injector(Bench.Options with { Wait = Bench.Patience }).Inject(
            InjectionOrder.Of(Factory.Credential(), DeviceAddress.OfConsoleLog(log)), news =>
            {
                bench.News.Add(news);
                if (news.Text.EndsWith("listens at 127.0.0.1:1.", StringComparison.Ordinal))
                    station = bench.Start(new DeviceOptions(), line => File.AppendAllText(log, line + "\r\n"));
            });
        Assert.Null(bench.News[^1].Injection!.Problem);
        Assert.Single(station!.Received);
    }

    [Fact]
    public void Half_a_port_number_is_not_a_port_number()
    {
        using var bench = new Bench();
        using var folder = new TempFolder();
        var log = folder.Write("console.log", [.. "Client IP Address and Port :  127.0.0.1:77"u8]);
        var injection = bench.Inject(InjectionOrder.Of(Factory.Credential(), DeviceAddress.OfConsoleLog(log)), Bench.Impatient);
        Assert.Equal("ConsoleLogWithoutAddress", injection.ErrorId);
    }

    [Fact]
    public void Devices_come_one_after_the_other_on_one_port()
    {
        using var bench = new Bench();
        var station = bench.Start(new DeviceOptions { Devices = 5, SwapDelay = 50 });
        var injector = new Injector(Bench.Options with { Wait = Bench.Patience });
        for (var i = 1; i <= 5; i++) Assert.Null(bench.Inject(InjectionOrder.Of(Factory.Credential(name: $"device-{i}"),
            Bench.AddressOf(station)), injector: injector).Problem);
        Assert.Equal(["device-1", "device-2", "device-3", "device-4", "device-5"], station.Received.Select(r => r.EndpointName));
        Assert.Contains(bench.News, n => n.Kind == LineNewsKind.Waiting);
    }

    [Fact]
    public void No_key_and_no_bundle_is_in_anything_that_is_told()
    {
        using var bench = new Bench();
        var credential = Factory.Credential();
        bench.Inject(InjectionOrder.Of(credential,
            Bench.AddressOf(bench.Start(new DeviceOptions { TraceSecrets = true, Trace = true, Serial = true }))));
        var told = string.Join("\n", bench.News.Select(n => $"{n} {n.Injection} {n.Error}"));
        var key = credential.PrivateKey!.ToDer(KeyEncoding.Sec1);
        foreach (var part in Enumerable.Range(0, key.Length - 6).Select(i => key[i..(i + 6)]))
        {
            Assert.DoesNotContain(Convert.ToHexString(part), told, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(BitConverter.ToString(part), told);
            Assert.DoesNotContain(string.Join(", ", part.Select(b => $"0x{b:x2}")), told);
            Assert.DoesNotContain(string.Join(", ", part), told);
        }

        Assert.DoesNotContain(Convert.ToBase64String(key)[..12], told);
    }

    static InjectionOptions With(DeviceConfiguration configuration) =>
        Bench.Options with { Export = new() { Configurations = [configuration] } };
}
