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
}
