using DeviceCreds.Tests;

namespace DeviceCreds.Shell.Tests;

/// <summary>
/// A run that is cut short and started again with the same line: as the power goes, as the disk fills up, as somebody else is at
/// the ledger.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class RestartTests
{
    const int Devices = 1_200;
    const int Kills = 6;

    /// <summary>
    /// With the devices' folders new, and with folders that are there and have something in them: their files go in one by one.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Killed_at_any_moment_and_started_again_it_makes_each_device_once_and_whole(bool foldersAreThere)
    {
        using var run = new ProductionRun();
        var list = run.List(Devices);
        for (var i = 0; foldersAreThere && i < Devices; i++)
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(run.Output, $"device-{i}")).FullName, "label"), "x");

        var random = new Random(foldersAreThere ? 1 : 2);
        for (var kill = 0; kill < Kills; kill++)
            KillWhen(run, list, Done(run.Output, foldersAreThere) + random.Next(1, Devices / Kills), foldersAreThere);

        var last = run.Run(list);
        Assert.Equal("", last.Error);
        Assert.Equal(0, last.ExitCode);
        Assert.Equal([$"0 {Devices} 0", "0 0 0"], ProductionRun.Lines(run.Run(list)));
        Assert.Equal(Devices, run.Check(foldersAreThere ? ["label"] : []));
    }

    [Fact]
    public void On_a_disk_that_fills_up_each_device_is_whole_or_absent_and_with_more_room_the_same_line_makes_the_rest()
    {
        // Nearly always a device's file finds no room before the ledger does, and ends the run.
        HashSet<string> seen = [];
        for (var i = 0; i < 3 && seen.Count < 2; i++) seen.UnionWith(FillDisk());
        Assert.Equal(["FileNotWritten", "LedgerNotWritten"], seen.Order(StringComparer.Ordinal));
    }

    // The ids of the errors. Nothing leaves that the ledger cannot record.
    static HashSet<string> FillDisk()
    {
        const int devices = 400;
        using var disk = SmallDisk.Mount("2m");
        using var run = new ProductionRun(disk.Path);
        var list = run.List(devices);

        var full = run.Run(list);
        Assert.Equal(1, full.ExitCode);
        var errors = ProductionRun.Lines(full);
        var ids = errors.Select(e => e.Split(':')[0]).ToHashSet();
        Assert.Contains("LedgerNotWritten", ids);
        Assert.All(errors, e => Assert.Contains("No space left on device", e));
        Assert.All(errors,
            e => Assert.Contains(e.StartsWith("Ledger", StringComparison.Ordinal) ? run.Ledger : Path.Combine(run.Output, "device-"), e));
        var made = run.Check();
        Assert.InRange(made, 10, devices - 10);

        disk.Grow("16m");
        Assert.Equal([$"{devices - made} {made} 0", $"{devices - made} 0 0"], ProductionRun.Lines(run.Run(list)));
        Assert.Equal(devices, run.Check());
        Assert.Equal([$"0 {devices} 0", "0 0 0"], ProductionRun.Lines(run.Run(list)));
        return ids;
    }

    [Fact]
    public void A_second_run_on_a_ledger_says_which_process_has_it_and_issues_nothing_until_that_has_ended()
    {
        using var run = new ProductionRun();
        var (list, another) = (run.List(300), run.List(200, "another"));
        using var first = run.Start(list, "-Hold");
        Assert.Equal("holding", first.StandardOutput.ReadLine());
        var recorded = File.ReadAllText(run.Ledger);

        var second = run.Run(another);
        Assert.Equal(1, second.ExitCode);
        Assert.Equal([$"LedgerInUse: {run.Ledger}: another run (process {first.Id} on {Environment.MachineName}) has the ledger open. "
            + "Wait until it has ended: -LedgerTimeout waits. Runs that issue at the same time need a ledger each; Merge-IssuanceLedger "
                + "merges them."],
            ProductionRun.Lines(second));
        Assert.Equal(recorded, File.ReadAllText(run.Ledger));

        first.StandardInput.Close();
        Assert.Equal(["300 0 0", "300 0 0"], ProductionRun.Lines(Shell.Finish(first)));
        Assert.Equal(["200 0 0", "200 0 0"], ProductionRun.Lines(run.Run(another)));
        Assert.Equal(500, run.Check());
        Assert.Equal(500, File.ReadAllLines(run.Ledger).Length);
    }

    [Fact]
    public async Task Runs_that_begin_together_on_a_ledger_and_try_until_they_may_record_every_certificate_once()
    {
        using var run = new ProductionRun();
        async Task<int> Insist(string name)
        {
            var list = run.List(250, name);
            for (var refused = 0; ; refused++)
            {
                var (exitCode, output) = await Task.Run(() => run.Run(list)) switch { var r => (r.ExitCode, ProductionRun.Lines(r)) };
                if (exitCode == 0)
                {
                    Assert.Equal(["250 0 0", "250 0 0"], output);
                    return refused;
                }

                Assert.StartsWith("LedgerInUse: ", Assert.Single(output));
                Assert.InRange(refused, 0, 50);
            }
        }

        await Task.WhenAll(Insist("here"), Insist("there"));
        Assert.Equal(500, run.Check());
        Assert.Equal(500, File.ReadAllLines(run.Ledger).Length);
    }

    static int Done(string output, bool foldersAreThere) =>
        !Directory.Exists(output)
            ? 0 : foldersAreThere ? Directory.GetFiles(output, "BootstrapDeviceCert.der", SearchOption.AllDirectories).Length
            : Directory.GetDirectories(output, "device-*").Length;

    static void KillWhen(ProductionRun run, string list, int done, bool foldersAreThere)
    {
        using var process = run.Start(list);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        while (!process.HasExited && Done(run.Output, foldersAreThere) < done) Thread.Sleep(1);
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        Assert.Equal("", errors.Result);
    }
}
