using System.Text;
using CsCheck;
using SimulatedDevice;

namespace DeviceCreds.Tests;

public sealed class JournalTests
{
    static readonly Gen<string?> Text = Gen.OneOf(Gen.Const((string?)null),
        Gen.String[Gen.Char["ab\n\"\\ß漢\u0001<#"], 0, 30].Select(s => (string?)s));

    static readonly Gen<DeviceInjection> Injection =
        from texts in Text.Array[8]
        from flags in Gen.Bool.Array[3]
        from status in Gen.Int[0, 40]
        from warnings in Gen.String[Gen.Char["xyz ß\n"], 0, 20].Array[0, 3]
        from milliseconds in Gen.Int[0, 100_000]
        select new DeviceInjection
        {
            EndpointName = texts[0] ?? "x", Kind = flags[0] ? CredentialKind.Bootstrap : CredentialKind.Lwm2m, Succeeded = flags[1],
                MessageSent = flags[2], SerialNumber = texts[1],
            EnrollmentId = texts[2], Address = texts[3] ?? "", InfoMessage = texts[4], ErrorId = texts[5], Problem = texts[6],
                Advice = texts[7], Warnings = warnings,
            ReturnStatus = flags[0] ? StatusCode.OfDevice(status) : null, CommunicationStatus = flags[1]
                ? StatusCode.OfCommunication(status) : null,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000L + milliseconds).LocalDateTime,
                Duration = TimeSpan.FromMilliseconds(milliseconds), ProductVersion = "1.2.3",
        };

    [Fact]
    public void What_is_written_is_read() => Injection.Sample(injection =>
    {
        var line = JournalFormat.Write(injection);
        Assert.DoesNotContain(line, b => b is < 0x20 or > 0x7E);
        var read = JournalFormat.Read(line, "j", 1);
        Assert.Equal(injection.Warnings, read.Warnings);
        Assert.Equal(injection with { Warnings = [], Columns = DeviceColumns.None },
            read with { Warnings = [], Columns = DeviceColumns.None });
    });

    [Fact]
    public void Each_injection_is_recorded_before_the_next_and_a_second_run_refuses_what_succeeded()
    {
        using var folder = new TempFolder();
        using var bench = new Bench();
        var path = folder.File("line.jsonl");
        var station = bench.Start(new DeviceOptions { Devices = 2 });
        using (var journal = InjectionJournal.Open(path))
        {
            var options = Bench.Options with { Journal = journal, Wait = Bench.Patience };
            Assert.True(bench.Inject(station, options: options).Succeeded);
            Assert.Equal("device-1", Assert.Single(InjectionJournal.Read(path)).EndpointName);
        }

        using (var journal = InjectionJournal.Open(path))
        {
            var options = Bench.Options with { Journal = journal, Wait = Bench.Patience };
            Assert.Equal("AlreadyInjected", bench.Inject(station, options: options).ErrorId);
            Assert.Single(station.Received);
            Assert.True(bench.Inject(station, options: options with { Force = true }).Succeeded);
        }

        Assert.Equal([true, true], InjectionJournal.Read(path).Select(i => i.Succeeded));
    }

    [Fact]
    public void After_a_failure_the_name_is_free_and_an_attempt_that_sent_nothing_changes_nothing()
    {
        using var folder = new TempFolder();
        using var journal = InjectionJournal.Open(folder.File("line.jsonl"));
        DeviceInjection Of(string name, bool succeeded, bool sent) =>
            new() { EndpointName = name, Succeeded = succeeded, MessageSent = sent, SerialNumber = name };
        journal.Append(Of("a", true, true));
        journal.Append(Of("b", true, true));
        journal.Append(Of("c", false, true));
        journal.Append(Of("a", false, true));
        journal.Append(Of("b", false, false));
        Assert.Equal([null, "b", null], ((string[])["a", "b", "c"]).Select(n => journal.FindInjected(n)?.SerialNumber));
        journal.Dispose();
        using var again = InjectionJournal.Open(journal.Path);
        Assert.Equal([null, "b", null], ((string[])["a", "b", "c"]).Select(n => again.FindInjected(n)?.SerialNumber));
    }

    [Fact]
    public void One_run_at_a_time_writes_to_it()
    {
        using var folder = new TempFolder();
        using var journal = InjectionJournal.Open(folder.File("line.jsonl"));
        var error = Assert.Throws<OutputException>(() => InjectionJournal.Open(journal.Path));
        Assert.Equal("JournalInUse", error.ErrorId);
        Assert.Contains("journal", error.Message);
    }

    [Theory]
    [InlineData("{\"time\":\"2030-01-")]
    [InlineData("\0\0\0\0")]
    public void An_incomplete_last_line_is_moved_aside(string torn)
    {
        using var folder = new TempFolder();
        var path = folder.File("line.jsonl");
        byte[] line = [.. JournalFormat.Write(new DeviceInjection { EndpointName = "a", Succeeded = true }), (byte)'\n'];
        foreach (var lines in (int[])[0, 2])
        {
            File.WriteAllBytes(path, [.. Enumerable.Repeat(line, lines).SelectMany(l => l), .. Encoding.ASCII.GetBytes(torn)]);
            using var journal = InjectionJournal.Open(path);
            Assert.Contains("incomplete line", journal.Warning);
            Assert.Equal(lines * line.Length, new FileInfo(path).Length);
            Assert.Equal(lines > 0, journal.FindInjected("a") is not null);
        }

        Assert.Equal(torn + torn, File.ReadAllText(path + ".torn"));
    }

    [Theory]
    [InlineData("EndpointName,Address\na,b\n")]
    [InlineData("V\t300101000000Z\t\t01\tunknown\t/CN=a\n")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----")]
    [InlineData("{\"endpointName\":1}\n")]
    public void Another_file_is_not_appended_to(string content)
    {
        using var folder = new TempFolder();
        var path = folder.Write("other", Encoding.ASCII.GetBytes(content));
        Assert.Equal("JournalNotRecognised", Assert.Throws<InputException>(() => InjectionJournal.Open(path)).ErrorId);
        Assert.Equal(content, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("new/", "PathInvalid")]
    [InlineData("new/ ", "PathInvalid")]
    [InlineData(".", "PathIsFolder")]
    public void A_path_that_names_no_file_is_refused_and_nothing_is_created(string name, string id)
    {
        using var folder = new TempFolder();
        var error = Assert.ThrowsAny<DeviceCredsException>(() => InjectionJournal.Open(folder.Path + "/" + name));
        Assert.Equal((id, ErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_bad_line_is_reported_and_the_others_are_read()
    {
        using var folder = new TempFolder();
        var line = Encoding.ASCII.GetString(JournalFormat.Write(new DeviceInjection { EndpointName = "a" }));
        var path = folder.Write("j", Encoding.ASCII.GetBytes($"{line}\n[1]\n{line}\nnull\n{line}"));
        var errors = new List<InputException>();
        Assert.Equal(2, InjectionJournal.Read(path, errors.Add).Count());
        Assert.Equal([("JournalLineMalformed", 2), ("JournalLineMalformed", 4), ("JournalLineIncomplete", 5)],
            errors.Select(e => (e.ErrorId, e.Line!.Value)));
    }

    [Fact]
    public void Nothing_is_sent_any_more_once_it_cannot_be_recorded()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let an open file be deleted.");
        using var folder = new TempFolder();
        using var bench = new Bench();
        using var journal = InjectionJournal.Open(folder.File("line.jsonl"));
        File.Delete(journal.Path);
        var injector = new Injector(Bench.Options with { Journal = journal });
        var injection = bench.Inject(InjectionOrder.Of(Factory.Credential(), Bench.AddressOf(bench.Start(new DeviceOptions()))),
            injector: injector);
        // The device has it: that is said, and the run is over.
        Assert.True(injection.Succeeded);
        Assert.Equal("JournalGone", Assert.IsType<RecordFailure>(bench.News[^1].Error).Cause.ErrorId);

        var next = bench.Start(new DeviceOptions());
        injector.Inject(InjectionOrder.Of(Factory.Credential(name: "device-2"), Bench.AddressOf(next)), bench.News.Add);
        Assert.IsType<RecordFailure>(bench.News[^1].Error);
        Assert.Null(bench.News[^1].Injection);
        Assert.Empty(next.Received);
    }

    [Fact]
    public void Nothing_is_asked_for_a_key_any_more_once_its_certificate_cannot_be_recorded()
    {
        using var bench = new Bench();
        var injector = new Injector(Bench.Options);
        var full = new OutputException("LedgerNotWritten", ErrorKind.InputOutput, "the disk is full.");
        var first = bench.Start(new DeviceOptions());
        var injection = bench.Inject(Bench.WithKeyOnDevice(first, issued: _ => throw full), injector: injector);
        Assert.Equal("LedgerNotWritten", injection.ErrorId);
        Assert.Same(full, Assert.IsType<RecordFailure>(bench.News[^1].Error).Cause);

        var second = bench.Start(new DeviceOptions());
        injector.Inject(Bench.WithKeyOnDevice(second, "device-2"), bench.News.Add);
        Assert.IsType<RecordFailure>(bench.News[^1].Error);
        Assert.Single(first.Received);
        Assert.Empty(second.Received);
    }

    [Fact]
    public void A_station_that_waits_for_a_device_ends_when_another_one_cannot_record()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let an open file be deleted.");
        using var folder = new TempFolder();
        using var bench = new Bench();
        using var journal = InjectionJournal.Open(folder.File("line.jsonl"));
        File.Delete(journal.Path);
        using var line = new InjectionLine(new Injector(Bench.Options with { Journal = journal, Wait = Bench.Patience }), 2);
        line.Add(InjectionOrder.Of(Factory.Credential(name: "absent"), DeviceAddress.OfSerialPort("/dev/no-such-port")));
        Assert.Equal(LineNewsKind.Waiting, line.Take(0, default).First().Kind);
        line.Add(InjectionOrder.Of(Factory.Credential(), Bench.AddressOf(bench.Start(new DeviceOptions()))));
        var finished = line.Take(0, default).Where(n => n.Kind == LineNewsKind.Finished).ToDictionary(n => n.Order.EndpointName);
        Assert.True(finished["device-1"].Injection!.Succeeded);
        Assert.Equal("InjectionStopped", finished["absent"].Injection!.ErrorId);
        Assert.All(finished.Values, n => Assert.IsType<RecordFailure>(n.Error));
    }

    [Fact]
    public void An_attempt_that_ends_unexpectedly_is_recorded()
    {
        using var folder = new TempFolder();
        using var bench = new Bench();
        string path;
        using (var journal = InjectionJournal.Open(folder.File("line.jsonl")))
        {
            path = journal.Path;
            var options = Bench.Options with { Journal = journal };
            bench.Inject(Bench.WithKeyOnDevice(bench.Start(new DeviceOptions()), issued: _ => throw new FormatException("odd")), options);
            Assert.IsType<FormatException>(bench.News[^1].Error);
        }

        var recorded = Assert.Single(InjectionJournal.Read(path));
        Assert.Equal((false, true, "odd"), (recorded.Succeeded, recorded.MessageSent, recorded.Problem));
    }
}
