using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Many ledgers, one record.</summary>
public class LedgerMergeTests
{
    static readonly CertificateAuthority Authority = CertificateAuthority.Create("Root");

    static string Line(int serial, string state = "V\t460123111610Z\t", string name = "") =>
        $"{state}\t{serial:X4}\tunknown\t/CN={(name.Length > 0 ? name : "device-" + serial)}\n";

    static List<InputException> Merge(TempFolder folder, params string[] contents)
    {
        var errors = new List<InputException>();
        LedgerMerge.Merge([.. contents.Select((c, i) => folder.Write($"{i}.txt", c))], folder.File("all.txt"), errors.Add);
        return errors;
    }

    [Fact]
    public void Whatever_the_shards_each_serial_is_there_once_in_the_order_of_the_files() =>
        Gen.Int[0, 30].Array[0, 20].Array[0, 5].Sample(shards =>
        {
            using var folder = new TempFolder();
            Assert.Empty(Merge(folder, [.. shards.Select(s => string.Concat(s.Select(n => Line(n))))]));
            Assert.Equal(shards.SelectMany(s => s).Distinct().Select(n => n.ToString("X4")),
                Ledger.Read(folder.File("all.txt")).Select(e => e.SerialNumber));
        }, iter: 100);

    [Fact]
    public void Revoked_wins_over_expired_and_expired_over_valid_whoever_comes_first()
    {
        string[] states = ["V\t460123111610Z\t", "E\t460123111610Z\t", "R\t460123111610Z\t250101000000Z,certificateHold",
            "R\t460123111610Z\t240101000000Z,certificateHold", "R\t460123111610Z\t270101000000Z",
            "R\t460123111610Z\t260101000000Z,keyCompromise"];
        Gen.Shuffle(states).Sample(order =>
        {
            using var folder = new TempFolder();
            Assert.Empty(Merge(folder, [.. order.Select(s => Line(1, s))]));
            Assert.Equal(Line(1, states[5]), File.ReadAllText(folder.File("all.txt")));
        }, iter: 24);
    }

    [Fact]
    public void A_serial_of_two_certificates_is_reported_with_both_places_and_the_first_stays()
    {
        using var folder = new TempFolder();
        var error = Assert.Single(Merge(folder, Line(1) + Line(2), Line(3) + Line(2, name: "other")));
        Assert.Equal(("LedgerConflict", folder.File("1.txt"), 2), (error.ErrorId, error.Path, error.Line));
        Assert.Contains(folder.File("0.txt") + ", line 2", error.Message);
        Assert.Equal(Line(1) + Line(2) + Line(3), File.ReadAllText(folder.File("all.txt")));
    }

    /// <summary>Before OpenSSL 3, slashes and plus signs had no backslash.</summary>
    [Fact]
    public void A_revocation_wins_however_its_name_is_written()
    {
        using var folder = new TempFolder();
        var revoked = Line(1, "R\t460123111610Z\t260101000000Z,keyCompromise", "urn:a/b+c");
        Assert.Empty(Merge(folder, Line(1, name: @"urn:a\/b\+c"), revoked));
        Assert.Equal(revoked, File.ReadAllText(folder.File("all.txt")));
    }

    [Fact]
    public void A_revocation_that_is_left_out_is_said_to_be()
    {
        using var folder = new TempFolder();
        var error = Assert.Single(Merge(folder, Line(1), Line(1, "R\t460123111610Z\t260101000000Z,keyCompromise", "other")));
        Assert.Contains("this revocation is left out", error.Message);
    }

    [Fact]
    public void What_the_destination_holds_stays_and_merging_twice_changes_nothing()
    {
        using var folder = new TempFolder();
        folder.Write("all.txt", Line(9));
        Merge(folder, Line(1), Line(9));
        Merge(folder, Line(1), Line(9));
        Assert.Equal(Line(9) + Line(1), File.ReadAllText(folder.File("all.txt")));
        Assert.DoesNotContain(folder.Files(), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void The_next_list_has_a_higher_number_than_every_list_of_every_ledger() =>
        Gen.Select(Gen.Int[0, 300].Array[1, 4], Gen.Int[0, 300]).Sample((others, own) =>
        {
            using var folder = new TempFolder();
            foreach (var (next, i) in others.Select((n, i) => (n, i))) Number(folder, $"{i}.txt", next);
            Number(folder, "all.txt", own);
            Assert.Empty(Merge(folder, [.. others.Select((_, i) => Line(i + 1))]));
            var made = LedgerRevocationList.Create(Authority, folder.File("all.txt")).Number!;
            Assert.Equal(Math.Max(1, Math.Max(own, others.Max())), Convert.ToInt32(made, 16));
        }, iter: 25);

    [Fact]
    public void Without_lists_there_is_no_number_and_a_damaged_one_stops_all()
    {
        using var folder = new TempFolder();
        Merge(folder, Line(1));
        Assert.DoesNotContain(folder.Files(), f => f.Contains("crlnumber", StringComparison.Ordinal));
        var before = File.ReadAllText(folder.File("all.txt"));
        folder.Write("1.txt.crlnumber", "seven\n");
        Assert.Equal("RevocationListNumberInvalid", Refused.Input(() => Merge(folder, Line(1), Line(2))));
        Assert.Equal(before, File.ReadAllText(folder.File("all.txt")));
    }

    // Zero stands for a ledger from which no list was made.
    static void Number(TempFolder folder, string ledger, int next)
    {
        if (next > 0) folder.Write(ledger + ".crlnumber", next.ToString("X4") + "\n");
    }

    /// <summary>A copy that was cut within a name looks complete, and the merged ledger would keep the wrong name.</summary>
    [Fact]
    public void A_last_line_without_a_line_feed_counts_and_is_a_warning_with_its_name()
    {
        using var folder = new TempFolder();
        var (whole, cut) = (folder.Write("whole.txt", Line(1)), folder.Write("cut.txt", Line(2) + Line(3, name: "meter-22")[..^2]));
        var warnings = new List<string>();
        LedgerMerge.Merge([whole, cut], folder.File("all.txt"), e => throw e, new() { Warn = warnings.Add });
        var warning = Assert.Single(warnings);
        Assert.Contains("cut.txt, line 2", warning);
        Assert.Contains("'meter-2'", warning);
        Assert.Equal(["device-1", "device-2", "meter-2"], Ledger.Read(folder.File("all.txt")).Select(e => e.EndpointName));
    }

    [Theory]
    [InlineData("yes", "yes", "yes")]
    [InlineData("yes", "no", "no")]
    [InlineData("yes", null, "no")]
    [InlineData(null, null, "no")]
    public void A_new_ledger_demands_unique_subjects_when_all_of_the_others_do(string? first, string? second, string merged)
    {
        using var folder = new TempFolder();
        foreach (var (value, i) in new[] { first, second }.Select((v, i) => (v, i)))
        {
            if (value is not null) folder.Write($"{i}.txt.attr", $"unique_subject = {value}\n");
        }

        Assert.Empty(Merge(folder, Line(1, name: "a"), Line(2, name: "b")));
        Assert.Equal($"unique_subject = {merged}\n", File.ReadAllText(folder.File("all.txt.attr")));
    }

    [Fact]
    public void A_ledger_with_unique_subjects_gets_no_second_valid_certificate_of_a_subject()
    {
        using var folder = new TempFolder();
        folder.Write("all.txt", Line(1, name: "a"));
        folder.Write("all.txt.attr", "unique_subject = yes\n");
        folder.Write("0.txt.crlnumber", "07\n");
        var error = Assert.Throws<InputException>(() => Merge(folder, Line(2, name: "a") + Line(3, name: "b")));
        Assert.Equal(("SubjectNotUnique", folder.File("all.txt")), (error.ErrorId, error.Path));
        Assert.Contains("'a'", error.Message);
        Assert.Equal(Line(1, name: "a"), File.ReadAllText(folder.File("all.txt")));
        Assert.False(File.Exists(folder.File("all.txt.crlnumber")));
        // The same certificate, a revoked one, one that OpenSSL marked as expired.
        Assert.Empty(Merge(folder, Line(1, name: "a") + Line(2, "R\t460123111610Z\t260101000000Z", "a")
            + Line(3, "E\t200123111610Z\t", "a") + Line(4, name: "b")));
        Assert.Equal(4, Ledger.Read(folder.File("all.txt")).Count());
    }

    [Fact]
    public void A_malformed_line_stops_all_and_a_torn_one_is_passed_over()
    {
        using var folder = new TempFolder();
        folder.Write("all.txt", Line(9));
        Assert.Equal("LedgerFieldCount", Refused.Input(() => Merge(folder, Line(1), "what\n")));
        Assert.Equal("FileNotFound", Refused.Input(() => LedgerMerge.Merge([folder.File("none")], folder.File("all.txt"), _ => { })));
        Assert.Equal(Line(9), File.ReadAllText(folder.File("all.txt")));
        Assert.Equal("LedgerLineTorn", Assert.Single(Merge(folder, Line(1), Line(2)[..20])).ErrorId);
    }

    [Theory]
    [InlineData("01:ab", "01AB")]
    [InlineData("0x1AB", "01AB")]
    [InlineData("00 01 ab", "01AB")]
    [InlineData("0", "00")]
    [InlineData("-0f", "-0F")]
    [InlineData("", null)]
    [InlineData("0x", null)]
    [InlineData("xyz", null)]
    public void A_serial_number_is_known_however_it_is_written(string text, string? serial) =>
    Assert.Equal(serial, SerialNumbers.Normalise(text));
}
