using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell.Tests;

public sealed class IssuingTests : IClassFixture<Engine>
{
    readonly Engine _engine;
    readonly PSObject _chain;

    public IssuingTests(Engine engine)
    {
        _engine = engine;
        _chain = engine.Run("New-CertificateChain 'Root CA', 'Factory CA'").Single;
    }

    static PSObject Row(params (string Name, object? Value)[] columns)
    {
        var row = new PSObject();
        foreach (var (name, value) in columns) row.Properties.Add(new PSNoteProperty(name, value));
        return row;
    }

    [Fact]
    public void The_main_job_goes_from_rows_to_files_that_pass_their_test()
    {
        using var folder = new TempFolder();
        var rows = Enumerable.Range(1, 5).Select(i => Row(("EndpointName", $"device-{i}"), ("Line", "A"))).ToArray();
        var files = _engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1] | Export-DeviceCredential -Path $args[2]", rows,
            _chain, folder.Path);
        Assert.Empty(files.Errors);
        Assert.Equal(Enumerable.Range(1, 5).Select(i => folder.File($"device-{i}")), files.All<string>("Path"));
        Assert.Equal(
            ["BootstrapDeviceCert.der", "BootstrapDeviceCert.pem", "BootstrapDevicePrivateKey.der", "BootstrapDevicePrivateKey.pem"],
            Directory.GetFiles(folder.File("device-3")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var reports = _engine.Run("$args[0] | Test-DeviceCertificate -Issuer $args[1]", files.Output, _chain);
        Assert.Empty(reports.Errors);
        Assert.Equal(Enumerable.Repeat(true, 5), reports.All<bool>("Passed"));
    }

    [Fact]
    public void Results_come_in_the_order_of_the_input()
    {
        var names = Enumerable.Range(1, 100).Select(i => $"device-{(i * 37) % 100}").ToArray();
        Assert.Equal(names,
            _engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1]", names, _chain).All<string>("EndpointName"));
    }

    [Theory]
    [InlineData("", "EndpointNameEmpty", ErrorCategory.InvalidArgument)]
    [InlineData("   ", "EndpointNameBlank", ErrorCategory.InvalidArgument)]
    [InlineData("a\tb", "EndpointNameInvalidCharacter", ErrorCategory.InvalidArgument)]
    [InlineData("x2345678901234567890123456789012345678901234567890123456789012345", "EndpointNameTooLong", ErrorCategory.InvalidArgument)]
    [InlineData("device-1", "EndpointNameDuplicate", ErrorCategory.InvalidOperation)]
    [InlineData("Root CA", "EndpointNameOfAuthority", ErrorCategory.InvalidOperation)]
    public void One_bad_row_is_one_error_and_the_others_go_on(string bad, string id, ErrorCategory category)
    {
        var rows = new[] { Row(("EndpointName", "device-1")), Row(("EndpointName", bad)), Row(("EndpointName", "device-2")) };
        var result = _engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1]", rows, _chain);
        Assert.Equal(["device-1", "device-2"], result.All<string>("EndpointName"));
        var error = Assert.Single(result.Errors);
        Assert.Equal($"{id},DeviceCreds.PowerShell.Cmdlets.NewBootstrapDeviceCredentialCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Same(rows[1].BaseObject, ((PSObject)error.TargetObject).BaseObject);
        Assert.StartsWith("Row 2: ", error.Exception.Message);
    }

    [Theory]
    [InlineData("EndpointName")]
    [InlineData("Endpoint")]
    [InlineData("endpoint_name")]
    [InlineData("CommonName")]
    [InlineData("CN")]
    public void The_column_may_have_each_of_its_names(string column) =>
        Assert.Equal("device-1",
            _engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1]", Row((column, "device-1")), _chain)
                .All<string>("EndpointName").Single());

    [Fact]
    public void A_request_from_the_pipeline_keeps_its_own_key()
    {
        var request = _engine.Run("New-DeviceCertificateRequest device-1").Single;
        var credential = _engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1]", request, _chain).Single;
        Assert.Equal(request.Properties["Key"].Value, credential.Properties["PrivateKey"].Value);
    }

    [Theory]
    [InlineData("New-BootstrapDeviceCredential device-1 -Issuer (New-CertificateAuthority R -ValidYears 5)", "IssuerExpiresTooSoon")]
    [InlineData("New-BootstrapDeviceCredential device-1 -Issuer (New-CertificateAuthority R) -ValidYears 10", "ValidityTooShort")]
    [InlineData("New-BootstrapDeviceCredential device-1 -Issuer (New-CertificateAuthority R) -ValidYears 50", "ValidityOutlivesIssuer")]
    [InlineData("New-BootstrapDeviceCredential device-1 -Issuer (New-CertificateAuthority R) -ValidYears 20 -NoExpiration",
        "ValidityAmbiguous")]
    [InlineData("New-CertificateAuthority A -Issuer (New-CertificateAuthority R -PathLength 0)", "PathLengthExceeded")]
    [InlineData("New-Lwm2mDeviceCredential device-1 -Issuer (New-CertificateAuthority R)", "AccountIdMissing")]
    [InlineData("New-Lwm2mDeviceCredential device-1 -Issuer (New-CertificateAuthority R) -ServerUri http://x?aid=1", "ServerUriScheme")]
    [InlineData("Import-DeviceKey ./no-such-file.pem", "FileNotFound")]
    [InlineData("Export-DeviceCredential -Credential (New-BootstrapDeviceCredential device-1 -Issuer (New-CertificateAuthority R)) -Path "
        + "x -Format Pemm", "FormatUnknown")]
    public void What_cannot_be_done_is_an_error_with_a_stable_id(string script, string id)
    {
        var error = _engine.Run(script).Error;
        Assert.StartsWith(id + ",DeviceCreds.PowerShell.Cmdlets.", error.FullyQualifiedErrorId);
        Assert.NotEqual(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
        Assert.False(string.IsNullOrEmpty(error.ErrorDetails.RecommendedAction));
    }

    [Fact]
    public void An_issuer_that_is_none_is_said_so()
    {
        Assert.Contains("Import-CertificateAuthority",
            _engine.Run("New-BootstrapDeviceCredential d -Issuer ca.pem").Error.Exception.Message);
        Assert.Contains("cannot issue",
            _engine.Run("New-BootstrapDeviceCredential d -Issuer (New-BootstrapDeviceCredential e -Issuer $args[0])",
                _chain).Error.Exception.Message);
    }

    [Fact]
    public void A_certificate_of_NET_s_with_its_key_is_an_issuer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Store CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(30));
        var report = _engine.Run("New-BootstrapDeviceCredential device-1 -Issuer $args[0] | Test-DeviceCertificate -Issuer $args[0]",
            certificate).Single;
        Assert.True((bool)report.Properties["Passed"].Value);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        using var folder = new TempFolder();
        var result =
            _engine.Run(
                "New-BootstrapDeviceCredential d -Issuer $args[0] | Export-DeviceCredential -Path $args[1] -WhatIf; "
                    + "New-DeviceKey | Export-DeviceKey ($args[1] + '/key.pem') -WhatIf; "
                    + "$args[0].Issuer | Export-CertificateAuthority $args[1] -NoPassword -WhatIf", _chain, folder.Path);
        Assert.Empty(result.Output);
        Assert.Empty(result.Errors);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Ctrl_C_stops_at_once()
    {
        using var shell = _engine.Create("New-DeviceKey -Count 100000000");
        var running = shell.BeginInvoke();
        Thread.Sleep(300);
        var watch = Stopwatch.StartNew();
        shell.Stop();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
    }

    [Fact]
    public void Verbose_tells_who_issues_what()
    {
        var verbose = _engine.Run("New-BootstrapDeviceCredential device-1 -Issuer $args[0] -Verbose", _chain).Verbose;
        Assert.Contains(verbose, v => v.Contains("'Factory CA'"));
        Assert.Contains(verbose, v => v.Contains("'device-1'"));
    }

    [Fact]
    public void No_property_and_no_stream_shows_a_private_key()
    {
        var credential = _engine.Run("New-BootstrapDeviceCredential device-1 -Issuer $args[0] -Verbose -OutVariable c; $c[0].PrivateKey",
            _chain);
        var key = credential.Output[1].BaseObject;
        var der = (byte[])key.GetType().GetMethod("ToDer")!.Invoke(key, [0, null])!;
        var secret = der.AsSpan(7, 32).ToArray();
        var forms = new[] { Convert.ToHexString(secret), Convert.ToBase64String(secret)[..40],
            Convert.ToBase64String(der)[12..52], string.Join(" ", secret) };
        var shown = string.Join("\n", credential.Verbose) + string.Join("\n", credential.Output.SelectMany(o => Everything(o, 4)));
        Assert.Contains("CN=device-1", shown);
        Assert.All(forms, f => Assert.DoesNotContain(f, shown, StringComparison.OrdinalIgnoreCase));
    }

    // What ConvertTo-Json and Export-Clixml walk: public properties, and what is inside them.
    static IEnumerable<string> Everything(object? value, int depth)
    {
        if (value is null || depth == 0) yield break;
        yield return value.ToString() ?? "";
        if (value is string || (value as PSObject)?.BaseObject is string) yield break;
        if (value is byte[] bytes)
        {
            yield return string.Join(" ", bytes) + Convert.ToHexString(bytes);
            yield break;
        }

        if (value is IEnumerable many)
        {
            foreach (var text in many.Cast<object?>().SelectMany(one => Everything(one, depth - 1))) yield return text;
            yield break;
        }

        foreach (var property in PSObject.AsPSObject(value).Properties.Where(p => p.IsGettable))
        {
            object? inner = null;
            try
            {
                inner = property.Value;
            }
            catch (GetValueException)
            {
                // A property that cannot be read shows nothing.
            }

            foreach (var text in Everything(inner, depth - 1)) yield return text;
        }
    }
}
