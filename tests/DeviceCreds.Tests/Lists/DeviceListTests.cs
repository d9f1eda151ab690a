using System.IO.Compression;
using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Lists of devices as factories have them.</summary>
public class DeviceListTests
{
    sealed record Outcome(IReadOnlyList<DeviceIdentity> Devices, IReadOnlyList<InputException> Errors)
    {
        public string Names => string.Join('|', Devices.Select(d => d.EndpointName));
    }

    static Outcome Read(byte[] content, char? delimiter = null, Encoding? encoding = null, Shard? shard = null)
    {
        using var folder = new TempFolder();
        var errors = new List<InputException>();
        var list = new DeviceList(errors.Add) { Delimiter = delimiter, Encoding = encoding, Shard = shard };
        return new([.. list.Read(folder.Write("devices", content))], errors);
    }

    /// <summary>An empty cell is no value, whichever of the two columns has it.</summary>
    [Theory]
    [InlineData("x", "", "x")]
    [InlineData("", "x", "x")]
    [InlineData("x", "x", "x")]
    [InlineData("", "", null)]
    public void The_account_is_in_the_first_column_for_it_that_is_not_empty(string first, string second, string? account)
    {
        foreach (var (accountId, aid) in new[] { (first, second), (second, first) })
        {
            var contents = new List<string>
            {
                $"CN,AccountId,aid\na,{accountId},{aid}\n", $"aid,CN,AccountId\n{aid},a,{accountId}\n",
                $"{{\"CN\":\"a\",\"aid\":\"{aid}\",\"AccountId\":\"{accountId}\"}}",
            };
            if (accountId.Length == 0) contents.Add($"{{\"CN\":\"a\",\"AccountId\":null,\"aid\":\"{aid}\"}}");
            foreach (var content in contents)
            {
                var outcome = Read(content);
                Assert.Empty(outcome.Errors);
                Assert.Equal(account, Assert.Single(outcome.Devices).AccountId);
            }
        }
    }

    static Outcome Read(string content, char? delimiter = null, Shard? shard = null) =>
        Read(Encoding.UTF8.GetBytes(content), delimiter, shard: shard);

    static readonly Encoding Latin1 = Encoding.Latin1;

    // By description, since test runners cannot carry every string.
    static readonly IReadOnlyDictionary<string, byte[]> Forms = new Dictionary<string, byte[]>
    {
        ["commas"] = "EndpointName,AccountId,Line\nGerät-1,acc,A\ndev-2,,B\n"u8.ToArray(),
        ["Excel's line for the delimiter"] = "sep=;\r\nEndpointName;AccountId;Line\r\nGerät-1;acc;A\r\ndev-2;;B\r\n"u8.ToArray(),
        ["Excel's line in quotes, a mark, and a delimiter of its own"] = [0xEF, 0xBB, 0xBF,
            .. "\"sep=^\"\nEndpointName^AccountId^Line\nGerät-1^acc^A\ndev-2^^B\n"u8],
        ["names with spaces"] = "Endpoint Name, Account ID ,line\nGerät-1,acc,A\ndev-2,,B\n"u8.ToArray(),
        ["names with a dash and an underscore"] = "ENDPOINT-NAME,account_id,L_ine\nGerät-1,acc,A\ndev-2,,B\n"u8.ToArray(),
        ["semicolons"] = "EndpointName;AccountId;Line\nGerät-1;acc;A\ndev-2;;B\n"u8.ToArray(),
        ["tabs"] = "EndpointName\tAccountId\tLine\nGerät-1\tacc\tA\ndev-2\t\tB\n"u8.ToArray(),
        ["bars"] = "EndpointName|AccountId|Line\nGerät-1|acc|A\ndev-2||B\n"u8.ToArray(),
        ["carriage returns and no newline at the end"] = "EndpointName,AccountId,Line\r\nGerät-1,acc,A\r\ndev-2,,B"u8.ToArray(),
        ["empty lines, and what a spreadsheet leaves"] = "\n\nEndpointName,AccountId,Line\n\nGerät-1,acc,A\n,,\ndev-2,,B\n\n"u8.ToArray(),
        ["quotes"] = "\"EndpointName\",\"AccountId\",\"Line\"\n\"Gerät-1\",\"acc\",\"A\"\n\"dev-2\",\"\",\"B\"\n"u8.ToArray(),
        ["another order, other names, another case"] = "line,AID,endpoint_NAME\nA,acc,Gerät-1\nB,,dev-2\n"u8.ToArray(),
        ["a mark before UTF-8"] = [0xEF, 0xBB, 0xBF, .. "EndpointName,AccountId,Line\nGerät-1,acc,A\ndev-2,,B\n"u8],
        ["UTF-16 with a mark"] = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("EndpointName,AccountId,Line\nGerät-1,acc,A\ndev-2,,B\n")],
        ["UTF-16, big end first, with a mark"] = [0xFE, 0xFF,
            .. Encoding.BigEndianUnicode.GetBytes("EndpointName,AccountId,Line\nGerät-1,acc,A\ndev-2,,B\n")],
        ["UTF-16 without a mark"] = Encoding.Unicode.GetBytes("EndpointName,AccountId,Line\nGerät-1,acc,A\ndev-2,,B\n"),
        ["UTF-16, big end first, without a mark"] =
            Encoding.BigEndianUnicode.GetBytes("EndpointName,AccountId,Line\nGerät-1,acc,A\ndev-2,,B\n"),
        ["Latin-1"] = Latin1.GetBytes("EndpointName,AccountId,Line\nGerät-1,acc,A\ndev-2,,B\n"),
        ["gzip"] = Gzip("EndpointName,AccountId,Line\nGerät-1,acc,A\ndev-2,,B\n"u8.ToArray()),
        ["JSON lines"] =
            [.. "{\"EndpointName\":\"Ger\\u00e4t-1\",\"AccountId\":\"acc\",\"Line\":\"A\"}\n\n"u8,
                .. "{\"Line\":\"B\",\"endpoint\":\"dev-2\",\"aid\":null}\n"u8],
    };

    public static TheoryData<string> FormNames => [.. Forms.Keys];

    [Theory]
    [MemberData(nameof(FormNames))]
    public void The_same_two_devices_come_out_of(string form)
    {
        var (devices, errors) = Read(Forms[form]);
        Assert.Empty(errors);
        Assert.Equal([("Gerät-1", "acc", "A"), ("dev-2", null, "B")],
            devices.Select(d => (d.EndpointName, d.AccountId, d.Columns["LINE"])));
        Assert.All(devices, d => Assert.Single(d.Columns));
    }

    [Theory]
    [InlineData("dev-1\r\ndev-2\n\ndev 3, with a comma", "dev-1|dev-2|dev 3, with a comma")]
    [InlineData("EndpointName\ndev-1\ndev-2", "dev-1|dev-2")]
    [InlineData("CN;EndpointName\nno;dev-1", "dev-1")]
    [InlineData("Note, the first,EndpointName;CN\n1;dev-1", "dev-1")]
    [InlineData("dev-1", "dev-1")]
    [InlineData("\n \n", "")]
    public void Endpoint_names_are_found(string content, string names) => Assert.Equal(names, Read(content).Names);

    [Fact]
    public void A_field_may_hold_delimiters_quotes_and_newlines()
    {
        var device = Assert.Single(Read("EndpointName,Note\r\n\"a,\"\"b\"\"\",\"two\r\nlines\"\r\n").Devices);
        Assert.Equal(("a,\"b\"", "two\r\nlines"), (device.EndpointName, device.Columns["Note"]));
    }

    [Theory]
    [InlineData("EndpointName,AccountId\na,x\n b,x\nc,x\n", "EndpointNameSurroundedBySpaces", 3, 1)]
    [InlineData("AccountId,EndpointName\nx,a\nx,\nx,c\n", "EndpointNameEmpty", 3, 3)]
    [InlineData("EndpointName,AccountId\na,x\nb, \nc,x\n", "AccountIdBlank", 3, 3)]
    [InlineData("EndpointName,AccountId\na,x\nb\u200b,x\nc,x\n", "EndpointNameInvalidCharacter", 3, 1)]
    [InlineData("EndpointName,AccountId\na,x\na,y\nc,x\n", "EndpointNameDuplicate", 3, 1)]
    [InlineData("EndpointName,Note\na,\"x\ny\"\nb,x,y\nc,x\n", "DeviceListFieldCount", 4, null)]
    [InlineData("EndpointName,AccountId\na,x\nb\nc,x\n", "DeviceListFieldCount", 3, null)]
    [InlineData("EndpointName,AccountId\na,x\n\"b,x\nc,x\n", "DeviceListQuoteOpen", 3, 1)]
    [InlineData("EndpointName,AccountId\na,x\n\"b\"c,x\nc,x\n", "DeviceListQuoteInside", 3, 4)]
    [InlineData("EndpointName,AccountId\na,x\n\uFFFD,x\nc,x\n", "DeviceListEncoding", 3, 1)]
    [InlineData("EndpointName,AccountId\na,x\nb,1\u00A02\nc,x\n", "AccountIdInvalidCharacter", 3, 3)]
    [InlineData("EndpointName,AccountId\na,x\nb\u3164,x\nc,x\n", "EndpointNameInvalidCharacter", 3, 1)]
    [InlineData("EndpointName,AccountId\na,x\n1.23457E+14,x\nc,x\n", "EndpointNameDamagedNumber", 3, 1)]
    [InlineData("EndpointName;AccountId\na;x\nb;1,23457E+14\nc;x\n", "AccountIdDamagedNumber", 3, 3)]
    [InlineData("{\"CN\":\"a\"}\n{\"CN\":[\"b\"]}\n{\"CN\":\"c\"}", "ColumnWrongType", 2, 2)]
    [InlineData("{\"CN\":\"a\"}\n{\"CN\":\"b\",\"aid\":{\"x\":1}}\n{\"CN\":\"c\"}", "ColumnWrongType", 2, 11)]
    [InlineData("{\"CN\":\"a\"}\n{\"CN\":true}\n{\"CN\":\"c\"}", "ColumnWrongType", 2, 2)]
    [InlineData("{\"CN\":\"a\"}\n{\"CN\":1e5}\n{\"CN\":\"c\"}", "ColumnWrongType", 2, 2)]
    [InlineData("{\"CN\":\"a\"}\n{\"CN\":\"b\",\"x\":1,\"X\":2}\n{\"CN\":\"c\"}", "DeviceListColumnTwice", 2, null)]
    [InlineData("{\"CN\":\"a\"}\n{\"CN\":\n{\"CN\":\"c\"}", "DeviceListJson", 2, null)]
    [InlineData("{\"CN\":\"a\"}\n3\n{\"CN\":\"c\"}", "DeviceListJson", 2, null)]
    [InlineData("{\"CN\":\"a\"}\n{\"Line\":7}\n{\"CN\":\"c\"}", "EndpointNameEmpty", 2, 1)]
    [InlineData("{\"CN\":\"a\"}\n{\"Line\":7,\"CN\":\" b\"}\n{\"CN\":\"c\"}", "EndpointNameSurroundedBySpaces", 2, 11)]
    [InlineData("a\na\nc", "EndpointNameDuplicate", 2, 1)]
    [InlineData("CN,AccountId,aid\na,x,x\nb,x,y\nc,x,", "ColumnTwice", 3, 3)]
    [InlineData("{\"CN\":\"a\"}\n{\"CN\":\"b\",\"aid\":\"x\",\"AccountId\":\"y\"}\n{\"CN\":\"c\"}", "ColumnTwice", 2, 21)]
    [InlineData("CN,AccountId,aid\na,x,\nb,y,x\nc,,x", "ColumnTwice", 3, 3)]
    public void A_bad_row_is_named_with_its_place_and_the_others_go_on(string content, string id, int line, int? column)
    {
        var outcome = Read(content);
        var error = Assert.Single(outcome.Errors);
        Assert.Equal((id, line), (error.ErrorId, error.Line));
        if (column is not null) Assert.Equal(column, error.Column);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.Equal("a|c", outcome.Names);
    }

    [Theory]
    [InlineData("Name,Account\na,b", "EndpointNameMissing")]
    [InlineData("EndpointName,Line,LINE\na,b,c", "DeviceListColumnTwice")]
    [InlineData("EndpointName,Site,s_ite\na,b,c", "DeviceListColumnTwice")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----",
        "DeviceListNotRecognised")]
    [InlineData("Bag Attributes\n-----BEGIN CERTIFICATE-----\nMIGH\n-----END CERTIFICATE-----", "DeviceListNotRecognised")]
    [InlineData("PK\u0003\u0004 a workbook", "DeviceListNotRecognised")]
    [InlineData("[{\"CN\":\"a\"}]", "DeviceListJson")]
    [InlineData("", "FileEmpty")]
    public void A_file_that_is_no_list_is_refused(string content, string id) => Assert.Equal(id, Refused.Input(() => Read(content)));

    [Theory]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nTheSecretItself\n", "a private key")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nTheSecretItself\n", "an encrypted private key")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\n", "a certificate signing request")]
    [InlineData("-----BEGIN CERTIFICATE-----\n", "a certificate")]
    public void Another_sort_of_file_is_named_for_what_it_is(string content, string what)
    {
        var error = Assert.Throws<InputException>(() => Read(content));
        Assert.Contains($"this is {what}, not a list", error.Message);
        Assert.DoesNotContain("Secret", error.Message);
    }

    [Fact]
    public void A_key_in_DER_is_named_for_what_it_is() =>
        Assert.Contains("this is a private key",
            Assert.Throws<InputException>(() => Read(DeviceKey.Generate().ToDer(KeyEncoding.Pkcs8))).Message);

    [Theory]
    [InlineData("Serial;Konto\na;x\n", "Serial", "Konto", "a x")]
    [InlineData("EndpointName,Serial\nno,a\n", "serial", null, "a ")]
    [InlineData("Geräte-Name,aid\na,x\n", "gerätename", null, "a x")]
    [InlineData("Serial\na\n", "Serial", null, "a ")]
    [InlineData("{\"Serial\":\"a\",\"Konto\":\"x\"}\n", "Serial", "Konto", "a x")]
    public void The_columns_of_the_names_may_have_names_of_their_own(string content, string name, string? account, string expected)
    {
        using var folder = new TempFolder();
        var list = new DeviceList(e => Assert.Fail(e.Message)) { EndpointNameColumn = name, AccountIdColumn = account };
        var device = Assert.Single(list.Read(folder.Write("l", Encoding.UTF8.GetBytes(content))));
        Assert.Equal(expected, $"{device.EndpointName} {device.AccountId}");
    }

    [Fact]
    public void A_column_that_is_not_there_is_named_with_those_that_are()
    {
        using var folder = new TempFolder();
        var path = folder.Write("l", "Serial,Site\na,b\n"u8.ToArray());
        var error = Assert.Throws<InputException>(() => new DeviceList(_ => { }) { EndpointNameColumn = "Nummer" }.Read(path).ToList());
        Assert.Equal("ColumnMissing", error.ErrorId);
        Assert.Contains("expected the column 'Nummer', found Serial, Site", error.Message);
        Assert.Equal("ColumnMissing",
            Refused.Input(() => new DeviceList(_ => { }) { EndpointNameColumn = "Serial", AccountIdColumn = "Konto" }.Read(path).ToList()));
    }

    /// <summary>After a quote that nobody closes, reading goes on in the next line: what is read in vain has a bound.</summary>
    [Theory]
    [InlineData(100, 1)]
    [InlineData(101, 0)]
    public void A_field_has_at_most_100_line_breaks(int breaks, int devices)
    {
        var outcome = Read($"CN,Note\na,\"{new string('\n', breaks)}\"\nb,x\n");
        Assert.Equal(devices + 1, outcome.Devices.Count);
        if (devices == 0) Assert.Equal(("DeviceListQuoteOpen", 2), (outcome.Errors[0].ErrorId, outcome.Errors[0].Line));
    }

    /// <summary>LF, CRLF and CR are alike, also where rows are broken and quotes are never closed.</summary>
    [Fact]
    public void Line_ends_are_alike()
    {
        var row = Gen.OneOf(
            Gen.String[Gen.Char["ab,\" "], 0, 8], Gen.Int[0, 999].Select(i => $"d{i},x"),
            Gen.Int[0, 999].Select(i => $"d{i},\"x\ny\""));
        Gen.Select(row.Array[0, 150], Gen.OneOf("CN,x\n", "{\"CN\":\"q\"}\n", "")).Sample((rows, header) =>
        {
            var lines = (header + string.Join('\n', rows)).Split('\n');
            var outcomes = new[] { "\n", "\r\n", "\r" }.Select(end => Said(string.Join(end, lines))).ToList();
            Assert.All(outcomes, o => Assert.Equal(outcomes[0], o));
        }, iter: 60);

        static string Said(string content)
        {
            try
            {
                var (devices, errors) = Read(content);
                return string.Join('|', [.. devices.Select(d => $"{d.EndpointName} {d.Columns}".ReplaceLineEndings("\n")),
                    .. errors.Select(e => $"{e.ErrorId} {e.Line} {e.Column}")]);
            }
            catch (InputException e)
            {
                return $"{e.ErrorId} {e.Line}";
            }
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void A_quote_that_is_never_closed_costs_its_row_alone(string end)
    {
        var outcome = Read(string.Join(end, [
            "CN,x", .. Enumerable.Range(2, 5000).Select(line => line == 2000 ? "d2000,\"x" : $"d{line},x")]));
        Assert.Equal(("DeviceListQuoteOpen", 2000, 7), (outcome.Errors[0].ErrorId, outcome.Errors[0].Line, outcome.Errors[0].Column));
        Assert.Single(outcome.Errors);
        Assert.Equal(Enumerable.Range(2, 5000).Where(line => line != 2000).Select(line => $"d{line}"),
            outcome.Devices.Select(d => d.EndpointName));
    }

    /// <summary>What stands behind the limit of a line is no row of its own.</summary>
    [Theory]
    [InlineData("CN,x\na,x\n", "b,", ",x", "\nc,x\n")]
    [InlineData("CN,x\na,x\n", "", ",x", "\rc,x\n")]
    [InlineData("CN,x\na,x\n", "\"b\",\"", "\",x", "\r\nc,x")]
    [InlineData("a\nb\n", "", "", "\nc")]
    [InlineData("{\"CN\":\"a\"}\n\n", "{\"CN\":\"", "\"}", "\r\n{\"CN\":\"c\"}")]
    public void A_line_that_is_too_long_is_one_bad_row(string before, string from, string to, string after)
    {
        var outcome = Read($"{before}{from}{new string('y', 400_000)}{to}{after}");
        var error = Assert.Single(outcome.Errors);
        Assert.Equal(3, error.Line);
        Assert.Contains(error.ErrorId, (string[])["DeviceListLineTooLong", "DeviceListQuoteOpen"]);
        Assert.Equal(before.StartsWith('a') ? "a|b|c" : "a|c", outcome.Names);
    }

    [Fact]
    public void The_rows_of_a_list_share_their_header()
    {
        var devices = Read("CN,Site\na,x\nb,y\n").Devices;
        Assert.Equal(["x", "y"], devices.Select(d => d.Columns["Site"]));
        var lines = Read("{\"CN\":\"a\",\"Site\":\"x\"}\n{\"CN\":\"b\",\"Site\":\"y\"}\n").Devices;
        Assert.Equal(["x", "y"], lines.Select(d => d.Columns["Site"]));
    }

    [Fact]
    public void A_gzip_file_that_is_damaged_is_refused()
    {
        var gzip = Gzip(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"dev-{i * 7919}\n"))));
        gzip[gzip.Length / 2] ^= 0xFF;
        gzip[3] = 0xFF;
        Assert.Equal("GzipDamaged", Refused.Input(() => Read(gzip)));
    }

    /// <summary>An error of the file is not one of each row that is then missing, and every part of a list says it.</summary>
    [Theory]
    [InlineData("CN,x\n", ",x\n", 1, 1)]
    [InlineData("CN,x\n", ",x\n", 1, 3)]
    [InlineData("CN,x\n", ",x\n", 2, 3)]
    [InlineData("", "\n", 2, 3)]
    public void A_file_that_cannot_be_read_is_one_error(string before, string after, int part, int parts)
    {
        var gzip = Gzip(Encoding.ASCII.GetBytes(before + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"d{i * 7919}{after}"))));
        Array.Fill(gzip, (byte)0xFF, gzip.Length * 9 / 10, 20);
        using var folder = new TempFolder();
        var list = new DeviceList(e => Assert.Fail(e.Message)) { Shard = new Shard(part, parts) };
        Assert.Equal("GzipDamaged", Refused.Input(() => list.Read(folder.Write("devices.gz", gzip)).Count()));
    }

    [Fact]
    public void A_name_is_known_again_in_another_file()
    {
        using var folder = new TempFolder();
        var errors = new List<InputException>();
        var list = new DeviceList(errors.Add);
        Assert.Equal(2, list.Read(folder.Write("1.txt", "a\nb\n")).Count());
        Assert.Equal("c", Assert.Single(list.Read(folder.Write("2.txt", "c\nb\n"))).EndpointName);
        var error = Assert.Single(errors);
        Assert.Equal(("EndpointNameDuplicate", 2, folder.File("2.txt")), (error.ErrorId, error.Line, error.Path));
        Assert.Contains(folder.File("1.txt") + ", line 2", error.Message);
    }

    [Fact]
    public void What_Python_writes_is_read_to_the_letter()
    {
        var cell = Gen.String[Gen.Char["ab,;\t|\"\r\n ä漢'"], 0, 8];
        Gen.Select(cell.Array[2].Array[1, 8], Gen.OneOf(',', ';', '\t', '|')).Sample((rows, delimiter) =>
        {
            using var folder = new TempFolder();
            var all = rows.Select((r, i) => (string[])[$"d{i}", .. r]).ToList();
            var path = folder.File("devices.csv");
            Tool.Run(Python, "-c",
                "import csv,json,sys\nwith open(sys.argv[1],'w',newline='',encoding='utf-8') as f:\n "
                    + "w=csv.writer(f,delimiter=sys.argv[2]); w.writerow(['CN','x','y']); w.writerows(json.loads(sys.argv[3]))",
                path, delimiter.ToString(), System.Text.Json.JsonSerializer.Serialize(all));
            var errors = new List<InputException>();
            Assert.Equal(all,
                new DeviceList(errors.Add).Read(path).Select(d => (string[])[d.EndpointName, d.Columns["x"], d.Columns["y"]]));
            Assert.Empty(errors);
        }, iter: 20, threads: 1);
    }

    static string Python => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(Tool.Exists) ?? "python3";

    [Fact]
    public void Any_bytes_are_devices_or_errors() =>
        Gen.OneOf(Gen.Byte.Array[0, 60],
            Gen.String[Gen.Char["CN,;\"\r\n{}:\tab\0"], 0, 60].Select(s => Encoding.UTF8.GetBytes("CN,x\n" + s))).Sample(bytes =>
        {
            try
            {
                Read(bytes);
            }
            catch (InputException)
            {
                // That is the other outcome.
            }
        });

    [Fact]
    public void Buffers_end_anywhere()
    {
        var rows = Enumerable.Range(0, 9000).Select(i => $"d{i},\"{new string('x', i % 40)}\"\"\n\",{i}").ToList();
        var outcome = Read("CN,a,b\n" + string.Join('\n', rows));
        Assert.Empty(outcome.Errors);
        Assert.Equal(Enumerable.Range(0, 9000).Select(i => ($"d{i}", $"{new string('x', i % 40)}\"\n", i.ToString())),
            outcome.Devices.Select(d => (d.EndpointName, d.Columns["a"], d.Columns["b"])));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Shards_are_disjoint_and_cover_the_list_with_its_errors_exactly() =>
        Gen.Select(
            Gen.OneOf(Given.EndpointName.Where(n => n.IndexOfAny([',', '"', '{', '[']) < 0),
                Gen.OneOf(" bad", "", "x,y,z", "twice")).Array[1, 40], Gen.Int[1, 20]).Sample((names, count) =>
        {
            var content = "CN,x\n" + string.Concat(names.Select(n => n + ",1\n"));
            var all = Read(content, ',');
            var parts = Enumerable.Range(1, count).Select(i => Read(content, ',', new Shard(i, count))).ToList();
            Assert.Equal(all.Devices.Select(d => d.EndpointName).Order(StringComparer.Ordinal),
                parts.SelectMany(p => p.Devices).Select(d => d.EndpointName).Order(StringComparer.Ordinal));
            Assert.Equal(all.Errors.Select(e => e.Message.Split('/')[^1]).Order(),
                parts.SelectMany(p => p.Errors).Select(e => e.Message.Split('/')[^1]).Order());
            Assert.All(parts,
                p => Assert.Equal(p.Names,
                    string.Join('|',
                        all.Devices.Select(d => d.EndpointName).Where(p.Devices.Select(d => d.EndpointName).ToHashSet().Contains))));
        }, iter: 200);

    [Theory]
    [InlineData("thermostat-000001", 16)]
    [InlineData("Gerät", 7)]
    public void A_shard_is_what_python_computes(string name, int count)
    {
        var index =
            int.Parse(
                Tool.Run(Python, "-c",
                    "import hashlib,sys; print(int.from_bytes(hashlib.sha256(sys.argv[1].encode()).digest()[:8],'big') % int(sys.argv[2]) "
                        + "+ 1)", name, count.ToString()));
        Assert.Equal([index], Enumerable.Range(1, count).Where(i => new Shard(i, count).Contains(name)));
    }

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1/0")]
    [InlineData("-1/4")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("a/b")]
    [InlineData("")]
    public void A_part_that_is_none_is_refused(string text) => Assert.Equal("ShardInvalid", Refused.Input(() => Shard.Parse(text)));

    [Fact]
    public void A_part_is_written_as_it_is_read() => Assert.Equal("3/16", Shard.Parse("3/16").ToString());

    static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest)) gzip.Write(content);
        return buffer.ToArray();
    }
}
