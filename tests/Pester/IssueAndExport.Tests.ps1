# What cannot be exported is not issued: a certificate in the ledger whose key was never written belongs to no device.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $script:ca = New-CertificateAuthority 'Factory CA'
    $script:configuration = New-DeviceConfiguration -WarningAction Ignore

    function Get-Recorded {
        if (Test-Path "$TestDrive/index.txt") { Get-IssuedCertificate -Ledger "$TestDrive/index.txt" | ForEach-Object EndpointName }
    }

    function Get-Exported { Get-ChildItem "$TestDrive/out" -Directory -ErrorAction Ignore | ForEach-Object Name }
}

Describe 'A run that issues and exports' {
    BeforeEach {
        Get-ChildItem $TestDrive -Force | Remove-Item -Recurse -Force
        $script:issue = @{ Issuer = $ca; Ledger = "$TestDrive/index.txt" }
        $script:export = @{ Path = "$TestDrive/out" }
    }

    It 'issues to no device whose name the service <format> cannot hold: <bad>' -ForEach @(
        @{ format = 'AzureDps'; bad = 'a b' }
        @{ format = 'AzureDps'; bad = 'DEV-1' }
        @{ format = 'AzureIotHub'; bad = 'dev/2' }
        @{ format = 'AwsIot'; bad = 'dev 2' }
        @{ format = 'NrfCloud'; bad = 'dev.2' }
        @{ format = 'Cumulocity'; bad = '=1+1' }
    ) {
        $configuration = New-DeviceConfiguration -ServerUri 'coaps://lwm2m.example.com:5684'
        $run = Invoke-Recorded {
            'dev-1', $bad, 'dev-3' | New-BootstrapDeviceCredential @issue |
                Export-DeviceCredential @export -Format $format, Pem -Configuration $configuration
        }
        $run.Errors | Should -HaveCount 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'EndpointName*,*.NewBootstrapDeviceCredentialCommand'
        Get-Recorded | Should -Be 'dev-1', 'dev-3'
        Get-Exported | Should -Be 'dev-1', 'dev-3'
    }

    It 'issues nothing when no configuration fits the format: <why>' -ForEach @(
        @{ why = 'none is given'; given = @{}; id = 'ConfigurationMissing' }
        @{ why = 'it is incomplete'; given = @{ Configuration = $true }; id = 'ConfigurationIncomplete' }
    ) {
        if ($given.Configuration) { $given = @{ Configuration = $configuration } }
        $run = Invoke-Recorded {
            'dev-1', 'dev-2' | New-BootstrapDeviceCredential @issue | Export-DeviceCredential @export -Format FccBundle @given
        }
        $run.Errors | Should -HaveCount 2
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike "$id,*.NewBootstrapDeviceCredentialCommand"
        $run.Errors[0].Exception.Message | Should -BeLike '*dev-1*'
        $run.Errors[1].Exception.Message | Should -BeLike '*dev-2*'
        Get-Recorded | Should -HaveCount 0
        Get-Exported | Should -HaveCount 0
    }

    It 'issues to no device that keeps its key when the format holds the key' {
        $password = ConvertTo-SecureString 'correct horse' -AsPlainText -Force
        $requests = foreach ($name in 'dev-1', 'dev-2') {
            Set-Content "$TestDrive/$name.csr" (New-DeviceCertificateRequest $name).Pem
            Import-DeviceCertificateRequest "$TestDrive/$name.csr"
        }
        $run = Invoke-Recorded {
            $requests | New-BootstrapDeviceCredential @issue | Export-DeviceCredential @export -Format Pfx -Password $password
        }
        $run.Errors | Should -HaveCount 2
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PrivateKeyMissing,*.NewBootstrapDeviceCredentialCommand'
        Get-Recorded | Should -HaveCount 0
    }

    It 'issues to no device whose files are there, and keeps them' {
        'dev-2' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential @export
        $before = Get-ChildItem "$TestDrive/out/dev-2" | Get-FileHash
        $run = Invoke-Recorded { 'dev-1', 'dev-2', 'dev-3' | New-BootstrapDeviceCredential @issue | Export-DeviceCredential @export }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'FileExists,*.NewBootstrapDeviceCredentialCommand'
        Get-Recorded | Should -Be 'dev-1', 'dev-3'
        (Get-ChildItem "$TestDrive/out/dev-2" | Get-FileHash).Hash | Should -Be $before.Hash
    }

    It 'issues to no device in whose place is <what>' -ForEach @(
        @{ what = 'a file'; id = 'FolderIsFile' }
        @{ what = 'a link to nothing'; id = 'FolderIsLink' }
    ) {
        if ($OnWindows) { Set-ItResult -Skipped -Because 'links need a right on Windows'; return }
        $null = New-Item -ItemType Directory "$TestDrive/out"
        if ($what -eq 'a file') { Set-Content "$TestDrive/out/dev-1" 'x' }
        else { $null = New-Item -ItemType SymbolicLink "$TestDrive/out/dev-1" -Target "$TestDrive/nowhere" }
        $run = Invoke-Recorded { 'dev-1', 'dev-2' | New-BootstrapDeviceCredential @issue | Export-DeviceCredential @export }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike "$id,*.NewBootstrapDeviceCredentialCommand"
        Get-Recorded | Should -Be 'dev-2'
    }

    It 'lets a device that it refused be tried again with another name and the same key' {
        $key = New-DeviceKey
        $run = Invoke-Recorded {
            'a b', 'dev-1' | New-BootstrapDeviceCredential @issue -Key $key | Export-DeviceCredential @export -Format AzureDps
        }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'EndpointNameNotPossible,*'
        Get-Recorded | Should -Be 'dev-1'
    }

    It 'issues again with -Force' {
        'dev-1' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential @export
        'dev-1' | New-BootstrapDeviceCredential @issue | Export-DeviceCredential @export -Force
        $recorded = Get-IssuedCertificate -Ledger "$TestDrive/index.txt"
        (Import-DeviceCredential "$TestDrive/out/dev-1").SerialNumber | Should -Be $recorded.SerialNumber
    }

    It 'leaves out what is exported, and issues the rest' {
        'dev-1' | New-BootstrapDeviceCredential @issue | Export-DeviceCredential @export
        'dev-1', 'dev-2' | New-BootstrapDeviceCredential @issue -SkipExported $export.Path | Export-DeviceCredential @export
        Get-Recorded | Should -Be 'dev-1', 'dev-2'
        Get-Exported | Should -Be 'dev-1', 'dev-2'
    }

    It 'renews nothing whose new files have no place' {
        $old = 'dev-1' | New-BootstrapDeviceCredential @issue
        $old | Export-DeviceCredential @export
        $run = Invoke-Recorded { $old | Update-DeviceCredential @issue | Export-DeviceCredential @export }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'FileExists,*.UpdateDeviceCredentialCommand'
        (Get-IssuedCertificate -Ledger "$TestDrive/index.txt").SerialNumber | Should -Be $old.SerialNumber
        $old | Update-DeviceCredential @issue | Export-DeviceCredential @export -Force
        Get-Recorded | Should -Be 'dev-1', 'dev-1'
    }

    It 'does not judge devices that a command between the two leaves out' {
        'dev-1', 'a b' | New-BootstrapDeviceCredential @issue | Where-Object EndpointName -NotLike '* *' |
            Export-DeviceCredential @export -Format AzureDps
        Get-Recorded | Should -Be 'dev-1', 'a b'
    }

    It 'counts a device that it refused as failed, once' {
        $run = Invoke-Recorded {
            'dev-1', 'a b' | New-BootstrapDeviceCredential @issue -Summary | Export-DeviceCredential @export -Format AzureDps
        }
        $summary = $run.Output | Where-Object { $_.PSObject.Properties['Total'] }
        $summary.Total, $summary.Succeeded, $summary.Failed, $summary.ExitCode | Should -Be 2, 1, 1, 2
    }
}
