using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>One line, one entry.</summary>
public class LedgerFormatTests
{
    static readonly Gen<DateTime> Second = Gen.Long[0,
        (DateTime.MaxValue.Ticks - 1) / TimeSpan.TicksPerSecond].Select(
        s => new DateTime(Math.Max(s, 366L * 86400) * TimeSpan.TicksPerSecond, DateTimeKind.Utc));

    static readonly Gen<Revocation> Revoked =
        from at in Second
        from reason in Gen.OneOf(Gen.Enum<RevocationReason>().Select(r => (r, (string?)null)),
            Gen.Const(((RevocationReason)6, (string?)"holdInstruction,1.2.840.10040.2.1")),
            Gen.Const(((RevocationReason)1, (string?)"keyTime,20250101000000Z")))
        from without in Gen.Bool
        select without ? new Revocation(at, null) : new Revocation(at, reason.Item1, reason.Item2);

    static readonly Gen<string> AnyName =
        Gen.String[Gen.OneOf(Gen.Char["abCN=/+\\xC3\t\"#,; ~\u007f"], Gen.Char.Where(c => !char.IsSurrogate(c))), 1, 20];

    static readonly Gen<LedgerEntry> Entry =
        from state in Gen.Enum<LedgerState>()
        from expires in Second
        from revocation in Revoked
        from serial in Gen.Byte.Array[1, 20]
        from negative in Gen.Frequency((9, Gen.Const("")), (1, Gen.Const("-")))
        from file in Gen.OneOf(Gen.Const("unknown"), Gen.String[Gen.Char["ab/\t."], 0, 9])
        from name in AnyName
        from account in Gen.OneOf(Gen.Const((string?)null), AnyName.Select(n => (string?)n))
        select new LedgerEntry
        {
            State = state, ExpiresAtUtc = expires, Revocation = state == LedgerState.Revoked ? revocation : null,
            SerialNumber = negative + Convert.ToHexString(serial),
            File = file, Subject = OneLineName.Create(name, account),
        };

    static LedgerEntry Read(string line) => LedgerFormat.Read(Encoding.UTF8.GetBytes(line), "index.txt", 7);

    [Fact]
    public void What_is_written_reads_back_to_the_letter() =>
        Entry.Sample(entry =>
        {
            var line = entry.ToString();
            Assert.DoesNotContain('\n', line);
            Assert.Equal(entry, Read(line));
            Assert.Equal(line, Read(line).ToString());
        });

    [Fact]
    public void Every_name_reads_back_and_no_two_subjects_look_alike() =>
        Gen.Select(AnyName, AnyName, Gen.Bool).Sample((name, account, with) =>
        {
            var entry = new LedgerEntry { Subject = OneLineName.Create(name, with ? account : null) };
            Assert.Equal((name, with ? account : null), (entry.EndpointName, entry.AccountId));
            Assert.All(entry.Subject, c => Assert.InRange(c, ' ', '~'));
        });

    [Theory]
    [InlineData("V\t460123111610Z\t\t01\tunknown\t/CN=Ger\\xC3\\xA4t\\xC3", "Ger\u00C3\u00A4t\u00C3", null)]
    [InlineData("V\t460123111610Z\t\t01\tunknown\t/OU=\\xFF/CN=Ger\\xE4t", "Gerät", "ÿ")]
    [InlineData("V\t460123111641Z\t\t04\tunknown\t/OU=p\\+q/CN=a\\/b=c d~x", "a/b=c d~x", "p+q")]
    [InlineData("V\t460123111610Z\t\t03\tunknown\t/CN=y+OU=x", "y", "x")]
    [InlineData("V\t460123111610Z\t\t03\tunknown\t/CN=a/b/OU=x", "a/b", "x")]
    [InlineData("V\t460123111610Z\t\t03\tunknown\t/CN=a\\b", "a\\b", null)]
    [InlineData("V\t460123111610Z\t\t03\tunknown\t/CN=first/CN=second", "first", null)]
    [InlineData("V\t460123111610Z\t\t03\tunknown\t/CN=Gerät", "Gerät", null)]
    [InlineData("V\t460123111610Z\t\t03\tunknown\t/O=x/2.5.4.97=y", null, null)]
    [InlineData("V\t460123111610Z\t\t03\tunknown\t", null, null)]
    [InlineData("E\t20600101000000Z\t\t03\t./certs/03.pem\t/CN=", "", null)]
    public void What_OpenSSL_of_any_age_wrote_is_read(string line, string? endpointName, string? accountId)
    {
        var entry = Read(line);
        Assert.Equal((endpointName, accountId), (entry.EndpointName, entry.AccountId));
        Assert.Equal(line, entry.ToString());
    }

    [Theory]
    [InlineData("V\t460123111610Z\t\t01\tunknown", "LedgerFieldCount", 28)]
    [InlineData("V\t460123111610Z\t\t01\tunknown\t/CN=a\tb", "LedgerFieldCount", 34)]
    [InlineData("", "LedgerFieldCount", 1)]
    [InlineData("v\t460123111610Z\t\t01\tunknown\t/CN=a", "LedgerState", 1)]
    [InlineData("VV\t460123111610Z\t\t01\tunknown\t/CN=a", "LedgerState", 1)]
    [InlineData("V\t460123111610\t\t01\tunknown\t/CN=a", "LedgerTime", 3)]
    [InlineData("V\t461323111610Z\t\t01\tunknown\t/CN=a", "LedgerTime", 3)]
    [InlineData("V\t450229111610Z\t\t01\tunknown\t/CN=a", "LedgerTime", 3)]
    [InlineData("V\t460123116010Z\t\t01\tunknown\t/CN=a", "LedgerTime", 3)]
    [InlineData("V\t\t\t01\tunknown\t/CN=a", "LedgerTime", 3)]
    [InlineData("V\t460123111610Z\t260123111610Z\t01\tunknown\t/CN=a", "LedgerRevocation", 17)]
    [InlineData("R\t460123111610Z\t\t01\tunknown\t/CN=a", "LedgerRevocation", 17)]
    [InlineData("R\t460123111610Z\t260123111610Z,privilegeWithdrawn\t01\tunknown\t/CN=a", "LedgerRevocation", 17)]
    [InlineData("R\t460123111610Z\t260101000000Z,keyTime,xx\t01\tunknown\t/CN=a", "LedgerRevocation", 17)]
    [InlineData("R\t460123111610Z\t260101000000Z,keyTime\t01\tunknown\t/CN=a", "LedgerRevocation", 17)]
    [InlineData("R\t460123111610Z\t260101000000Z,holdInstruction,zz\t01\tunknown\t/CN=a", "LedgerRevocation", 17)]
    [InlineData("R\t460123111610Z\tyesterday\t01\tunknown\t/CN=a", "LedgerRevocation", 17)]
    [InlineData("V\t460123111610Z\t\t1\tunknown\t/CN=a", "LedgerSerialNumber", 18)]
    [InlineData("V\t460123111610Z\t\t\tunknown\t/CN=a", "LedgerSerialNumber", 18)]
    [InlineData("V\t460123111610Z\t\t0G\tunknown\t/CN=a", "LedgerSerialNumber", 18)]
    public void A_line_that_OpenSSL_would_refuse_is_refused_with_its_place(string line, string id, int column)
    {
        var error = Assert.Throws<InputException>(() => Read(line));
        Assert.Equal((id, "index.txt", 7, column), (error.ErrorId, error.Path, error.Line, error.Column));
    }

    [Fact]
    public void Any_bytes_are_an_entry_or_an_error() =>
        Gen.Byte.Array[0, 80].Sample(bytes =>
        {
            try
            {
                LedgerFormat.Read(bytes);
            }
            catch (InputException)
            {
                // That is the other outcome.
            }
        });

    [Fact]
    public void What_is_recorded_is_what_the_certificate_says()
    {
        var root = CertificateAuthority.Create("Root", validity: ValidityRequest.ForYears(60));
        Given.EndpointName.Sample(name =>
        {
            var validity = ValidityRequest.ForYears(15 + name.Length % 40);
            var credential = new CredentialIssuer(root, CredentialKind.Lwm2m, validity).Issue(new DeviceIdentity(name, "a/c+c\\ount"));
            var entry = LedgerEntry.Of(credential);
            var certificate = credential.Leaf;
            Assert.Equal((certificate.SerialNumber, certificate.Fields.NotAfter, LedgerState.Valid, name, "a/c+c\\ount"),
                (entry.SerialNumber, entry.ExpiresAtUtc, entry.State, entry.EndpointName, entry.AccountId));
            Assert.Equal(OneLineName.Create(certificate.Fields.Subject), entry.Subject);
        }, iter: 50);
    }

    [Fact]
    public void A_valid_entry_is_expired_from_its_end_on()
    {
        var entry = Read("V\t460123111610Z\t\t01\tunknown\t/CN=a");
        Assert.Equal(LedgerState.Valid, entry.At(entry.ExpiresAt.AddSeconds(-1)).State);
        Assert.Equal(LedgerState.Expired, entry.At(entry.ExpiresAt).State);
    }
}
