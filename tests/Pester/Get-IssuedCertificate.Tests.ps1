BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Get-IssuedCertificate' {
    BeforeAll {
        $ledger = Join-Path (New-Folder) 'index.txt'
        [System.IO.File]::WriteAllText($ledger,
            "V`t460123111610Z`t`t01AB`tunknown`t/CN=dev-1`nV`t200123111610Z`t`t02`tunknown`t/OU=acc/CN=dev-2`n")
    }

    It 'gives an entry a line' {
        $entries = Get-IssuedCertificate -Ledger $ledger
        $entries | Should -BeOfType [DeviceCreds.LedgerEntry]
        $entries.EndpointName | Should -Be 'dev-1', 'dev-2'
        $entries.State | Should -Be 'Valid', 'Expired'
    }

    It 'takes states one by one' {
        { Get-IssuedCertificate -Ledger $ledger -State Valid, Revoked } | Should -Not -Throw
        { Get-IssuedCertificate -Ledger $ledger -State 'Valid,Revoked' } | Should -Throw '*State*Expected one name in each value*'
    }

    It 'filters' {
        (Get-IssuedCertificate -Ledger $ledger -EndpointName 'dev-*' -State Valid).SerialNumber | Should -Be '01AB'
        (Get-IssuedCertificate -Ledger $ledger -SerialNumber '2').EndpointName | Should -Be 'dev-2'
        (Get-IssuedCertificate -Ledger $ledger -ExpiresBefore '2030-01-01').EndpointName | Should -Be 'dev-2'
    }

    It 'reads the ledger whose name has brackets, also beside the one that they match' {
        $folder = New-Folder
        foreach ($name in 'm[1]', 'm1', 'm2') {
            [System.IO.File]::WriteAllText("$folder/$name.txt", "V`t460123111610Z`t`t01`tunknown`t/CN=$name`n")
        }
        (Get-IssuedCertificate -Ledger "$folder/m[1].txt").EndpointName | Should -Be 'm[1]'
        (Get-IssuedCertificate -Ledger "$folder/m[2].txt").EndpointName | Should -Be m2
        (Get-IssuedCertificate -Ledger "$folder/m[0-9].txt").EndpointName | Should -Be m1, m2
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
        $credentials = 'dev-1', 'dev/2', 'dev=3' |
            New-Lwm2mDeviceCredential -Issuer (New-CertificateAuthority -Name Root) -AccountId 'a=b' -Ledger $issued
        $entries = Get-IssuedCertificate -Ledger $issued
        $entries.EndpointName | Should -Be $credentials.EndpointName
        $entries.AccountId | Should -Be 'a=b', 'a=b', 'a=b'
        $entries.SerialNumber | Should -Be $credentials.SerialNumber
        $entries.ExpiresAt | Should -Be $credentials.NotAfter
    }

    It 'goes on behind a line that is none, and says where it stands' {
        $damaged = Join-Path (New-Folder) 'index.txt'
        [System.IO.File]::WriteAllText($damaged,
            "V`t460123111610Z`t`t01`tunknown`t/CN=dev-1`nV`tsoon`t`t02`tunknown`t/CN=dev-2`nV`t460123111610Z`t`t03`tunknown`t/CN=dev-3`n")
        $run = Invoke-Recorded { Get-IssuedCertificate -Ledger $damaged }
        $run.Output.EndpointName | Should -Be 'dev-1', 'dev-3'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'LedgerTime,*'
        $run.Errors.Exception.Line | Should -Be 2
    }

    Context 'after a run that was interrupted' {
        BeforeAll {
            $folder = New-Folder
            $recorded = Join-Path $folder 'index.txt'
            $out = Join-Path $folder 'out'
            $ca = New-CertificateAuthority -Name Root
            $credentials = 'dev-1', 'dev/2', 'dev-3' | New-BootstrapDeviceCredential -Issuer $ca -Ledger $recorded
            $null = $credentials[0, 1] | Export-DeviceCredential -Path $out -Format Der
            $null = New-BootstrapDeviceCredential -EndpointName dev-3 -Issuer $ca | Export-DeviceCredential -Path $out
        }

        It 'tells which certificates never reached a folder' {
            (Get-IssuedCertificate -Ledger $recorded -NotIn $out).SerialNumber | Should -BeExactly $credentials[2].SerialNumber
            Get-IssuedCertificate -Ledger $recorded -NotIn $out -EndpointName 'dev-1' | Should -BeNullOrEmpty
        }

        It 'looks into several folders' {
            $elsewhere = New-Folder
            $null = $credentials[2] | Export-DeviceCredential -Path $elsewhere
            Get-IssuedCertificate -Ledger $recorded -NotIn $out, $elsewhere | Should -BeNullOrEmpty
        }

        It 'finds what an export to folders in folders wrote' {
            $lines = New-Folder
            $null = $credentials[0], $credentials[1] | Export-DeviceCredential -Path { "$lines/line-$($_.EndpointName)" } -Format Pem
            (Get-IssuedCertificate -Ledger $recorded -NotIn $lines).EndpointName | Should -Be 'dev-3'
            $archives = New-Folder
            $null = $credentials[0], $credentials[1] |
                Export-DeviceCredential -Path { "$archives/line-$($_.EndpointName)/a.tar" } -Archive Tar
            (Get-IssuedCertificate -Ledger $recorded -NotIn $archives).EndpointName | Should -Be 'dev-3'
        }

        It 'gives no certificate of a folder that may have it: <_>' -ForEach 'Pfx', 'a link' {
            $folder = New-Folder
            if ($_ -eq 'Pfx') {
                $null = $credentials[0] | Export-DeviceCredential -Path $folder -Format Pfx -Password (
                    ConvertTo-SecureString -AsPlainText -Force 'a password')
            } else {
                $null = New-Item -ItemType SymbolicLink -Path "$folder/dev-1" -Target "$out/dev-1"
            }
            $run = Invoke-Recorded { Get-IssuedCertificate -Ledger $recorded -NotIn $folder -EndpointName dev-1 }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors.Count | Should -Be 1
        }

        It 'says which folder cannot be read, and gives no certificate that may be in it' {
            $damaged = New-Folder
            $null = $credentials[0] | Export-DeviceCredential -Path $damaged -Format Pem
            [System.IO.File]::WriteAllText("$damaged/dev-1/BootstrapDeviceCert.pem", "-----BEGIN CERTIFICATE-----`nMII")
            $run = Invoke-Recorded { Get-IssuedCertificate -Ledger $recorded -NotIn $damaged -EndpointName dev-1 }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors.Count | Should -Be 1
            "$($run.Errors)" | Should -BeLike '*dev-1*'
        }

        It 'says when -CertificatePath is not a folder' {
            Assert-Failure { Get-IssuedCertificate -Ledger $recorded -CertificatePath "$out.none" } `
                -Id FolderNotFound -Category ObjectNotFound
            Assert-Failure { Get-IssuedCertificate -Ledger $recorded -CertificatePath $recorded } -Id PathIsFile -Category InvalidArgument
        }

        It 'says when there is no such folder' {
            Assert-Failure { Get-IssuedCertificate -Ledger $recorded -NotIn "$out.none" } -Id FolderNotFound -Category ObjectNotFound
        }

        It 'gives what can be revoked' {
            (Get-IssuedCertificate -Ledger $recorded -NotIn $out -State Valid |
                Revoke-DeviceCertificate -Ledger $recorded -Confirm:$false).EndpointName | Should -Be 'dev-3'
        }
    }

    It 'does not call a CA lost, which is in no folder of a device' {
        $folder = New-Folder
        $recorded, $out = "$folder/index.txt", "$folder/out"
        $root = New-CertificateAuthority 'Root' -Ledger $recorded
        $factory = New-CertificateAuthority 'Factory' -Issuer $root -Ledger $recorded
        $factory = $factory | Update-CertificateAuthority -Issuer $root -Ledger $recorded
        $null = 'dev-1' | New-BootstrapDeviceCredential -Issuer $factory -Ledger $recorded | Export-DeviceCredential $out
        $lost = 'dev-2' | New-BootstrapDeviceCredential -Issuer $factory -Ledger $recorded
        (Get-IssuedCertificate $recorded -NotIn $out).SerialNumber | Should -BeExactly $lost.SerialNumber
        (Get-IssuedCertificate $recorded | Where-Object IsCertificateAuthority).EndpointName | Should -Be 'Root', 'Factory', 'Factory'
        $null = New-CertificateChain -Name 'A', 'B' -Ledger $recorded
        (Get-IssuedCertificate $recorded -NotIn $out).SerialNumber | Should -BeExactly $lost.SerialNumber
    }

    It 'leaves out what was renewed, unless the renewal was revoked' {
        $recorded = Join-Path (New-Folder) 'index.txt'
        $ca = New-CertificateAuthority -Name Root
        $first = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca -ValidYears 11 -Ledger $recorded
        $second = $first | Update-DeviceCredential -Issuer $ca -Ledger $recorded
        $due = { Get-IssuedCertificate -Ledger $recorded -State Valid -NotRenewed -ExpiresBefore (Get-Date).AddYears(12) }
        & $due | Should -BeNullOrEmpty
        (Get-IssuedCertificate -Ledger $recorded -NotRenewed).SerialNumber | Should -BeExactly $second.SerialNumber
        $null = $second | Revoke-DeviceCertificate -Ledger $recorded -Confirm:$false
        (& $due).SerialNumber | Should -BeExactly $first.SerialNumber
    }

    It 'names what nobody can see in a line' {
        $bom = Join-Path (New-Folder) 'index.txt'
        [System.IO.File]::WriteAllText($bom, "V`t461126000000Z`t`t0A1B`tunknown`t/CN=led-1`n", [System.Text.UTF8Encoding]::new($true))
        Assert-Failure { Get-IssuedCertificate -Ledger $bom } -Id LedgerState -Category InvalidData -Message '*U+FEFF*byte order mark*'
    }

    It 'takes a serial number as a certificate''s window or a service shows it: <Form>' -ForEach @(
        @{ Form = 'with an invisible mark'; Text = "$([char]0x200E)0804e526 86b8d1d6 77350ba7 766bbd00 b778b892" }
        @{ Form = 'in decimal'; Text = '45781090970669344851050903153492539723019237522' }
    ) {
        $recorded = Join-Path (New-Folder) 'index.txt'
        [System.IO.File]::WriteAllText($recorded, "V`t461126000000Z`t`t0804E52686B8D1D677350BA7766BBD00B778B892`tunknown`t/CN=dev-1`n")
        (Get-IssuedCertificate -Ledger $recorded -SerialNumber $Text).EndpointName | Should -Be 'dev-1'
    }
}
