BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Test-DeviceConfiguration' {
    BeforeAll {
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $credential = New-BootstrapDeviceCredential dev-1 -Issuer $ca
        $sample = Get-ConfigurationSample
        $sample.UpdateCertificate = New-CertificateAuthority -Name 'Update CA'
        $configuration = New-DeviceConfiguration @sample
    }

    It 'gives a report, as it promises, that has nothing to say' {
        $report = $credential | Test-DeviceConfiguration $configuration
        $report | Should -BeOfType [DeviceCreds.DeviceCertificateReport]
        (Get-Command -Name Test-DeviceConfiguration).OutputType.Type | Should -Be ([DeviceCreds.DeviceCertificateReport]), ([bool])
        $report.Passed | Should -BeTrue
        $report.EndpointName, "$($report.Kind)" | Should -Be dev-1, Bootstrap
        $report.Failed | Should -BeNullOrEmpty
        $report.Warnings | Should -BeNullOrEmpty
    }

    It 'gives $true and $false with -Quiet' {
        Test-DeviceConfiguration -Credential $credential -Configuration $configuration -Quiet | Should -BeTrue
        Test-DeviceConfiguration -Credential $credential -Configuration (New-DeviceConfiguration) -Quiet | Should -BeFalse
    }

    It 'warns in the words of the device when <_> is missing' -ForEach 'Timezone', 'UtcOffset', 'ClassId', 'VendorId', 'UpdateCertificate' {
        $less = $sample.Clone()
        $less.Remove($_)
        $report = $credential | Test-DeviceConfiguration (New-DeviceConfiguration @less)
        $report.Passed | Should -BeTrue
        $report.Warnings.Id | Should -Be $_
        $report.Warnings.Message | Should -BeLike '*The device warns: "Item not set:mbed.*'
    }

    It 'fails with the status of the device when <Field> is missing' -ForEach @(
        @{
            Field = 'Manufacturer'; Rule = 'DeviceDetails'
        }, @{
            Field = 'MemoryTotalKB'; Rule = 'DeviceDetails'
        }, @{ Field = 'ServerUri'; Rule = 'ServerUri' }, @{ Field = 'ServerCertificate'; Rule = 'ServerCertificate' }
    ) {
        $less = $sample.Clone()
        $less.Remove($Field)
        $report = $credential | Test-DeviceConfiguration (New-DeviceConfiguration @less)
        $report.Passed | Should -BeFalse
        $report.Failed.Id | Should -Be $Rule
        $report.Failed.Message | Should -BeLike '*25 ITEM_NOT_EXIST*'
    }

    It 'sees an LwM2M certificate of another account' {
        $other = New-Lwm2mDeviceCredential dev-1 -AccountId other -Issuer $ca
        ($other | Test-DeviceConfiguration $configuration).Failed.Message | Should -BeLike '*14 INVALID_LWM2M_CN_ATTR*'
    }

    It 'takes for each device the configuration by its name, and else that for all' {
        $named = New-DeviceConfiguration @sample -EndpointName dev-2 -SkipVerify
        $reports = $credential, (New-BootstrapDeviceCredential dev-2 -Issuer $ca) | Test-DeviceConfiguration $configuration, $named
        $reports[0].Warnings | Should -BeNullOrEmpty
        $reports[1].Warnings.Id | Should -Be DeviceVerifies
    }

    It 'takes an imported credential with what it was imported with' {
        $folder = New-Folder
        $null = $credential | Export-DeviceCredential -Path $folder -Format FccBundle -Configuration $configuration
        Import-DeviceCredential -Path $folder | Test-DeviceConfiguration -Quiet | Should -BeTrue
    }

    It 'judges a bundle as it is, and not as it would be exported' {
        $folder = New-Folder
        $null = $credential | Export-DeviceCredential -Path $folder -Format FccBundle -Configuration $configuration
        $file = Get-ChildItem -Path $folder -Filter device.cbor -Recurse
        # The name of the parameter in CBOR's text: a device knows none of this name, and has no clock.
        $bytes = [System.IO.File]::ReadAllBytes($file.FullName)
        $text = [System.Text.Encoding]::Latin1.GetString($bytes).Replace('mbed.CurrentTime', 'acme.CurrentTime')
        [System.IO.File]::WriteAllBytes($file.FullName, [System.Text.Encoding]::Latin1.GetBytes($text))
        $report = Import-DeviceCredential -Path $file.FullName | Test-DeviceConfiguration
        ($report.Checks | Where-Object Id -eq CurrentTime).Outcome | Should -Be Warning
        ($report.Checks | Where-Object Id -eq NotExpired).Outcome | Should -Be Skipped
    }

    It 'tests for a later day with -At' {
        $report = $credential | Test-DeviceConfiguration $configuration -At (Get-Date).AddYears(12)
        $report.Passed | Should -BeTrue
        $report.Warnings.Id | Should -Contain TimeLeft
        ($credential | Test-DeviceConfiguration $configuration -At (Get-Date).AddYears(21)).Failed.Message |
            Should -BeLike '*13 EXPIRED_CERTIFICATE*'
    }

    It 'counts the chain as it is exported' {
        $deep = New-BootstrapDeviceCredential dev-1 -Issuer (New-CertificateChain -Name A, B, C, D, E)
        ($deep | Test-DeviceConfiguration $configuration).Failed.Message | Should -BeLike '*20 BUNDLE_ERROR*'
        ($deep | Test-DeviceConfiguration $configuration -ExcludeRoot).Passed | Should -BeTrue
        ($deep | Test-DeviceConfiguration $configuration -ChainDepth 2).Passed | Should -BeTrue
    }

    It 'reports a device without configuration, says $false of it with -Quiet, and goes on' {
        $named = New-DeviceConfiguration @sample -EndpointName dev-2
        $run = Invoke-Recorded { $credential, (New-BootstrapDeviceCredential dev-2 -Issuer $ca) | Test-DeviceConfiguration $named -Quiet }
        $run.Output | Should -Be $false, $true
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'ConfigurationMissing,*'
        $run.Errors[0].TargetObject.EndpointName | Should -Be dev-1
    }

    It 'does not take $null for a configuration' {
        { $credential | Test-DeviceConfiguration $null } | Should -Throw
    }
}
