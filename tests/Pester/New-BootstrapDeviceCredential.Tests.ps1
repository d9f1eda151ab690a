BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'NewCredential.ps1')) -Command New-BootstrapDeviceCredential

Describe 'New-BootstrapDeviceCredential' {
    BeforeAll { $ca = New-CertificateAuthority -Name 'Factory CA' }

    It 'makes a subject of the endpoint name alone' {
        $credential = [pscustomobject]@{ EndpointName = 'dev-1'; AccountId = 'abc' } | New-BootstrapDeviceCredential -Issuer $ca
        $credential.Kind | Should -Be Bootstrap
        $credential.Subject | Should -BeExactly 'CN=dev-1'
        $credential.AccountId | Should -BeNullOrEmpty
    }

    It 'has no -AccountId' {
        { New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca -AccountId abc } | Should -Throw -ErrorId 'NamedParameterNotFound,*'
    }

    It 'takes -<_> on either cmdlet of the pair' -ForEach 'Ledger', 'SkipExported', 'ThrottleLimit', 'Summary' {
        foreach ($command in 'New-BootstrapDeviceCredential', 'New-Lwm2mDeviceCredential') {
            (Get-Command -Name $command).Parameters.Keys | Should -Contain $_
        }
    }

    It 'goes on where a run stopped, records what it issues, and says how much that was' {
        $out = Join-Path -Path $TestDrive -ChildPath 'goes-on'
        $ledger = Join-Path -Path $TestDrive -ChildPath 'goes-on.txt'
        $names = 1..60 | ForEach-Object { "dev-$_" }
        $null = $names | Select-Object -First 20 | New-BootstrapDeviceCredential -Issuer $ca -Ledger $ledger -SkipExported $out |
            Export-DeviceCredential -Path $out
        $summaries = $names | New-BootstrapDeviceCredential -Issuer $ca -Ledger $ledger -SkipExported $out -Summary |
            Export-DeviceCredential -Path $out -Summary | Where-Object { $_ -isnot [DeviceCreds.ExportedCredential] }
        $summaries.Succeeded | Should -Be 40, 40
        $summaries.Skipped | Should -Be 20, 0
        @(Get-Content -LiteralPath $ledger).Count | Should -Be 60
        @(Get-ChildItem -LiteralPath $out -Force).Count | Should -Be 60
        $summaries[0] | Out-String | Should -BeLike '*Succeeded*40*Skipped*20*'
    }

    It 'lets Select-Object have the first and stops' {
        $first = 1..100000 | ForEach-Object { "dev-$_" } | New-BootstrapDeviceCredential -Issuer $ca | Select-Object -First 1
        $first.EndpointName | Should -BeExactly 'dev-1'
    }
}
