BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Get-IssuedCertificate' {
    BeforeAll {
        $ledger = Join-Path (New-Folder) 'index.txt'
        [System.IO.File]::WriteAllText($ledger, "V`t460123111610Z`t`t01AB`tunknown`t/CN=dev-1`nV`t200123111610Z`t`t02`tunknown`t/OU=acc/CN=dev-2`n")
    }

    It 'gives an entry a line' {
        $entries = Get-IssuedCertificate -Ledger $ledger
        $entries | Should -BeOfType [DeviceCreds.LedgerEntry]
        $entries.EndpointName | Should -Be 'dev-1', 'dev-2'
        $entries.State | Should -Be 'Valid', 'Expired'
    }

    It 'filters' {
        (Get-IssuedCertificate -Ledger $ledger -EndpointName 'dev-*' -State Valid).SerialNumber | Should -Be '01AB'
        (Get-IssuedCertificate -Ledger $ledger -SerialNumber '2').EndpointName | Should -Be 'dev-2'
        (Get-IssuedCertificate -Ledger $ledger -ExpiresBefore '2030-01-01').EndpointName | Should -Be 'dev-2'
    }

    It 'says when there is no such ledger' {
        Assert-Failure { Get-IssuedCertificate -Ledger "$ledger.none" } -Id FileNotFound -Category ObjectNotFound
    }

    It 'completes <Line> with <Expected>' -ForEach @(
        @{ Line = 'Get-IssuedCertificate -Ledger x -State '; Expected = 'Expired', 'Revoked', 'Valid' }
        @{ Line = 'Get-IssuedCertificate -Exp'; Expected = '-ExpiresAfter', '-ExpiresBefore' }
    ) {
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be $Expected
    }

    It 'is shown as a table' {
        $text = Get-IssuedCertificate -Ledger $ledger | Out-String -Width 200
        $text | Should -Match 'EndpointName\s+AccountId\s+State\s+ExpiresAt'
        $text | Should -Match 'dev-2\s+acc\s+Expired\s+2020-01-23'
    }

    It 'reads what New-*DeviceCredential recorded' {
        $issued = Join-Path (New-Folder) 'index.txt'
        $credentials = 'dev-1', 'dev/2', 'dev=3' | New-Lwm2mDeviceCredential -Issuer (New-CertificateAuthority -Name Root) -AccountId 'a=b' -Ledger $issued
        $entries = Get-IssuedCertificate -Ledger $issued
        $entries.EndpointName | Should -Be $credentials.EndpointName
        $entries.AccountId | Should -Be 'a=b', 'a=b', 'a=b'
        $entries.SerialNumber | Should -Be $credentials.SerialNumber
        $entries.ExpiresAt | Should -Be $credentials.NotAfter
    }

    It 'goes on behind a line that is none, and says where it stands' {
        $damaged = Join-Path (New-Folder) 'index.txt'
        [System.IO.File]::WriteAllText($damaged, "V`t460123111610Z`t`t01`tunknown`t/CN=dev-1`nV`tsoon`t`t02`tunknown`t/CN=dev-2`nV`t460123111610Z`t`t03`tunknown`t/CN=dev-3`n")
        $run = Invoke-Recorded { Get-IssuedCertificate -Ledger $damaged }
        $run.Output.EndpointName | Should -Be 'dev-1', 'dev-3'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'LedgerTime,*'
        $run.Errors.Exception.Line | Should -Be 2
    }
}
