@{
    RootModule             = 'DeviceCreds.psm1'
    ModuleVersion          = '0.1.0'
    GUID                   = '5a1d6a0e-2f0a-4d0b-9c57-6f0f8f4e2b61'
    Author                 = 'The DeviceCreds authors'
    CompanyName            = 'The DeviceCreds authors'
    Copyright              = 'Copyright (c) The DeviceCreds authors. MIT licence.'
    Description            = 'Makes, exports and tests X.509 credentials for LwM2M devices (Pelion/Izuma Device Management first).'
    CompatiblePSEditions   = @('Desktop', 'Core')
    PowerShellVersion      = '5.1'
    # Of Windows PowerShell alone: from this version on it has netstandard 2.0 whole.
    DotNetFrameworkVersion = '4.7.2'
    TypesToProcess         = @('DeviceCreds.Types.ps1xml')
    FormatsToProcess       = @('DeviceCreds.Format.ps1xml', 'DeviceCreds.Lists.Format.ps1xml')
    FunctionsToExport      = @()
    CmdletsToExport        = @(
        'Compare-IssuanceLedger'
        'Export-CertificateAuthority'
        'Export-CertificateAuthorityRequest'
        'Export-CertificateRevocationList'
        'Export-DeviceCertificateReport'
        'Export-DeviceCertificateRequest'
        'Export-DeviceCredential'
        'Export-DeviceKey'
        'Export-DeviceKeyRequest'
        'Get-CertificateAuthority'
        'Get-DeviceCertificate'
        'Get-DeviceInjection'
        'Get-IssuedCertificate'
        'Import-CertificateAuthority'
        'Import-CertificateAuthorityRequest'
        'Import-DeviceCertificateRequest'
        'Import-DeviceCredential'
        'Import-DeviceKey'
        'Import-DeviceList'
        'Import-DeviceResponse'
        'Merge-IssuanceLedger'
        'New-BootstrapDeviceCredential'
        'New-CertificateAuthority'
        'New-CertificateAuthorityProof'
        'New-CertificateAuthorityRequest'
        'New-CertificateChain'
        'New-CertificateRevocationList'
        'New-DeviceCertificateRequest'
        'New-DeviceConfiguration'
        'New-DeviceKey'
        'New-Lwm2mDeviceCredential'
        'Revoke-DeviceCertificate'
        'Send-DeviceCredential'
        'Test-DeviceCertificate'
        'Test-DeviceConfiguration'
        'Update-CertificateAuthority'
        'Update-DeviceCredential'
    )
    VariablesToExport      = @()
    AliasesToExport        = @()
    PrivateData            = @{
        PSData = @{
            Tags         = @(
                'X509', 'Certificate', 'PKI', 'IoT', 'LwM2M', 'Pelion', 'Izuma', 'Provisioning', 'ECDSA'
                'PSEdition_Desktop', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS'
            )
            LicenseUri   = 'https://opensource.org/licenses/MIT'
            ReleaseNotes = 'CHANGELOG.md, beside the manifest, lists the changes; THIRD-PARTY-NOTICES.txt and bom.cdx.json list the parts.'
        }
    }
}
