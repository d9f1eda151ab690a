# What a cmdlet would do, and does not, with -WhatIf and with -Confirm answered by nobody: one case for each that changes something.
BeforeDiscovery {
    $cases = @(
        @{ Command = 'Export-CertificateAuthority'; Says = '*CA*'; Action = { $ca | Export-CertificateAuthority -Path "$folder/ca" -NoPassword @with } }
        @{ Command = 'Export-DeviceCertificateReport'; Says = '*report.html*'; Action = { $credential | Test-DeviceCertificate | Export-DeviceCertificateReport -Path "$folder/report.html" @with } }
        @{ Command = 'Export-DeviceCertificateRequest'; Says = '*dev.csr*'; Action = { New-DeviceCertificateRequest -EndpointName dev | Export-DeviceCertificateRequest -Path "$folder/dev.csr" @with } }
        @{ Command = 'Export-DeviceCredential'; Says = '*Bootstrap*dev*'; Action = { $credential | Export-DeviceCredential -Path "$folder/out" -Format Pem, AwsIot @with } }
        @{ Command = 'Export-DeviceKey'; Says = '*dev.key*'; Action = { New-DeviceKey | Export-DeviceKey -Path "$folder/dev.key" @with } }
        @{ Command = 'Export-DeviceKeyRequest'; Says = '*dev*'; Action = { 'dev' | Export-DeviceKeyRequest -Path "$folder/requests" -Kind Bootstrap @with } }
        @{ Command = 'Merge-IssuanceLedger'; Says = '*Write merged ledger*all.txt*'; Action = { Merge-IssuanceLedger -Path "$folder/index.txt" -Destination "$folder/all.txt" @with } }
        @{ Command = 'Revoke-DeviceCertificate'; Says = '*Revoke*dev*'; Action = { $credential | Revoke-DeviceCertificate -Ledger "$folder/index.txt" @with } }
    )
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $ca = New-CertificateAuthority -Name 'Factory CA'

    # Names and contents of all that is there.
    function Get-Fingerprint { param([string] $Path) Get-Tree $Path | Where-Object { $_ -notlike '*.lock' } | ForEach-Object { "$_ $((Get-FileHash -LiteralPath (Join-Path $Path $_)).Hash)" } }
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
            `$credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer `$ca -Ledger '$folder/index.txt'
            $Action"
        $text | Should -BeLike "What if: $Says"
    }
}

Describe 'The cases above' {
    It 'are all the cmdlets that have -WhatIf' -ForEach @(@{ Cases = $cases.Command }) {
        $Cases | Should -Be (Get-Command -Module DeviceCreds | Where-Object { $_.Parameters.ContainsKey('WhatIf') }).Name
    }
}
