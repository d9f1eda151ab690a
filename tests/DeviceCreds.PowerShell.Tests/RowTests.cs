using System.Management.Automation;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>Rows as Import-Csv and others give them: columns by their names, one row not like the next.</summary>
public sealed class RowTests(Engine engine) : IClassFixture<Engine>
{
    const string Lwm2m =
        " | New-Lwm2mDeviceCredential -Issuer (New-CertificateAuthority Root) | ForEach-Object { \"$($_.EndpointName) $($_.AccountId)\" }";

    [Theory]
    [InlineData("[pscustomobject]@{ EndpointName = 'd1'; AccountId = 'a1' }, [pscustomobject]@{ EndpointName = 'd2'; AccountId = 'a2' }",
        "d1 a1,d2 a2")]
    [InlineData("[pscustomobject]@{ CN = 'd1'; aid = 'a1' }, [pscustomobject]@{ endpoint_name = 'd2'; aid = 'a2' }", "d1 a1,d2 a2")]
    [InlineData("[pscustomobject]@{ EndpointName = 'd1'; ServerUri = 'coaps://lwm2m.example.com:5684?aid=a1' }", "d1 a1")]
    [InlineData("[pscustomobject]@{ EndpointName = 'd1'; AccountId = ''; ServerUri = 'coaps://lwm2m.example.com:5684?aid=a1' }, "
        + "[pscustomobject]@{ EndpointName = 'd2'; AccountId = 'a2'; ServerUri = '' }", "d1 a1,d2 a2")]
    [InlineData("[pscustomobject]@{ EndpointName = 42; AccountId = 7 }", "42 7")]
    [InlineData("[pscustomobject]@{ EndpointName = 'd1'; AccountId = 'a1'; Other = 'x'; Path = 'y'; Kind = 'z' }", "d1 a1")]
    [InlineData("[pscustomobject]@{ ENDPOINTNAME = 'd1'; accountid = 'a1' }", "d1 a1")]
    public void Columns_are_found_by_name(string rows, string expected) =>
    Assert.Equal(expected.Split(','), Texts(engine.Run(rows + Lwm2m)));

    /// <summary>What the row before had must not stay for the next.</summary>
    [Theory]
    [InlineData("[pscustomobject]@{ EndpointName = 'd1'; AccountId = 'a1' }, [pscustomobject]@{ EndpointName = 'd2' }, "
        + "[pscustomobject]@{ EndpointName = 'd3'; AccountId = 'a3' }", "AccountIdMissing")]
    [InlineData("[pscustomobject]@{ EndpointName = 'd1'; AccountId = 'a1' }, [pscustomobject]@{ EndpointName = 'd2'; AccountId = '' }, "
        + "[pscustomobject]@{ EndpointName = 'd3'; AccountId = 'a3' }", "AccountIdMissing")]
    [InlineData("[pscustomobject]@{ EndpointName = 'd1'; AccountId = 'a1' }, [pscustomobject]@{ EndpointName = 'd2'; ServerUri = '' }, "
        + "[pscustomobject]@{ EndpointName = 'd3'; ServerUri = 'coap://x?aid=a3' }", "AccountIdMissing")]
    [InlineData("[pscustomobject]@{ EndpointName = 'd1'; AccountId = 'a1' }, [pscustomobject]@{ Nmae = 'd2'; AccountId = 'a2' }, "
        + "[pscustomobject]@{ EndpointName = 'd3'; AccountId = 'a3' }", "EndpointNameMissing")]
    [InlineData("[pscustomobject]@{ EndpointName = 'd1'; AccountId = 'a1' }, [pscustomobject]@{ EndpointName = $null; AccountId = 'a2' }, "
        + "[pscustomobject]@{ EndpointName = 'd3'; AccountId = 'a3' }", "EndpointNameEmpty")]
    public void A_row_that_lacks_something_takes_nothing_from_its_neighbours(string rows, string id)
    {
        var result = engine.Run(rows + Lwm2m);
        Assert.Equal(["d1 a1", "d3 a3"], Texts(result));
        var error = Assert.Single(result.Errors);
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId);
        Assert.StartsWith("Row 2: ", error.Exception.Message);
        Assert.NotNull(((PSObject)error.TargetObject).Properties["AccountId"] ?? ((PSObject)error.TargetObject).Properties["EndpointName"]);
    }

    [Fact]
    public void Requests_come_from_the_pipeline_with_the_keys_that_the_devices_keep()
    {
        using var folder = new TempFolder();
        Assert.Empty(
            engine.Run(
                "$f = $args[0]; 'd1', 'd2' | New-DeviceCertificateRequest | ForEach-Object { $null = $_ | Export-DeviceCertificateRequest "
                    + "\"$f/$($_.EndpointName).pem\" }", folder.Path).Errors);
        var result =
            engine.Run(
                "$f = $args[0]; Import-DeviceCertificateRequest $f/*.pem | New-BootstrapDeviceCredential -Issuer "
                    + "(New-CertificateAuthority Root)", folder.Path);
        Assert.Empty(result.Errors);
        Assert.Equal(["d1", "d2"], result.All<string>("EndpointName"));
        Assert.All(result.Output, o => Assert.Null(o.Properties["PrivateKey"].Value));
    }

    [Fact]
    public void Each_of_many_certificates_gets_its_report_in_the_order_of_the_files()
    {
        using var folder = new TempFolder();
        var reports = engine.Run("""
            $folder = $args[0]
            $chain = New-CertificateChain Root, Sub
            $null = 'c', 'a', 'b' | New-BootstrapDeviceCredential -Issuer $chain | Export-DeviceCredential "$folder/x"
            'c', 'a', 'b' | ForEach-Object { "$folder/x/$_/BootstrapDeviceCert.pem" } |
                Test-DeviceCertificate -Issuer $chain | Where-Object Passed
            """, folder.Path);
        Assert.Equal(["c", "a", "b"], reports.All<string>("EndpointName"));
    }

    static IEnumerable<string> Texts(Engine.Result result) => result.Output.Select(o => o.ToString());
}
