# What a cmdlet would do, and does not, with -WhatIf and with -Confirm answered by nobody: one case for each that changes something.
BeforeDiscovery {
    $cases = @(
        @{
            Command = 'Export-CertificateAuthority'
            Says = '*CA*'
            Action = { $ca | Export-CertificateAuthority -Path "$folder/ca" -NoPassword @with }
        }
        @{
            Command = 'Export-CertificateAuthorityRequest'
            Says = '*request of a CA*ca.csr*'
            Action = {
                New-CertificateAuthorityRequest -Name Sub -Key (New-DeviceKey) |
                    Export-CertificateAuthorityRequest -Path "$folder/ca.csr" @with
            }
        }
        @{
            Command = 'Export-CertificateRevocationList'
            Says = '*revocation list*crl.pem*'
            Action = { $list | Export-CertificateRevocationList -Path "$folder/crl.pem" @with }
        }
        @{
            Command = 'Export-DeviceCertificateReport'
            Says = '*report.html*'
            Action = { $credential | Test-DeviceCertificate | Export-DeviceCertificateReport -Path "$folder/report.html" @with }
        }
        @{
            Command = 'Export-DeviceCertificateRequest'
            Says = '*dev.csr*'
            Action = { New-DeviceCertificateRequest -EndpointName dev | Export-DeviceCertificateRequest -Path "$folder/dev.csr" @with }
        }
        @{
            Command = 'Export-DeviceCredential'
            Says = '*Bootstrap*dev*'
            Action = { $credential | Export-DeviceCredential -Path "$folder/out" -Format Pem, AwsIot @with }
        }
        @{ Command = 'Export-DeviceKey'; Says = '*dev.key*'; Action = { New-DeviceKey | Export-DeviceKey -Path "$folder/dev.key" @with } }
        @{
            Command = 'Export-DeviceKeyRequest'
            Says = '*dev*'
            Action = { 'dev' | Export-DeviceKeyRequest -Path "$folder/requests" -Kind Bootstrap @with }
        }
        @{
            Command = 'Merge-IssuanceLedger'
            Says = '*Write merged ledger*all.txt*'
            Action = { Merge-IssuanceLedger -Path "$folder/index.txt" -Destination "$folder/all.txt" @with }
        }
        @{
            Command = 'New-BootstrapDeviceCredential'
            Says = '*Issue*record*index.txt*new*'
            Action = { New-BootstrapDeviceCredential -EndpointName new -Issuer $ca -Ledger "$folder/index.txt" @with }
        }
        @{
            Command = 'New-CertificateAuthority'
            Says = '*Make the CA*record*index.txt*'
            Action = { New-CertificateAuthority -Name 'New CA' -Ledger "$folder/index.txt" @with }
        }
        @{
            Command = 'New-CertificateAuthorityProof'
            Says = '*proof*Factory CA*proof.pem*'
            Action = { $ca | New-CertificateAuthorityProof -Code 1234 -Path "$folder/proof.pem" @with }
        }
        @{
            Command = 'New-CertificateChain'
            Says = '*Make the CAs*record*index.txt*'
            Action = { New-CertificateChain -Name 'Root', 'Line' -Ledger "$folder/index.txt" @with }
        }
        @{
            Command = 'New-CertificateRevocationList'
            Says = '*revocation list*index.txt*'
            Action = { New-CertificateRevocationList -Issuer $ca -Ledger "$folder/index.txt" @with }
        }
        @{
            Command = 'New-Lwm2mDeviceCredential'
            Says = '*Issue*record*new.txt*new*'
            Action = { New-Lwm2mDeviceCredential -EndpointName new -AccountId a -Issuer $ca -Ledger "$folder/new.txt" @with }
        }
        @{
            Command = 'Revoke-DeviceCertificate'
            Says = '*Revoke*dev*'
            Action = { $credential | Revoke-DeviceCertificate -Ledger "$folder/index.txt" @with }
        }
        @{
            Command = 'Send-DeviceCredential'
            Says = '*Inject*dev*'
            Action = {
                $credential | Send-DeviceCredential -Address 127.0.0.1 -Port 9 -Configuration (New-DeviceConfiguration) `
                    -Journal "$folder/journal.jsonl" -ErrorAction SilentlyContinue @with
            }
        }
        @{
            Command = 'Update-CertificateAuthority'
            Says = '*Renew the CA*record*index.txt*'
            Action = { $ca | Update-CertificateAuthority -Ledger "$folder/index.txt" @with }
        }
        @{
            Command = 'Update-DeviceCredential'
            Says = '*Renew*record*index.txt*dev*'
            Action = { $credential | Update-DeviceCredential -Issuer $ca -Ledger "$folder/index.txt" @with }
        }
    )
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $ca = New-CertificateAuthority -Name 'Factory CA'
    $list = New-CertificateRevocationList -Issuer $ca -Ledger (New-Ledger)

    # Names and contents of all that is there.
    function Get-Fingerprint {
        param([string] $Path) Get-Tree $Path | Where-Object { $_ -notlike '*.lock' } |
            ForEach-Object { "$_ $((Get-FileHash -LiteralPath (Join-Path $Path $_)).Hash)" }
    }
}

Describe '<Command> -WhatIf' -ForEach $cases {
    BeforeEach {
        $folder = New-Folder
        $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $ca -Ledger "$folder/index.txt"
        $before = Get-Fingerprint $folder
    }

    It 'changes nothing and gives nothing' {
        $with = @{ WhatIf = $true }
        & $Action | Should -BeNullOrEmpty
        Get-Fingerprint $folder | Should -Be $before
        Get-ChildItem -Path $folder -Directory | Should -BeNullOrEmpty
    }

    It 'is what $WhatIfPreference asks for, and -WhatIf:$false overrides' {
        $WhatIfPreference = $true
        $with = @{}
        & $Action | Should -BeNullOrEmpty
        Get-Fingerprint $folder | Should -Be $before
        $with = @{ WhatIf = $false; Confirm = $false }
        & $Action | Should -Not -BeNullOrEmpty
        Get-Fingerprint $folder | Should -Not -Be $before
    }

    It 'says what would be done' {
        $text = Invoke-ChildShell -Script "
            `$folder = '$folder'; `$with = @{ WhatIf = `$true }; `$ca = New-CertificateAuthority -Name 'Factory CA'
            `$list = New-CertificateRevocationList -Issuer `$ca -Ledger '$(New-Ledger)' -WhatIf:`$false
            `$credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer `$ca -Ledger '$folder/index.txt' -AllowDuplicate
            $Action"
        $text | Should -BeLike "What if: $Says"
    }
}

Describe 'The cases above' {
    It 'are all the cmdlets that have -WhatIf' -ForEach @(@{ Cases = $cases.Command }) {
        # A token is another matter: Get-CertificateAuthority.Tests.ps1 has it.
        $Cases | Should -Be (Get-Command -Module DeviceCreds |
            Where-Object { $_.Parameters.ContainsKey('WhatIf') -and $_.Name -ne 'New-CertificateAuthorityRequest' }).Name
    }
}

Describe '-WhatIf of a later cmdlet' {
    It 'keeps the ledger as it is: <_>' -ForEach 'a new ledger', 'a ledger with entries', 'renewing' {
        $folder = New-Folder
        $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $ca -Ledger "$folder/index.txt"
        $before = Get-Fingerprint $folder
        $given = switch ($_) {
            'a new ledger' {
                'wi-1', 'wi-2' | New-BootstrapDeviceCredential -Issuer $ca -Ledger "$folder/new.txt" |
                    Export-DeviceCredential -Path "$folder/out" -WhatIf
            }
            'a ledger with entries' {
                'wi-1', 'wi-2' | New-BootstrapDeviceCredential -Issuer $ca -Ledger "$folder/index.txt" | ForEach-Object { $_ } |
                    Export-DeviceCredential -Path "$folder/out" -WhatIf
            }
            'renewing' {
                $credential | Update-DeviceCredential -Issuer $ca -Ledger "$folder/index.txt" |
                    Export-DeviceCredential -Path "$folder/out" -WhatIf
            }
        }
        $given | Should -BeNullOrEmpty
        Get-Fingerprint $folder | Should -Be $before
    }

    It 'without a ledger is told for each device' {
        $text = Invoke-ChildShell -Script "
            'a', 'b' | New-BootstrapDeviceCredential -Issuer (New-CertificateAuthority -Name CA) |
                Export-DeviceCredential -Path '$(New-Folder)/out' -WhatIf"
        @($text -split "`n" -like 'What if: *Write Bootstrap credential*').Count | Should -Be 2
    }
}

Describe 'A CRL number' {
    It 'is not used up by $WhatIfPreference' {
        $folder = New-Folder
        $null = New-BootstrapDeviceCredential -EndpointName dev -Issuer $ca -Ledger "$folder/index.txt"
        & { $WhatIfPreference = $true; New-CertificateRevocationList -Issuer $ca -Ledger "$folder/index.txt" } | Should -BeNullOrEmpty
        (New-CertificateRevocationList -Issuer $ca -Ledger "$folder/index.txt").Number | Should -BeExactly '01'
    }
}
