using System.Text.Json;
using System.Text.RegularExpressions;
using DeviceCreds.Tests;

namespace DeviceCreds.Shell.Tests;

/// <summary>docs/about/services.md, run from its first block to its last, with services that take only what they document.</summary>
public sealed partial class ServicePageTests : IDisposable
{
    // What is typed at the prompts.
    const string ApiKey = "ak_1MDE2MTk1NzFlMmU5MDI0MmFjMTIwMDA2";
    const string AccessToken = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9";
    const string TenantToken = "eyJhbGciOiJIUzUxMiJ9eyJzdWIiOiJ0ZW5h";

    const string Uploaded = """{"object":"enrollment-identity-bulk-uploads","id":"2d238a89038b4ddb84699dd36a901063",""";

    readonly Shell _shell = new();
    readonly MockService _service = new();

    static string Page { get; } = File.ReadAllText(Path.Combine(Shell.Built("RepositoryRoot"), "docs", "about", "services.md"))
        .ReplaceLineEndings("\n");

    public void Dispose()
    {
        _service.Dispose();
        _shell.Dispose();
    }

    [Fact]
    public void Every_block_runs_and_sends_what_the_services_document()
    {
        ExpectAll();
        var run = Run(Blocks(Page, "powershell"));

        Assert.Empty(_service.Problems);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [
                "POST /v3/trusted-certificates",
                "POST /v3/device-enrollments-bulk-uploads",
                "GET /v3/device-enrollments-bulk-uploads/2d238a89038b4ddb84699dd36a901063",
                "GET /v3/device-enrollments-bulk-uploads/2d238a89038b4ddb84699dd36a901063",
                "POST /v3/device-enrollments",
                "PUT /enrollmentGroups/Example-Factory-CA?api-version=2021-10-01",
                "PUT /enrollments/dev-1?api-version=2021-10-01",
                "PUT /enrollments/dev-2?api-version=2021-10-01",
                "PUT /api/security/clients",
                "PUT /api/security/clients",
                "POST /api/device-with-credentials",
                "POST /api/device-with-credentials",
            ],
            // Folders come in no order.
            [.. _service.Requests[..6], .. _service.Requests[6..8].Order(), .. _service.Requests[8..]]);
        AssertNoSecret(run);
        foreach (var file in FilesThatAreUploaded()) Assert.True(File.Exists(Path.Combine(_shell.Folder, file)), $"There is no {file}.");
    }

    [Theory]
    [InlineData(401, "unauthorized", "The access key is not valid.")]
    [InlineData(409, "duplicate", "Certificate with the given name or subject already exists.")]
    public void A_refusal_of_the_vendor_is_an_error_without_the_key(int status, string type, string message)
    {
        var answer = JsonSerializer.Serialize(new { @object = "error", code = status, type, message, request_id = new string('0', 32) });
        _service.Expect(ServiceRequests.TrustedCertificate, $"Bearer {ApiKey}", (status, answer));
        var run = Run(Blocks(Page, "powershell").Take(3));

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        AssertNoSecret(run);
    }

    [Fact]
    public void The_template_for_AWS_has_the_parameters_of_our_lines()
    {
        var blocks = Blocks(Page, "powershell");
        var run = Run([blocks[0], blocks.Single(b => b.Contains("-Format AwsIot", StringComparison.Ordinal))]);
        using var template = JsonDocument.Parse(Blocks(Page, "json").Single());
        using var line = JsonDocument.Parse(File.ReadLines(Path.Combine(_shell.Folder, "aws", "aws-iot.jsonl")).First());
        string[] fields = [.. line.RootElement.EnumerateObject().Select(p => p.Name)];
        Assert.Equal(fields, template.RootElement.GetProperty("Parameters").EnumerateObject().Select(p => p.Name));
        Assert.All(Reference().Matches(template.RootElement.GetRawText()), m => Assert.Contains(m.Groups[1].Value, fields));
        Assert.Equal(0, run.ExitCode);
    }

    void ExpectAll()
    {
        _service.Expect(ServiceRequests.TrustedCertificate, $"Bearer {ApiKey}", (201, """{"object":"trusted-cert","id":"1"}"""));
        _service.Expect(ServiceRequests.EnrollmentUpload, $"Bearer {ApiKey}", (201, Uploaded + "\"status\":\"new\"}"));
        _service.Expect(ServiceRequests.EnrollmentUploadState, $"Bearer {ApiKey}",
            (200, Uploaded + "\"status\":\"processing\"}"),
            (200, Uploaded + "\"status\":\"completed\",\"total_count\":2,\"processed_count\":2,\"errors_count\":0}"));
        _service.Expect(ServiceRequests.Enrollment, $"Bearer {ApiKey}", (201, """{"object":"enrollment","id":"2"}"""));
        _service.Expect(ServiceRequests.EnrollmentGroup, $"Bearer {AccessToken}", (200, "{}"));
        _service.Expect(ServiceRequests.IndividualEnrollment, $"Bearer {AccessToken}", (200, "{}"));
        _service.Expect(ServiceRequests.LeshanClient, "", (200, ""));
        _service.Expect(ServiceRequests.ThingsBoardDevice, $"Bearer {TenantToken}", (200, "{}"));
    }

    Run Run(IEnumerable<string> blocks)
    {
        var script = string.Join('\n', blocks)
            .Replace("https://api.us-east-1.mbedcloud.com", _service.Address, StringComparison.Ordinal)
            .Replace("https://example.azure-devices-provisioning.net", _service.Address, StringComparison.Ordinal)
            .Replace("http://localhost:8080", _service.Address, StringComparison.Ordinal)
            .Replace("https://thingsboard.example.com", _service.Address, StringComparison.Ordinal);
        _shell.Environment["NO_PROXY"] = "localhost";
        return _shell.Run(_shell.Script($$"""
            $ErrorActionPreference = 'Stop'
            $VerbosePreference = 'Continue'
            $DebugPreference = 'Continue'
            $ProgressPreference = 'SilentlyContinue'
            $typed = @{
                'API key' = '{{ApiKey}}'; 'Access token' = '{{AccessToken}}'; 'JWT of a tenant administrator' = '{{TenantToken}}'
                'Password of the CA keys' = 'correct horse battery staple'
            }
            function Read-Host {
                param([switch] $AsSecureString, [string] $Prompt)
                $secret = [securestring]::new()
                $typed[$Prompt].ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
                $secret
            }
            {{script}}
            """, "page.ps1"));
    }

    static void AssertNoSecret(Run run)
    {
        foreach (var secret in new[] { ApiKey, AccessToken, TenantToken, "correct horse" })
            Assert.DoesNotContain(secret, run.Output + run.Error, StringComparison.Ordinal);
    }

    static IEnumerable<string> FilesThatAreUploaded() =>
    [
        "azure/proof.pem", "azure/CA_azure.json", "hub/azure-iot-hub.txt", "hub/proof.pem", "aws/aws-iot.jsonl", "aws/proof.pem",
        "leshan-ca.der", "cumulocity/cumulocity-lwm2m.csv", "nrf/onboard.csv", "mosquitto/CA_chain.pem",
        "ca/Example Root CA/CA_cert.pem", "ca/Example Factory CA/CA_cert.pem", "devices/dev-1/BootstrapDeviceCert.pem",
    ];

    static List<string> Blocks(string page, string language) =>
        [.. Regex.Matches(page, $"(?ms)^```{language}\n(.*?)^```").Select(m => m.Groups[1].Value)];

    [GeneratedRegex("\"Ref\": \"(\\w+)\"")]
    private static partial Regex Reference();
}
