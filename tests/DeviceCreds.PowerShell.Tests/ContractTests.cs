using System.Management.Automation;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>The names that other people's scripts call: none may change or go.</summary>
public sealed class ContractTests(Engine engine) : IClassFixture<Engine>
{
    const string EndpointAliases = "CN,CommonName,Endpoint,endpoint_name";

    [Fact]
    public void The_module_exports_the_contract_s_cmdlets_and_nothing_else()
    {
        var commands = engine.Run("Get-Command -Module DeviceCreds").All<string>("Name").Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "Compare-IssuanceLedger",
                "Export-CertificateAuthority", "Export-CertificateAuthorityRequest", "Export-CertificateRevocationList",
                "Export-DeviceCertificateReport", "Export-DeviceCertificateRequest", "Export-DeviceCredential",
                "Export-DeviceKey", "Export-DeviceKeyRequest", "Get-CertificateAuthority", "Get-DeviceCertificate",
                "Get-DeviceInjection", "Get-IssuedCertificate", "Import-CertificateAuthority",
                "Import-CertificateAuthorityRequest", "Import-DeviceCertificateRequest", "Import-DeviceCredential",
                "Import-DeviceKey", "Import-DeviceList", "Import-DeviceResponse", "Merge-IssuanceLedger",
                "New-BootstrapDeviceCredential", "New-CertificateAuthority", "New-CertificateAuthorityProof",
                "New-CertificateAuthorityRequest", "New-CertificateChain", "New-CertificateRevocationList",
                "New-DeviceCertificateRequest", "New-DeviceConfiguration", "New-DeviceKey", "New-Lwm2mDeviceCredential",
                "Revoke-DeviceCertificate", "Send-DeviceCredential", "Test-DeviceCertificate",
                "Test-DeviceConfiguration", "Update-CertificateAuthority", "Update-DeviceCredential",
            ],
            commands);
    }

    /// <summary>Cmdlet, parameter, type, aliases, from the pipeline (V by value, N by name), position.</summary>
    public static TheoryData<string, string, string, string, string, int?> Parameters => new()
    {
        { "New-DeviceKey", "Count", "Int32", "", "", 0 },
        { "Import-DeviceKey", "Path", "String[]", "", "V", 0 },
        { "Import-DeviceKey", "LiteralPath", "String[]", "FullName,LP,PSPath", "N", null },
        { "Import-DeviceKey", "Password", "SecureString", "", "", null },
        { "Export-DeviceKey", "Key", "DeviceKey", "", "V", null },
        { "Export-DeviceKey", "Path", "String", "", "N", 0 },
        { "Export-DeviceKey", "Format", "FileEncoding", "", "", null },
        { "Export-DeviceKey", "Encoding", "KeyEncoding", "", "", null },
        { "Export-DeviceKey", "Password", "SecureString", "", "", null },
        { "Export-DeviceKey", "Force", "SwitchParameter", "", "", null },
        { "New-DeviceCertificateRequest", "EndpointName", "String", EndpointAliases, "VN", 0 },
        { "New-DeviceCertificateRequest", "AccountId", "String", "aid", "N", null },
        { "New-DeviceCertificateRequest", "Key", "DeviceKey", "", "", null },
        { "Export-DeviceCertificateRequest", "Request", "DeviceCertificateRequest", "", "V", null },
        { "Export-DeviceCertificateRequest", "Path", "String", "", "N", 0 },
        { "Export-DeviceCertificateRequest", "Format", "FileEncoding", "", "", null },
        { "Export-DeviceCertificateRequest", "Force", "SwitchParameter", "", "", null },
        { "Export-DeviceCertificateReport", "Report", "DeviceCertificateReport[]", "", "V", null },
        { "Export-DeviceCertificateReport", "ErrorRecord", "ErrorRecord[]", "", "V", null },
        { "Export-DeviceCertificateReport", "Path", "String", "", "", 0 },
        { "Export-DeviceCertificateReport", "Format", "String", "", "", null },
        { "Export-DeviceCertificateReport", "Title", "String", "", "", null },
        { "Export-DeviceCertificateReport", "Force", "SwitchParameter", "", "", null },
        { "Test-DeviceCertificate", "LogFormat", "LogFormat", "", "", null },
        { "Test-DeviceConfiguration", "LogFormat", "LogFormat", "", "", null },
        { "New-BootstrapDeviceCredential", "LogFormat", "LogFormat", "", "", null },
        { "New-Lwm2mDeviceCredential", "LogFormat", "LogFormat", "", "", null },
        { "Export-DeviceCredential", "LogFormat", "LogFormat", "", "", null },
        { "Import-DeviceCertificateRequest", "Path", "String[]", "", "V", 0 },
        { "Import-DeviceCertificateRequest", "LiteralPath", "String[]", "FullName,LP,PSPath", "N", null },
        { "New-CertificateAuthority", "Name", "String", "", "V", 0 },
        { "New-CertificateAuthority", "Issuer", "CertificateAuthority", "", "", null },
        { "New-CertificateAuthority", "ValidYears", "Int32", "", "", null },
        { "New-CertificateAuthority", "PathLength", "Int32", "", "", null },
        { "New-CertificateAuthority", "Key", "DeviceKey", "", "", null },
        { "New-CertificateAuthority", "Pkcs11Library", "String", "", "", null },
        { "New-CertificateAuthority", "Uri", "String", "", "", null },
        { "New-CertificateAuthority", "Pin", "SecureString", "", "", null },
        { "Get-CertificateAuthority", "Certificate", "X509Certificate2[]", "", "V", 0 },
        { "Get-CertificateAuthority", "Pkcs11Library", "String", "", "", null },
        { "Get-CertificateAuthority", "Uri", "String", "", "", null },
        { "Get-CertificateAuthority", "Pin", "SecureString", "", "", null },
        { "Get-CertificateAuthority", "KeyVaultKeyId", "Uri", "", "", null },
        { "Import-CertificateAuthority", "Path", "String", "FullName", "VN", 0 },
        { "Import-CertificateAuthority", "KeyPath", "String", "", "N", 1 },
        { "Import-CertificateAuthority", "Password", "SecureString", "", "", null },
        { "Export-CertificateAuthority", "CertificateAuthority", "CertificateAuthority", "", "V", null },
        { "Export-CertificateAuthority", "Path", "String", "", "N", 0 },
        { "Export-CertificateAuthority", "Password", "SecureString", "", "", null },
        { "Export-CertificateAuthority", "NoPrivateKey", "SwitchParameter", "", "", null },
        { "Export-CertificateAuthority", "Force", "SwitchParameter", "", "", null },
        { "New-CertificateChain", "Name", "String[]", "", "", 0 },
        { "New-CertificateChain", "ValidYears", "Int32", "", "", null },
        { "New-CertificateChain", "Certificate", "DeviceCertificate[]", "", "V", null },
        { "New-CertificateRevocationList", "Issuer", "CertificateAuthority[]", "", "V", null },
        { "New-CertificateAuthority", "Ledger", "String", "", "", null },
        { "New-CertificateAuthorityProof", "CertificateAuthority", "CertificateAuthority", "", "V", null },
        { "New-CertificateAuthorityProof", "Code", "String", "", "", 0 },
        { "New-CertificateAuthorityProof", "Path", "String", "", "", 1 },
        { "New-CertificateAuthorityProof", "Force", "SwitchParameter", "", "", null },
        { "New-CertificateAuthorityRequest", "Name", "String", "", "V", 0 },
        { "New-CertificateAuthorityRequest", "Key", "DeviceKey", "", "", null },
        { "New-CertificateAuthorityRequest", "PathLength", "Int32", "", "", null },
        { "New-CertificateAuthorityRequest", "Pkcs11Library", "String", "", "", null },
        { "New-CertificateAuthorityRequest", "Uri", "String", "", "", null },
        { "New-CertificateAuthorityRequest", "Pin", "SecureString", "", "", null },
        { "New-CertificateAuthorityRequest", "KeyVaultKeyId", "Uri", "", "", null },
        { "Export-CertificateAuthorityRequest", "Request", "CertificateAuthorityRequest", "", "V", null },
        { "Export-CertificateAuthorityRequest", "Path", "String", "", "N", 0 },
        { "Export-CertificateAuthorityRequest", "Format", "FileEncoding", "", "", null },
        { "Export-CertificateAuthorityRequest", "Force", "SwitchParameter", "", "", null },
        { "Import-CertificateAuthorityRequest", "Path", "String[]", "", "V", 0 },
        { "Import-CertificateAuthorityRequest", "LiteralPath", "String[]", "FullName,LP,PSPath", "N", null },
        { "New-CertificateAuthority", "Request", "CertificateAuthorityRequest", "", "", null },
        { "Update-CertificateAuthority", "CertificateAuthority", "CertificateAuthority", "", "V", null },
        { "Update-CertificateAuthority", "Issuer", "CertificateAuthority", "", "", null },
        { "Update-CertificateAuthority", "NewKey", "SwitchParameter", "", "", null },
        { "Update-CertificateAuthority", "ValidYears", "Int32", "", "", null },
        { "Update-CertificateAuthority", "NotAfter", "DateTime", "", "", null },
        { "Update-CertificateAuthority", "NoExpiration", "SwitchParameter", "", "", null },
        { "Update-CertificateAuthority", "Ledger", "String", "", "", null },
        { "New-CertificateAuthority", "NotBefore", "DateTime", "", "", null },
        { "New-CertificateChain", "NotBefore", "DateTime", "", "", null },
        { "New-CertificateChain", "Ledger", "String", "", "", null },
        { "New-BootstrapDeviceCredential", "NotBefore", "DateTime", "", "", null },
        { "New-BootstrapDeviceCredential", "SubjectAltName", "SubjectAltName", "", "", null },
        { "New-Lwm2mDeviceCredential", "NotBefore", "DateTime", "", "", null },
        { "New-Lwm2mDeviceCredential", "SubjectAltName", "SubjectAltName", "", "", null },
        { "Update-DeviceCredential", "NotBefore", "DateTime", "", "", null },
        { "Update-DeviceCredential", "SubjectAltName", "SubjectAltName", "", "", null },
        { "Export-DeviceCredential", "Prefix", "String", "", "", null },
        { "New-CertificateAuthority", "CrlDistributionPoint", "Uri[]", "", "", null },
        { "New-CertificateAuthority", "OcspUri", "Uri[]", "", "", null },
        { "New-CertificateAuthority", "CaIssuersUri", "Uri[]", "", "", null },
        { "Export-CertificateRevocationList", "RevocationList", "CertificateRevocationList[]", "", "V", null },
        { "Export-CertificateRevocationList", "Path", "String", "", "N", 0 },
        { "Export-CertificateRevocationList", "Format", "FileEncoding", "", "", null },
        { "Export-CertificateRevocationList", "Force", "SwitchParameter", "", "", null },
        { "New-CertificateRevocationList", "Ledger", "String", "", "", null },
        { "New-CertificateRevocationList", "NextUpdate", "DateTime", "", "", null },
        { "New-BootstrapDeviceCredential", "EndpointName", "String", EndpointAliases, "VN", 0 },
        { "New-BootstrapDeviceCredential", "Issuer", "CertificateAuthority", "", "", null },
        { "New-BootstrapDeviceCredential", "Request", "DeviceCertificateRequest", "", "V", null },
        { "New-BootstrapDeviceCredential", "Key", "DeviceKey", "", "", null },
        { "New-BootstrapDeviceCredential", "ValidYears", "Int32", "", "", null },
        { "New-BootstrapDeviceCredential", "NotAfter", "DateTime", "", "", null },
        { "New-BootstrapDeviceCredential", "NoExpiration", "SwitchParameter", "", "", null },
        { "New-BootstrapDeviceCredential", "Ledger", "String", "", "", null },
        { "New-BootstrapDeviceCredential", "SkipExported", "String", "", "", null },
        { "New-BootstrapDeviceCredential", "ThrottleLimit", "Int32", "", "", null },
        { "New-BootstrapDeviceCredential", "Summary", "SwitchParameter", "", "", null },
        { "New-Lwm2mDeviceCredential", "EndpointName", "String", EndpointAliases, "VN", 0 },
        { "New-Lwm2mDeviceCredential", "Issuer", "CertificateAuthority", "", "", null },
        { "New-Lwm2mDeviceCredential", "Request", "DeviceCertificateRequest", "", "V", null },
        { "New-Lwm2mDeviceCredential", "Key", "DeviceKey", "", "", null },
        { "New-Lwm2mDeviceCredential", "ValidYears", "Int32", "", "", null },
        { "New-Lwm2mDeviceCredential", "NotAfter", "DateTime", "", "", null },
        { "New-Lwm2mDeviceCredential", "Ledger", "String", "", "", null },
        { "New-Lwm2mDeviceCredential", "SkipExported", "String", "", "", null },
        { "New-Lwm2mDeviceCredential", "ThrottleLimit", "Int32", "", "", null },
        { "New-Lwm2mDeviceCredential", "Summary", "SwitchParameter", "", "", null },
        { "New-Lwm2mDeviceCredential", "AccountId", "String", "aid", "N", null },
        { "New-Lwm2mDeviceCredential", "ServerUri", "Uri", "", "N", null },
        { "Update-DeviceCredential", "Credential", "DeviceCredential", "", "V", null },
        { "Update-DeviceCredential", "Issuer", "CertificateAuthority", "", "", null },
        { "Update-DeviceCredential", "NewKey", "SwitchParameter", "", "", null },
        { "Update-DeviceCredential", "Ledger", "String", "", "", null },
        { "Update-DeviceCredential", "ValidYears", "Int32", "", "", null },
        { "Update-DeviceCredential", "NotAfter", "DateTime", "", "", null },
        { "Update-DeviceCredential", "NoExpiration", "SwitchParameter", "", "", null },
        { "Update-DeviceCredential", "ThrottleLimit", "Int32", "", "", null },
        { "Update-DeviceCredential", "Summary", "SwitchParameter", "", "", null },
        { "Update-DeviceCredential", "LogFormat", "LogFormat", "", "", null },
        { "Export-DeviceCredential", "Credential", "DeviceCredential", "", "V", null },
        { "Export-DeviceCredential", "Path", "String", "", "N", 0 },
        { "Export-DeviceCredential", "SetExitCode", "SwitchParameter", "", "", null },
        { "New-BootstrapDeviceCredential", "SetExitCode", "SwitchParameter", "", "", null },
        { "New-Lwm2mDeviceCredential", "SetExitCode", "SwitchParameter", "", "", null },
        { "Update-DeviceCredential", "SetExitCode", "SwitchParameter", "", "", null },
        { "Test-DeviceCertificate", "SetExitCode", "SwitchParameter", "", "", null },
        { "Test-DeviceCertificate", "Detailed", "SwitchParameter", "", "", null },
        { "Export-DeviceCredential", "Format", "String[]", "", "", null },
        { "Export-DeviceCredential", "ThrottleLimit", "Int32", "", "", null },
        { "Export-DeviceCredential", "Summary", "SwitchParameter", "", "", null },
        { "Export-DeviceCredential", "ChainDepth", "Int32", "", "", null },
        { "Export-DeviceCredential", "ExcludeRoot", "SwitchParameter", "", "", null },
        { "Export-DeviceCredential", "Force", "SwitchParameter", "", "", null },
        { "Import-DeviceCredential", "Path", "String[]", "", "V", 0 },
        { "Import-DeviceCredential", "LiteralPath", "String[]", "FullName,LP,PSPath", "N", null },
        { "Import-DeviceCredential", "Password", "SecureString", "", "", null },
        { "Get-DeviceCertificate", "Path", "String[]", "", "V", 0 },
        { "Get-DeviceCertificate", "LiteralPath", "String[]", "FullName,LP,PSPath", "N", null },
        { "Test-DeviceCertificate", "Path", "String[]", "", "V", 0 },
        { "Test-DeviceCertificate", "LiteralPath", "String[]", "FullName,LP,PSPath", "N", null },
        { "Test-DeviceCertificate", "Certificate", "DeviceCertificate[]", "", "V", null },
        { "Test-DeviceCertificate", "Credential", "DeviceCredential", "", "V", null },
        { "Test-DeviceCertificate", "Kind", "CredentialKind", "", "", null },
        { "Test-DeviceCertificate", "EndpointName", "String", EndpointAliases, "N", null },
        { "Test-DeviceCertificate", "AccountId", "String", "aid", "N", null },
        { "Test-DeviceCertificate", "ServerUri", "Uri", "", "", null },
        { "Test-DeviceCertificate", "Issuer", "DeviceCertificate[]", "", "", null },
        { "Test-DeviceCertificate", "RevocationList", "CertificateRevocationList[]", "", "", null },
        { "Test-DeviceCertificate", "Key", "DeviceKey", "", "", null },
        { "Test-DeviceCertificate", "Service", "String[]", "", "", null },
        { "Test-DeviceCertificate", "ChainDepth", "Int32", "", "", null },
        { "Test-DeviceCertificate", "At", "DateTime", "", "", null },
        { "Test-DeviceCertificate", "Quiet", "SwitchParameter", "", "", null },
        { "New-DeviceConfiguration", "Path", "String", "", "", 0 },
        { "New-DeviceConfiguration", "EndpointName", "String", EndpointAliases, "VN", null },
        { "New-DeviceConfiguration", "ServerUri", "String", "", "N", null },
        { "New-DeviceConfiguration", "ServerCertificate", "DeviceCertificate", "", "N", null },
        { "New-DeviceConfiguration", "FirstToClaim", "SwitchParameter", "", "N", null },
        { "New-DeviceConfiguration", "Manufacturer", "String", "", "N", null },
        { "New-DeviceConfiguration", "ModelNumber", "String", "", "N", null },
        { "New-DeviceConfiguration", "SerialNumber", "String", "", "N", null },
        { "New-DeviceConfiguration", "DeviceType", "String", "", "N", null },
        { "New-DeviceConfiguration", "HardwareVersion", "String", "", "N", null },
        { "New-DeviceConfiguration", "MemoryTotalKB", "Nullable`1", "", "N", null },
        { "New-DeviceConfiguration", "CurrentTime", "Nullable`1", "", "N", null },
        { "New-DeviceConfiguration", "Timezone", "String", "", "N", null },
        { "New-DeviceConfiguration", "UtcOffset", "String", "", "N", null },
        { "New-DeviceConfiguration", "ClassId", "Byte[]", "", "N", null },
        { "New-DeviceConfiguration", "VendorId", "Byte[]", "", "N", null },
        { "New-DeviceConfiguration", "UpdateCertificate", "DeviceCertificate", "", "N", null },
        { "New-DeviceConfiguration", "CustomParameter", "Hashtable", "", "N", null },
        { "New-DeviceConfiguration", "Entropy", "Byte[]", "", "N", null },
        { "New-DeviceConfiguration", "RootOfTrust", "Byte[]", "", "N", null },
        { "New-DeviceConfiguration", "SkipVerify", "SwitchParameter", "", "N", null },
        { "New-DeviceConfiguration", "Disable", "SwitchParameter", "", "N", null },
        { "Export-DeviceCredential", "Configuration", "DeviceConfiguration[]", "", "", null },
        { "Test-DeviceConfiguration", "Configuration", "DeviceConfiguration[]", "", "", 0 },
        { "Test-DeviceConfiguration", "Credential", "DeviceCredential", "", "V", null },
        { "Export-DeviceKeyRequest", "EndpointName", "String", EndpointAliases, "VN", null },
        { "Export-DeviceKeyRequest", "Path", "String", "", "N", 0 },
        { "Export-DeviceKeyRequest", "Kind", "CredentialKind", "", "", null },
        { "Export-DeviceKeyRequest", "AccountId", "String", "aid", "N", null },
        { "Import-DeviceResponse", "Path", "String[]", "", "V", 0 },
        { "Import-DeviceResponse", "LiteralPath", "String[]", "FullName,LP,PSPath", "N", null },
        { "Import-DeviceList", "Path", "String[]", "", "V", 0 },
        { "Import-DeviceList", "LiteralPath", "String[]", "FullName,LP,PSPath", "N", null },
        { "Import-DeviceList", "Skip", "Int64", "", "", null },
        { "Import-DeviceList", "First", "Int64", "", "", null },
        { "Import-DeviceList", "Shard", "Shard", "", "", null },
        { "Import-DeviceList", "Delimiter", "Char", "", "", null },
        { "Import-DeviceList", "Encoding", "String", "", "", null },
        { "Get-IssuedCertificate", "Ledger", "String[]", "", "V", 0 },
        { "Get-IssuedCertificate", "LiteralPath", "String[]", "FullName,LP,PSPath", "N", null },
        { "Import-DeviceList", "EndpointNameColumn", "String", "", "", null },
        { "Import-DeviceList", "AccountIdColumn", "String", "", "", null },
        { "Get-IssuedCertificate", "EndpointName", "String[]", EndpointAliases, "", 1 },
        { "Get-IssuedCertificate", "SerialNumber", "String[]", "", "", null },
        { "Get-IssuedCertificate", "State", "LedgerState[]", "", "", null },
        { "Merge-IssuanceLedger", "Path", "String[]", "", "V", 0 },
        { "Merge-IssuanceLedger", "Destination", "String", "", "", 1 },
        { "Send-DeviceCredential", "Credential", "DeviceCredential", "", "V", null },
        { "Send-DeviceCredential", "Configuration", "DeviceConfiguration[]", "", "", null },
        { "Send-DeviceCredential", "Address", "String", "ComputerName,IPAddress", "", null },
        { "Send-DeviceCredential", "Port", "Nullable`1", "", "", null },
        { "Send-DeviceCredential", "SerialPort", "String", "", "", null },
        { "Send-DeviceCredential", "BaudRate", "Int32", "", "", null },
        { "Send-DeviceCredential", "ConsoleLog", "String", "", "", null },
        { "Send-DeviceCredential", "TimeoutSec", "Int32", "", "", null },
        { "Send-DeviceCredential", "WaitSec", "Int32", "", "", null },
        { "Send-DeviceCredential", "ByteOrder", "ByteOrder", "", "", null },
        { "Send-DeviceCredential", "Journal", "String", "", "", null },
        { "Send-DeviceCredential", "Ledger", "String", "", "", null },
        { "Send-DeviceCredential", "ThrottleLimit", "Int32", "", "", null },
        { "Send-DeviceCredential", "Force", "SwitchParameter", "", "", null },
        { "Send-DeviceCredential", "EndpointName", "String", EndpointAliases, "VN", null },
        { "Send-DeviceCredential", "Issuer", "CertificateAuthority", "", "", null },
        { "Send-DeviceCredential", "KeyOnDevice", "SwitchParameter", "", "", null },
        { "Compare-IssuanceLedger", "Ledger", "String[]", "", "V", 0 },
        { "Compare-IssuanceLedger", "LiteralLedger", "String[]", "FullName,LP,LiteralPath,PSPath", "N", null },
        { "Compare-IssuanceLedger", "Path", "String[]", "", "", 1 },
        { "Compare-IssuanceLedger", "List", "String[]", "", "", null },
        { "Compare-IssuanceLedger", "Journal", "String[]", "", "", null },
        { "Compare-IssuanceLedger", "Kind", "CredentialKind[]", "", "", null },
        { "Compare-IssuanceLedger", "Summary", "SwitchParameter", "", "", null },
        { "Compare-IssuanceLedger", "SetExitCode", "SwitchParameter", "", "", null },
        { "Revoke-DeviceCertificate", "Account", "DeviceAccount", "", "V", null },
        { "Export-DeviceCertificateReport", "Account", "DeviceAccount[]", "", "V", null },
        { "Get-DeviceInjection", "Journal", "String[]", "", "V", 0 },
        { "Get-DeviceInjection", "EndpointName", "String[]", EndpointAliases, "", 1 },
        { "Get-DeviceInjection", "Succeeded", "SwitchParameter", "", "", null },
        { "Revoke-DeviceCertificate", "Injection", "DeviceInjection", "", "V", null },
        { "Export-DeviceCertificateReport", "Injection", "DeviceInjection[]", "", "V", null },
        { "Revoke-DeviceCertificate", "Credential", "DeviceCredential[]", "", "V", null },
        { "Revoke-DeviceCertificate", "Certificate", "DeviceCertificate[]", "", "V", null },
        { "Revoke-DeviceCertificate", "SerialNumber", "String[]", "", "", null },
        { "Revoke-DeviceCertificate", "EndpointName", "String[]", EndpointAliases, "VN", null },
        { "Revoke-DeviceCertificate", "Ledger", "String", "", "", null },
        { "Revoke-DeviceCertificate", "Reason", "RevocationReason", "", "", null },
    };

    [Theory]
    [MemberData(nameof(Parameters))]
    public void A_parameter_has_its_type_its_aliases_and_its_place(string cmdlet, string parameter, string type, string aliases,
    string pipeline, int? position)
    {
        var command = (CmdletInfo)engine.Run("Get-Command $args[0]", cmdlet).Single.BaseObject;
        var metadata = command.Parameters[parameter];
        var sets = metadata.ParameterSets.Values;
        Assert.Equal(type, metadata.ParameterType.Name);
        Assert.Equal(aliases, string.Join(",", metadata.Aliases.Order(StringComparer.Ordinal)));
        Assert.Equal(pipeline,
            (sets.Any(s => s.ValueFromPipeline) ? "V" : "") + (sets.Any(s => s.ValueFromPipelineByPropertyName) ? "N" : ""));
        Assert.Equal(position, sets.Max(s => s.Position) is >= 0 and var at ? at : null);
    }

    [Theory]
    [InlineData("New-DeviceKey", "DeviceKey")]
    [InlineData("Export-DeviceKey", "FileInfo")]
    [InlineData("Get-CertificateAuthority", "CertificateAuthority")]
    [InlineData("New-CertificateAuthority", "CertificateAuthority")]
    [InlineData("New-CertificateChain", "CertificateChain")]
    [InlineData("New-DeviceCertificateRequest", "DeviceCertificateRequest")]
    [InlineData("New-BootstrapDeviceCredential", "DeviceCredential")]
    [InlineData("New-Lwm2mDeviceCredential", "DeviceCredential")]
    [InlineData("Export-DeviceCredential", "ExportedCredential,FileInfo")]
    [InlineData("Get-DeviceCertificate", "DeviceCertificate")]
    [InlineData("Test-DeviceCertificate", "DeviceCertificateReport,Boolean")]
    [InlineData("Import-DeviceKey", "DeviceKey")]
    [InlineData("Import-CertificateAuthority", "CertificateAuthority")]
    [InlineData("Export-CertificateAuthority", "FileInfo")]
    [InlineData("Import-DeviceCertificateRequest", "DeviceCertificateRequest")]
    [InlineData("Export-DeviceCertificateRequest", "FileInfo")]
    [InlineData("Export-DeviceCertificateReport", "FileInfo")]
    [InlineData("Import-DeviceCredential", "DeviceCredential")]
    [InlineData("Import-DeviceList", "DeviceIdentity")]
    [InlineData("Get-IssuedCertificate", "LedgerEntry")]
    [InlineData("Merge-IssuanceLedger", "FileInfo")]
    [InlineData("Compare-IssuanceLedger", "DeviceAccount,BooksSummary")]
    [InlineData("Revoke-DeviceCertificate", "LedgerEntry")]
    [InlineData("Send-DeviceCredential", "DeviceInjection")]
    [InlineData("Get-DeviceInjection", "DeviceInjection")]
    [InlineData("Update-DeviceCredential", "DeviceCredential")]
    public void A_cmdlet_says_what_comes_out(string cmdlet, string types) =>
        Assert.Equal(types,
            string.Join(",",
                ((CmdletInfo)engine.Run("Get-Command $args[0]", cmdlet).Single.BaseObject).OutputType.Select(t => t.Type.Name)));

    /// <summary>A parameter that became mandatory would break scripts; one that no longer is would fail late.</summary>
    [Theory]
    [InlineData("New-DeviceKey", "")]
    [InlineData("Import-DeviceKey", "LiteralPath,Path")]
    [InlineData("Export-DeviceKey", "Key,Path")]
    [InlineData("New-DeviceCertificateRequest", "EndpointName")]
    [InlineData("New-CertificateAuthority", "Name,Pkcs11Library,Request,Uri")]
    [InlineData("Get-CertificateAuthority", "Certificate,KeyVaultKeyId,Pkcs11Library,Uri")]
    [InlineData("Import-CertificateAuthority", "Path")]
    [InlineData("New-CertificateAuthorityRequest", "KeyVaultKeyId,Name,Pkcs11Library,Uri")]
    [InlineData("New-CertificateAuthorityProof", "CertificateAuthority,Code")]
    [InlineData("Update-CertificateAuthority", "CertificateAuthority")]
    [InlineData("Export-CertificateAuthorityRequest", "Path,Request")]
    [InlineData("Export-CertificateRevocationList", "Path,RevocationList")]
    [InlineData("New-CertificateChain", "Certificate,Name")]
    [InlineData("New-BootstrapDeviceCredential", "EndpointName,Issuer,Request")]
    [InlineData("New-Lwm2mDeviceCredential", "EndpointName,Issuer,Request")]
    [InlineData("Export-DeviceCredential", "Credential,Path")]
    [InlineData("Update-DeviceCredential", "Credential,Issuer")]
    [InlineData("Get-DeviceCertificate", "LiteralPath,Path")]
    [InlineData("Test-DeviceCertificate", "Certificate,Credential,LiteralPath,Path")]
    public void A_cmdlet_asks_for_no_more_than_it_needs(string cmdlet, string mandatory)
    {
        var command = (CmdletInfo)engine.Run("Get-Command $args[0]", cmdlet).Single.BaseObject;
        Assert.Equal(mandatory,
            string.Join(",",
                command.ParameterSets.SelectMany(s => s.Parameters).Where(p => p.IsMandatory).Select(p => p.Name).Distinct()
                    .Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("Export-DeviceKey")]
    [InlineData("Export-DeviceCredential")]
    [InlineData("Export-CertificateAuthority")]
    [InlineData("Export-DeviceCertificateRequest")]
    [InlineData("Export-DeviceCertificateReport")]
    [InlineData("Merge-IssuanceLedger")]
    [InlineData("Revoke-DeviceCertificate")]
    [InlineData("New-BootstrapDeviceCredential")]
    [InlineData("New-Lwm2mDeviceCredential")]
    [InlineData("Update-DeviceCredential")]
    [InlineData("New-CertificateRevocationList")]
    [InlineData("New-CertificateAuthority")]
    [InlineData("Export-DeviceKeyRequest")]
    [InlineData("Send-DeviceCredential")]
    public void What_writes_can_be_asked_what_it_would_do(string cmdlet) =>
        Assert.Contains("WhatIf", ((CmdletInfo)engine.Run("Get-Command $args[0]", cmdlet).Single.BaseObject).Parameters.Keys);

    [Theory]
    [InlineData("New-DeviceKey", "Algorithm,Curve,PublicKeyPem,Fingerprint")]
    [InlineData("New-CertificateAuthority Root", "Name,Subject,Certificate,Chain,NotBefore,NotAfter,PathLength,IsRoot,KeyLocation")]
    [InlineData("New-CertificateChain Root, Sub", "Certificates,Length,Root,Leaf,Authorities,Issuer")]
    [InlineData("New-DeviceCertificateRequest dev", "EndpointName,AccountId,Subject,Key,Pem,Der")]
    [InlineData("New-BootstrapDeviceCredential dev -Issuer (New-CertificateChain Root, Sub)",
        "EndpointName,Kind,AccountId,Columns,DaysLeft,Subject,Issuer,SerialNumber,NotBefore,NotAfter,"
            + "Thumbprint,Fingerprint,Certificate,CertificatePem,CertificateDer,Chain,ChainPem,PrivateKey,Renews")]
    [InlineData("(New-CertificateChain Root).Leaf",
        "Path,Position,Encoding,KeyAlgorithm,SignatureAlgorithm,KeyUsage,EnhancedKeyUsage,"
            + "IsCertificateAuthority,IsSelfSigned,Subject,Issuer,SerialNumber,NotBefore,NotAfter,Thumbprint,"
            + "Fingerprint")]
    [InlineData("New-BootstrapDeviceCredential dev -Issuer (New-CertificateChain Root) | Test-DeviceCertificate",
        "Passed,Issuer,AccountId,Fingerprint,Columns,DaysLeft,FailedRules,EndpointName,Kind,Subject,Path,"
            + "SerialNumber,NotBefore,NotAfter,Checks,Failed,Warnings")]
    [InlineData("(New-BootstrapDeviceCredential dev -Issuer (New-CertificateChain Root) | Test-DeviceCertificate).Checks[0]",
        "Id,Rule,Outcome,Message,Recommendation,Source")]
    public void An_object_has_the_properties_that_scripts_use(string script, string properties)
    {
        var names = engine.Run(script).Single.Properties.Select(p => p.Name).ToList();
        Assert.All(properties.Split(','), p => Assert.Contains(p, names));
    }

    [Fact]
    public void A_mandatory_parameter_says_what_it_needs() => Assert.Empty(engine.Run("""
        foreach ($command in Get-Command -Module DeviceCreds) {
            foreach ($parameter in $command.Parameters.Values) {
                $silent = $parameter.Attributes | Where-Object { $_.Mandatory -and -not $_.HelpMessage }
                if ($silent) { "$command -$($parameter.Name)" }
            }
        }
        """).Output);

    [Fact]
    public void A_parameter_of_an_enumeration_takes_one_name_for_each_value() => Assert.Empty(engine.Run("""
        foreach ($command in Get-Command -Module DeviceCreds) {
            foreach ($parameter in $command.Parameters.Values) {
                $type = $parameter.ParameterType
                $one = if ($type.IsArray) { $type.GetElementType() } else { [Nullable]::GetUnderlyingType($type) ?? $type }
                if (-not $one.IsEnum -or $one.FullName -notlike 'DeviceCreds.*') { continue }
                $rule = $parameter.Attributes | Where-Object { $_ -is [DeviceCreds.PowerShell.OneNameAttribute] }
                if (-not $rule -or $rule.EachOfMany -ne $type.IsArray) { "$command -$($parameter.Name)" }
            }
        }
        """).Output);

    [Fact]
    public void The_objects_hold_no_types_of_PowerShell()
    {
        var library = engine.Run("New-DeviceKey").Single.BaseObject.GetType().Assembly;
        Assert.DoesNotContain(library.GetReferencedAssemblies(), a => a.Name == "System.Management.Automation");
    }
}
