using System.Text.Json;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What Azure's Device Provisioning Service and IoT Hub are told: by the services' own descriptions of their requests.</summary>
public class AzureDpsTests
{
    static (string Json, IReadOnlyList<string> Warnings) Group(CertificateAuthority authority)
    {
        using var folder = new TempFolder();
        var warnings = new List<string>();
        var paths = AuthorityFiles.WriteForService(authority, folder.Path, AuthorityFormat.AzureDps, replace: false, warnings.Add);
        Assert.Equal("CA_azure.json", Path.GetFileName(Assert.Single(paths)));
        return (File.ReadAllText(paths[0]), warnings);
    }

    static string Value(string json, params string[] path)
    {
        using var document = JsonDocument.Parse(json);
        return path.Aggregate(document.RootElement, (element, name) => element.GetProperty(name)).GetString()!;
    }

    [Fact]
    public void A_group_is_what_the_service_takes()
    {
        foreach (var authority in new[] { Delivery.Root, Delivery.Lower, CertificateAuthority.Create("Factory CA, line 1") })
        {
            var (json, _) = Group(authority);
            Assert.Empty(ServiceRequests.EnrollmentGroup.Problems(json));
            Assert.Equal(authority.CertificatePem + "\n",
                Value(json, "attestation", "x509", "signingCertificates", "primary", "certificate"));
            Assert.Equal("enabled", Value(json, "provisioningStatus"));
            Assert.DoesNotContain("PRIVATE", json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_enrollment_is_what_the_service_takes()
    {
        var files = Delivery.Write("AzureDps", Delivery.Issue(CredentialKind.Bootstrap), Delivery.Options(null));
        Assert.Empty(ServiceRequests.IndividualEnrollment.Problems(System.Text.Encoding.UTF8.GetString(Assert.Single(files).Value)));
    }

    [Fact]
    public void A_line_of_the_import_is_what_the_hub_takes()
    {
        var line = ((IFleetFormat)CredentialFormats.Get("AzureIotHub")).Entry(Delivery.Issue(CredentialKind.Bootstrap), new());
        Assert.Empty(ServiceRequests.ImportedDevice.Problems(line));
    }

    [Theory]
    [InlineData("""{"attestation":{"type":"x509"}}""", "enrollmentGroupId: missing")]
    [InlineData("""{"enrollmentGroupId":"a b","attestation":{"type":"x509"}}""", "enrollmentGroupId: a b")]
    [InlineData("""{"enrollmentGroupId":"a","attestation":{"type":"X509"}}""", "attestation.type: X509")]
    [InlineData("""{"enrollmentGroupId":"a","attestation":{"type":"x509"},"status":"enabled"}""", "status: the service has no such field")]
    public void The_description_finds_what_is_wrong(string json, string problem) =>
        Assert.Equal([problem], ServiceRequests.EnrollmentGroup.Problems(json));

    [Theory]
    [InlineData("Factory-CA", "Factory-CA", "")]
    [InlineData("Example Factory CA", "Example-Factory-CA", "found ' ' at position 8")]
    [InlineData("Werk Süd (2)", "Werk-S-d-2", "found ' ' at position 5")]
    [InlineData("CA 1.", "CA-1", "found ' ' at position 3")]
    [InlineData("CA.", "CA", "it must end with")]
    public void The_group_has_the_name_of_the_CA_or_a_warning_says_what_it_has(string name, string id, string problem)
    {
        var (json, warnings) = Group(CertificateAuthority.Create(name));
        Assert.Equal(id, Value(json, "enrollmentGroupId"));
        if (problem.Length == 0) Assert.Empty(warnings);
        else Assert.Contains(problem, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_without_a_letter_or_digit_for_Azure_is_refused_and_nothing_is_written()
    {
        using var folder = new TempFolder();
        var authority = CertificateAuthority.Create("工場");
        Assert.Equal("EnrollmentGroupNotPossible", Refused.Input(() =>
            AuthorityFiles.WriteForService(authority, folder.Path, AuthorityFormat.AzureDps, replace: false)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_is_made_to_fit_fits() => Gen.String.Sample(name =>
    {
        var fitting = AzureDpsId.Fit(name);
        if (fitting is not null) Assert.Null(AzureDpsId.FindProblem(fitting));
        Assert.Equal(name.Any(ServiceNames.IsLetterOrDigit), fitting is not null);
        if (fitting is not null) Assert.Equal(fitting, AzureDpsId.Fit(fitting));
    });
}
