BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Merge-IssuanceLedger' {
    BeforeAll {
        $folder = New-Folder
        foreach ($i in 1, 2) { [System.IO.File]::WriteAllText((Join-Path $folder "$i.txt"), "V`t460123111610Z`t`t0$i`tunknown`t/CN=dev-$i`nV`t460123111610Z`t`t09`tunknown`t/CN=both`n") }
        $all = Join-Path $folder 'all.txt'
    }

    It 'writes nothing with -WhatIf' {
        Merge-IssuanceLedger -Path (Join-Path $folder '?.txt') -Destination $all -WhatIf | Should -BeNullOrEmpty
        Test-Path -LiteralPath $all | Should -BeFalse
    }

    It 'makes one ledger, each serial number once, and gives its file' {
        (Get-ChildItem -Path (Join-Path $folder '?.txt') | Merge-IssuanceLedger -Destination $all).FullName | Should -Be $all
        (Get-IssuedCertificate -Ledger $all).EndpointName | Should -Be 'dev-1', 'both', 'dev-2'
    }
}
