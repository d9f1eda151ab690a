using System.Globalization;
using System.Text;

namespace DeviceCreds.Tests;

/// <summary>
/// The product's verdict on many bundles beside the device's, which was recorded once: the vendor's public client was given the
/// bundles that this test writes where DEVICECREDS_DEVICE_BUNDLES says. Whoever adds an experiment records it so, in experiments.tsv.
/// </summary>
public class DeviceAgreementTests
{
    static readonly IReadOnlyList<DeviceExperiment> Experiments = [.. CertificateExperiments.All.Concat(ConfigurationExperiments.All)
        .DistinctBy(e => e.Title)];

    static readonly string Record = Path.Combine(RuleCatalogueTests.Repository(), "tests", "DeviceCreds.Tests", "Device",
        "experiments.tsv");

    static readonly IReadOnlyDictionary<string, RecordedExperiment> Recorded = RecordedExperiment.Read(Record).ToDictionary(r => r.Title);

    static readonly Lazy<IReadOnlyList<Row>> Rows = new(() =>
        [.. Experiments.Where(e => Recorded.ContainsKey(e.Title)).Select(e => new Row(Recorded[e.Title], Judge(e.Bundle().Encode())))]);

    /// <summary>Why the product refuses what the device accepts; by the id of the error or the rule.</summary>
    static readonly Dictionary<string, string> Stricter = new()
    {
        ["CertificateTrailingData"] = "An item holds one certificate. The device does not look at what follows it.",
        ["CertificateMalformed"] = "It is not DER or not a Certificate of RFC 5280, 4.1: a version in two octets, a serial number "
            + "without octets, a UTCTime without Z. The device's parser is more tolerant.",
        ["BundleWrongType"] = "The client reads these items as texts, or the memory as a number of 32 bits; the device stores whatever "
            + "it is given. A negative time is not a time.",
        ["BundleValueInvalid"] = "A text that contains NUL is cut there by the client.",
        ["KeyMalformed"] = "An item holds one key. The device does not look at what follows it.",
        ["StorableValues"] = "The memory is stored in 32 bits: the device cuts the number.",
        ["UtcOffset"] = "The device looks at the first six characters only.",
        ["DeviceDetails"] = "A bundle that is not verified at once: the device finds it at its first start.",
    };

    /// <summary>Where both refuse with other reasons, or what the device says depends on what it stored before.</summary>
    static readonly Dictionary<string, string> Cases = new()
    {
        ["configuration: a custom parameter: name that begins mbed.CurrentTime"] = "The device takes the value for the time, and "
            + "answers 1. The product refuses the name.",
        ["key: missing, named by the certificate"] = "The certificate belongs to a key that the device made before: an empty device "
            + "answers 34, and one with the key accepts.",
        ["configuration: a custom certificate that names no key"] = "The certificate belongs to a key that the device has already: an "
            + "empty device answers 34, and one with the key accepts.",
    };

    sealed record Verdict(string Status, string? Decides, IReadOnlyList<string> OwnRules, IReadOnlyList<string> Warnings);

    sealed record Row(RecordedExperiment Device, Verdict Ours)
    {
        public bool IsRefusedUnread => Ours.Status == "refused";

        // What cannot be read is refused: that is the device's verdict, too, unless it accepts.
        public bool IsEqual => IsRefusedUnread ? Device.Status != 0
            : Ours.Status == Device.Status.ToString(CultureInfo.InvariantCulture) && Ours.OwnRules.Count == 0
                && (Device.Status != 0 || Ours.Warnings.SequenceEqual(Device.Warnings));

        public string? Why => Cases.TryGetValue(Device.Title, out var why) ? why
            : Device.Status != 0 ? null : (IsRefusedUnread ? [Ours.Decides!] : Ours.Status == "0" ? Ours.OwnRules : [])
                .Select(Stricter.GetValueOrDefault).FirstOrDefault(w => w is not null);

        public string Product =>
            IsRefusedUnread ? $"refused when read: {Ours.Decides}" : Ours.OwnRules.Count > 0 ? $"fails "
                + $"{string.Join(", ", Ours.OwnRules)}" : $"status {Ours.Status}";
    }

    [Fact]
    public void The_bundles_are_written_where_the_environment_says()
    {
        if (Environment.GetEnvironmentVariable("DEVICECREDS_DEVICE_BUNDLES") is not { Length: > 0 } folder) return;
        var lines = new List<string>();
        for (var i = 0; i < Experiments.Count; i++)
        {
            var (experiment, bundle) = (Experiments[i], Experiments[i].Bundle().Encode());
            var name = i.ToString("0000", CultureInfo.InvariantCulture);
            File.WriteAllBytes(Path.Combine(folder, $"{name}.cbor"), bundle);
            var ours = Judge(bundle);
            lines.Add(string.Join("\t", name, experiment.Place, experiment.Kind, string.Join(",", experiment.Rules), ours.Status,
                ours.Decides, string.Join(",", ours.OwnRules), string.Join(" | ", ours.Warnings)));
        }

        File.WriteAllLines(Path.Combine(folder, "index.tsv"), lines, new UTF8Encoding(false));
    }

    [Fact]
    public void Every_experiment_is_recorded_and_nothing_else() =>
        Assert.Equal(Experiments.Select(e => e.Title).Order(StringComparer.Ordinal), Recorded.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_kinds_are_many_and_the_device_accepts_and_refuses_some()
    {
        Assert.True(Rows.Value.Count > 1000, $"{Rows.Value.Count} bundles");
        Assert.All(new[] { 0, 1, 10, 11, 13, 14, 18, 21, 25, 26, 27, 28, 29, 33, 34 },
            status => Assert.Contains(Rows.Value, r => r.Device.Status == status));
        Assert.True(Rows.Value.Count(r => r.Device.Status == 0) > 400);
        Assert.True(Rows.Value.Count(r => r.Device.Warnings.Count > 0) > 40);
    }

    [Fact]
    public void The_product_says_what_the_device_answers_or_there_is_a_reason() =>
        Assert.Equal("", string.Join("\n", Rows.Value.Where(r => !r.IsEqual && r.Why is null).Select(r =>
            $"{r.Device.Title}: device {r.Device.Status} [{string.Join(" | ", r.Device.Warnings)}], ours {r.Product} "
                + $"[{string.Join(" | ", r.Ours.Warnings)}]")));

    [Fact]
    public void No_reason_is_left_over() =>
        Assert.Equal([], Stricter.Values.Concat(Cases.Values).Except(Rows.Value.Where(r => !r.IsEqual).Select(r => r.Why)));

    [Fact]
    public void Docs_about_differences_says_so()
    {
        var page = Path.Combine(RuleCatalogueTests.Repository(), "docs", "about", "differences.md");
        Assert.True(File.ReadAllText(page).ReplaceLineEndings("\n")
            .EndsWith(Section(), StringComparison.Ordinal),
            "docs/about/differences.md is not what the experiments say. Make it again: run the tests named "
            + "Docs_about_differences_says_so with the environment variable DEVICECREDS_UPDATE_DOCS=1.");
    }

    /// <summary>The part of docs/about/differences.md on the device.</summary>
    public static string Section()
    {
        var rows = Rows.Value;
        var different = rows.Where(r => !r.IsEqual).ToList();
        var accepted = rows.Count(r => r.Device.Status == 0);
        var equal = rows.Count - different.Count;
        var unread = rows.Count(r => r.IsEqual && r.IsRefusedUnread);
        var alike = equal - unread;
        var text = new StringBuilder(
            $"""

            # Where Test-DeviceConfiguration and the device differ

            {rows.Count:N0} bundles of as many kinds were given to the vendor's public client (factory configurator client of the
            Device Management client 4.13.4, production mode, empty storage), and are judged by `Import-DeviceCredential` and
            `Test-DeviceConfiguration`: certificates of many kinds as the device's, as its issuer's, as the server's CA, for updates
            and of one's own; chains, keys, parameters, clocks and sessions. The device accepts {accepted:N0} of them. On {equal:N0} the
            verdicts are the same: status and warnings on {alike:N0}, and {unread:N0} are refused by both, by the product when it reads
            the bundle.
            This table explains the other {different.Count:N0}.

            | bundle | device | product | why |
            | --- | --- | --- | --- |

            """.ReplaceLineEndings("\n"));
        foreach (var row in different) text.Append($"| {row.Device.Title.Replace("|", "\\|")} | "
            + $"{(row.Device.Status == 0 ? "accepts" : row.Device.Status)} | {row.Product} | {row.Why} |\n");
        return text.ToString();
    }

    static Verdict Judge(byte[] bundle)
    {
        try
        {
            var credentials = CredentialImporter.Read([new InputFile(bundle)], "device.cbor");
            var credential = credentials.FirstOrDefault(c => c.Kind == c.Configuration!.Delivered?.Kind) ?? credentials[0];
            var report = new ConfigurationVerifier { At = Scene.Now }.Test(credential);
            var refused = report.Checks.FirstOrDefault(c => c.DeviceStatus is not null);
            return new Verdict(refused?.DeviceStatus!.Split(' ')[0] ?? "0", refused?.Id, refused is null
                ? [.. report.Failed.Select(c => c.Id)]
                : [], report.DeviceWarnings);
        }
        catch (InputException e)
        {
            return new Verdict("refused", e.ErrorId, [], []);
        }
    }
}
