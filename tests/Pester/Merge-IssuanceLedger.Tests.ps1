BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Merge-IssuanceLedger' {
    BeforeAll {
        $folder = New-Folder
        foreach ($i in 1, 2) {
            [System.IO.File]::WriteAllText((Join-Path $folder "$i.txt"),
                "V`t460123111610Z`t`t0$i`tunknown`t/CN=dev-$i`nV`t460123111610Z`t`t09`tunknown`t/CN=both`n")
        }
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

    It 'lets a revoked entry win over a valid one, and says what does not fit together' {
        $odd = New-Folder
        [System.IO.File]::WriteAllText((Join-Path $odd 'a.txt'),
            "V`t460123111610Z`t`t01`tunknown`t/CN=dev-1`nV`t460123111610Z`t`t02`tunknown`t/CN=dev-2`n")
        [System.IO.File]::WriteAllText((Join-Path $odd 'b.txt'),
            "R`t460123111610Z`t260101000000Z,keyCompromise`t01`tunknown`t/CN=dev-1`nV`t460123111610Z`t`t02`tunknown`t/CN=somebody-else`n")
        $run = Invoke-Recorded { Merge-IssuanceLedger -Path (Join-Path $odd '?.txt') -Destination (Join-Path $odd 'all') }
        $run.Errors.Count | Should -Be 1
        "$($run.Errors)" | Should -BeLike '*02*'
        (Get-IssuedCertificate -Ledger (Join-Path $odd 'all') -SerialNumber 01).State | Should -Be 'Revoked'
    }

    It 'reads the ledger whose name has brackets, as the commands do that write it' {
        $odd = New-Folder
        $ca = New-CertificateAuthority -Name 'Line CA'
        $null = New-BootstrapDeviceCredential -EndpointName wanted -Issuer $ca -Ledger "$odd/m[1].txt"
        $null = New-BootstrapDeviceCredential -EndpointName other -Issuer $ca -Ledger "$odd/m1.txt"
        $null = Merge-IssuanceLedger -Path "$odd/m[1].txt" -Destination "$odd/all[1].txt"
        (Get-IssuedCertificate -Ledger "$odd/all[1].txt").EndpointName | Should -Be wanted
        $null = Revoke-DeviceCertificate -EndpointName wanted -Ledger "$odd/m[1].txt" -Confirm:$false
        (Get-IssuedCertificate -Ledger "$odd/m[1].txt").State | Should -Be Revoked
    }

    It 'says which ledger is not there' {
        Assert-Failure {
            Merge-IssuanceLedger -Path (Join-Path $folder 'nowhere.txt') -Destination (Join-Path $folder 'never')
        } -Id FileNotFound -Category ObjectNotFound
        Test-Path -LiteralPath (Join-Path $folder 'never') | Should -BeFalse
    }

    It 'writes a serial number once that the destination has twice' {
        $twice = Join-Path (New-Folder) 'index.txt'
        [System.IO.File]::WriteAllText($twice, "V`t460123111610Z`t`t01`tunknown`t/CN=dev-1`n" * 2)
        Assert-Failure {
            New-BootstrapDeviceCredential -EndpointName dev-2 -Issuer (New-CertificateAuthority -Name Root) -Ledger $twice
        } -Id LedgerSerialNumberDuplicate -Category InvalidData -Message '*Merge-IssuanceLedger*'
        $null = Merge-IssuanceLedger -Path (Join-Path $folder '1.txt') -Destination $twice
        (Get-IssuedCertificate -Ledger $twice).SerialNumber | Should -Be '01', '09'
    }

    It 'names devices with several valid certificates, and counts those after the tenth' {
        $shards = New-Folder
        $line = { param($Serial, $Name, $File = 'unknown') "V`t460123111610Z`t`t$($Serial.ToString('X4'))`t$File`t/CN=$Name`n" }
        $names = 1..12 | ForEach-Object { "twice-$_" }
        [System.IO.File]::WriteAllText("$shards/1.txt", (-join (1..12 | ForEach-Object { & $line $_ $names[$_ - 1] })) +
            (& $line 100 renewed) + (& $line 101 once) + "R`t460123111610Z`t260101000000Z`t0066`tunknown`t/CN=revoked`n")
        [System.IO.File]::WriteAllText("$shards/2.txt", (-join (1..12 | ForEach-Object { & $line ($_ + 20) $names[$_ - 1] })) +
            (& $line 200 renewed 'renews:0064') + (& $line 101 once) + (& $line 201 revoked))
        $file = Merge-IssuanceLedger -Path "$shards/?.txt" -Destination "$shards/all" -WarningVariable warnings -WarningAction Ignore
        $file.Entries | Should -Be 29
        $file.Duplicates | Should -Be 12
        $file.DuplicateNames | Should -Be $names[0..9]
        $warnings.Count | Should -Be 11
        "$($warnings[0])" | Should -BeLike "*'twice-1'*"
        "$($warnings[10])" | Should -BeLike '2 more devices*'
    }
}
