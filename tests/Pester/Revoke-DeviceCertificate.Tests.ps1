BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Revoke-DeviceCertificate' {
    BeforeEach {
        $ledger = Join-Path (New-Folder) 'index.txt'
        [System.IO.File]::WriteAllText($ledger, "V`t460123111610Z`t`t01AB`tunknown`t/CN=dev-1`nV`t460123111610Z`t`t02`tunknown`t/CN=dev-2`n")
    }

    It 'marks what it is given and gives the entries as they are now' {
        $entry = Revoke-DeviceCertificate -EndpointName dev-1 -Ledger $ledger -Reason KeyCompromise -Confirm:$false
        $entry.State, $entry.Reason | Should -Be 'Revoked', 'KeyCompromise'
        (Get-IssuedCertificate -Ledger $ledger).State | Should -Be 'Revoked', 'Valid'
    }

    It 'takes entries from the pipeline' {
        $null = Get-IssuedCertificate -Ledger $ledger | Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false
        (Get-IssuedCertificate -Ledger $ledger).State | Should -Be 'Revoked', 'Revoked'
    }

    It 'changes nothing with -WhatIf' {
        Revoke-DeviceCertificate -SerialNumber 01ab -Ledger $ledger -WhatIf | Should -BeNullOrEmpty
        (Get-IssuedCertificate -Ledger $ledger).State | Should -Be 'Valid', 'Valid'
    }

    It 'says when the ledger knows nothing of it' {
        Assert-Failure { Revoke-DeviceCertificate -SerialNumber 77 -Ledger $ledger -Confirm:$false } -Id SerialNumberNotFound -Category ObjectNotFound
    }
}
