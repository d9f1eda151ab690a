BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Revoke-DeviceCertificate' {
    BeforeEach {
        $ledger = Join-Path (New-Folder) 'index.txt'
        [System.IO.File]::WriteAllText($ledger,
            "V`t460123111610Z`t`t01AB`tunknown`t/CN=dev-1`nV`t460123111610Z`t`t02`tunknown`t/CN=dev-2`n")
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

    It 'revokes nothing of another account than the row has' {
        [System.IO.File]::WriteAllText($ledger,
            "V`t460123111610Z`t`t01`tunknown`t/OU=one/CN=dev-1`nV`t460123111610Z`t`t02`tunknown`t/OU=two/CN=dev-1`n" +
            "V`t460123111610Z`t`t03`tunknown`t/CN=dev-2`n")
        $rows = [pscustomobject]@{ EndpointName = 'dev-1'; AccountId = 'two' }, [pscustomobject]@{ EndpointName = 'dev-2'; AccountId = 'a' }
        ($rows | Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false).SerialNumber | Should -Be '02', '03'
        Assert-Failure {
            [pscustomobject]@{ EndpointName = 'dev-1'; AccountId = 'three' } | Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false
        } -Id EndpointNameNotFound -Category ObjectNotFound
        (Get-IssuedCertificate -Ledger $ledger).State | Should -Be 'Valid', 'Revoked', 'Revoked'
    }

    It 'changes nothing with -WhatIf' {
        Revoke-DeviceCertificate -SerialNumber 01ab -Ledger $ledger -WhatIf | Should -BeNullOrEmpty
        (Get-IssuedCertificate -Ledger $ledger).State | Should -Be 'Valid', 'Valid'
    }

    It 'says when the ledger knows nothing of it' {
        Assert-Failure {
            Revoke-DeviceCertificate -SerialNumber 77 -Ledger $ledger -Confirm:$false
        } -Id SerialNumberNotFound -Category ObjectNotFound
    }

    # Of several names, PowerShell itself would make the reason whose number is their sum.
    It 'takes one reason, not <Reason>' -ForEach @(
        @{ Reason = 'KeyCompromise', 'Superseded' }
        @{ Reason = 'KeyCompromise,Superseded' }
    ) {
        $before = Get-Content -LiteralPath $ledger -Raw
        { Revoke-DeviceCertificate -EndpointName dev-2 -Ledger $ledger -Reason $Reason -Confirm:$false } |
            Should -Throw '*Reason*Expected one name, found several.'
        Get-Content -LiteralPath $ledger -Raw | Should -BeExactly $before
    }

    It 'completes <Line> with <Expected>' -ForEach @(
        @{ Line = 'Revoke-DeviceCertificate -Reason Key'; Expected = 'KeyCompromise' }
        @{ Line = 'Revoke-DeviceCertificate -En'; Expected = '-EndpointName', '-Entry' }
    ) {
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be $Expected
    }

    It 'takes <Name>' -ForEach @(
        @{ Name = 'credentials'; Revoke = { $credentials | Revoke-DeviceCertificate -Ledger $own -Confirm:$false } }
        @{
            Name = 'certificates'
            Revoke = { $credentials | ForEach-Object { $_.Chain.Leaf } | Revoke-DeviceCertificate -Ledger $own -Confirm:$false }
        }
        @{
            Name = 'a file with the chain'
            Revoke = {
                foreach ($name in 'dev-1', 'dev-2') {
                    Revoke-DeviceCertificate -Certificate (Join-Path $folder "$name/BootstrapDeviceCert.pem") -Ledger $own -Confirm:$false
                }
            }
        }
        @{
            Name = 'files of Get-ChildItem'
            Revoke = {
                Get-ChildItem -Path $folder -Recurse -Filter '*.der' | Where-Object Name -Like '*Cert*' |
                    Revoke-DeviceCertificate -Ledger $own -Confirm:$false
            }
        }
        @{
            Name = 'serial numbers'
            Revoke = { Revoke-DeviceCertificate -SerialNumber $credentials.SerialNumber -Ledger $own -Confirm:$false }
        }
    ) {
        $folder = New-Folder
        $own = Join-Path $folder 'index.txt'
        $credentials = 'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer (New-CertificateChain -Name Root, Line) -Ledger $own
        $null = $credentials | Export-DeviceCredential -Path $folder
        (& $Revoke).State | Should -Be 'Revoked', 'Revoked'
        (Get-IssuedCertificate -Ledger $own).State | Should -Be 'Revoked', 'Revoked'
    }

    It 'says of what was revoked before when that was' {
        $null = Revoke-DeviceCertificate -SerialNumber 02 -Ledger $ledger -Confirm:$false
        Assert-Failure {
            Revoke-DeviceCertificate -SerialNumber 02 -Ledger $ledger -Confirm:$false
        } -Id AlreadyRevoked -Category InvalidOperation -Message '*dev-2*was revoked before, at ????-??-?? ??:??:??Z.*'
    }

    It 'releases a hold with RemoveFromCrl: ledger, revocation list and test say so, and openssl' {
        $own = Join-Path (New-Folder) 'index.txt'
        $ca = New-CertificateAuthority -Name 'Hold CA'
        $device = New-BootstrapDeviceCredential dev-1 -Issuer $ca -Ledger $own
        function Test-Now {
            Test-DeviceCertificate -Credential $device -Issuer $ca `
                -RevocationList (New-CertificateRevocationList -Issuer $ca -Ledger $own) -Quiet
        }
        (Revoke-DeviceCertificate -EndpointName dev-1 -Ledger $own -Reason CertificateHold -Confirm:$false).State | Should -Be Revoked
        Test-Now | Should -BeFalse
        $entry = Revoke-DeviceCertificate -EndpointName dev-1 -Ledger $own -Reason RemoveFromCrl -Confirm:$false
        $entry.State, $entry.Reason, $entry.RevokedAt | Should -Be 'Valid', $null, $null
        (Get-IssuedCertificate -Ledger $own).State | Should -Be Valid
        (New-CertificateRevocationList -Issuer $ca -Ledger $own).Count | Should -Be 0
        Test-Now | Should -BeTrue
        # The next run does not take the hold for a line that was lost.
        $null = New-BootstrapDeviceCredential dev-2 -Issuer $ca -Ledger $own -WarningVariable warning
        $warning.Count | Should -Be 0
        (Get-IssuedCertificate -Ledger $own).State | Should -Be 'Valid', 'Valid'
        # It can be on hold again, and from there be revoked for good.
        $null = $device | Revoke-DeviceCertificate -Ledger $own -Reason CertificateHold -Confirm:$false
        $null = $device | Revoke-DeviceCertificate -Ledger $own -Reason KeyCompromise -Confirm:$false
        (Get-IssuedCertificate -Ledger $own -EndpointName dev-1).Reason | Should -Be KeyCompromise
        Test-Now | Should -BeFalse
    }

    It 'releases nothing but a hold: <_>' -ForEach 'a valid one', 'a revoked one', 'a serial number that is not there',
        'a device without a hold' {
        $null = Revoke-DeviceCertificate -SerialNumber 02 -Ledger $ledger -Reason KeyCompromise -Confirm:$false
        $before = Get-Content -LiteralPath $ledger -Raw
        $release = @{ Ledger = $ledger; Reason = 'RemoveFromCrl'; Confirm = $false }
        switch ($_) {
            'a valid one' {
                Assert-Failure {
                    Revoke-DeviceCertificate -SerialNumber 01AB @release
                } -Id NotOnHold -Category InvalidOperation -Message '*not revoked*5.3.1*'
            }
            'a revoked one' {
                Assert-Failure {
                    Revoke-DeviceCertificate -SerialNumber 02 @release
                } -Id NotOnHold -Category InvalidOperation -Message '*permanently*'
            }
            'a serial number that is not there' {
                Assert-Failure { Revoke-DeviceCertificate -SerialNumber 77 @release } -Id SerialNumberNotFound -Category ObjectNotFound
            }
            default {
                Assert-Failure {
                    Revoke-DeviceCertificate -EndpointName dev-1 @release
                } -Id EndpointNameNotFound -Category ObjectNotFound -Message '*on hold*'
            }
        }
        Get-Content -LiteralPath $ledger -Raw | Should -BeExactly $before
    }

    It 'does not release into a second valid certificate where the ledger allows one' {
        [System.IO.File]::WriteAllText($ledger,
            "V`t460123111610Z`t`t01`tunknown`t/CN=dev-1`nR`t460123111610Z`t260101000000Z,certificateHold`t02`tunknown`t/CN=dev-1`n")
        Set-Content -LiteralPath "$ledger.attr" -Value 'unique_subject = yes'
        Assert-Failure {
            Revoke-DeviceCertificate -SerialNumber 02 -Ledger $ledger -Reason RemoveFromCrl -Confirm:$false
        } -Id SubjectNotUnique -Category ResourceExists
    }

    It 'says why one of two is not released, and nothing of the other' {
        [System.IO.File]::WriteAllText($ledger,
            "V`t460123111610Z`t`t01`tunknown`t/C=DE/CN=dev`nR`t460123111610Z`t260101000000Z,certificateHold`t02`tunknown`t/CN=dev`n" +
            "R`t460123111610Z`t260101000000Z,certificateHold`t03`tunknown`t/CN=other`n")
        Set-Content -LiteralPath "$ledger.attr" -Value 'unique_subject = yes'
        $run = Invoke-Recorded {
            'dev', 'other' | Revoke-DeviceCertificate -Ledger $ledger -Reason RemoveFromCrl -Confirm:$false
        }
        $run.Output.SerialNumber | Should -Be '03'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'SubjectNotUnique,*'
    }

    It 'lists the reasons after a typo' {
        Assert-Failure {
            Revoke-DeviceCertificate -SerialNumber 02 -Ledger $ledger -Reason KeyLost
        } -Id CannotConvertArgumentNoMessage -Category InvalidArgument -Message '*KeyCompromise*'
    }

    It 'reports a row whose account has no certificate beside one whose account has' {
        [System.IO.File]::WriteAllText($ledger,
            "V`t460123111610Z`t`t01`tunknown`t/OU=one/CN=dev-1`nV`t460123111610Z`t`t02`tunknown`t/CN=dev-2`n")
        $rows = 'one', 'two', 'three' | ForEach-Object { [pscustomobject]@{ EndpointName = 'dev-1'; AccountId = $_ } }
        $run = Invoke-Recorded { $rows | Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false }
        $run.Output.SerialNumber | Should -Be '01'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'EndpointNameNotFound,*'
        $run.Errors.Exception.Message -replace '(?s).*account .(\w+).*', '$1' | Should -Be 'two', 'three'
    }

    It 'revokes a CA that is given beside what it issued, as <Name>' -ForEach @(
        @{ Name = 'files'; Given = { "$folder/factory.pem", "$folder/dev.pem" }; Revoked = 'Factory', 'dev-1' }
        @{ Name = 'CAs'; Given = { $root, $factory }; Revoked = 'Root', 'Factory' }
        @{ Name = 'a CA and a certificate'; Given = { $factory, $device.Chain.Leaf }; Revoked = 'Factory', 'dev-1' }
        @{ Name = 'a file with a chain'; Given = { "$folder/chain.pem" }; Revoked = 'dev-1' }
        @{ Name = 'the objects of one file'; Given = { Get-DeviceCertificate "$folder/chain.pem" }; Revoked = 'dev-1' }
        @{ Name = 'a chain'; Given = { $device.Chain }; Revoked = 'dev-1' }
    ) {
        $folder = New-Folder
        $own = "$folder/l.txt"
        $root = New-CertificateAuthority 'Root' -Ledger $own
        $factory = New-CertificateAuthority 'Factory' -Issuer $root -Ledger $own
        $device = New-BootstrapDeviceCredential dev-1 -Issuer $factory -Ledger $own
        Set-Content "$folder/factory.pem" $factory.CertificatePem
        Set-Content "$folder/dev.pem" $device.CertificatePem
        Set-Content "$folder/chain.pem" $device.Chain.ToPem()
        $entries = Revoke-DeviceCertificate -Certificate (& $Given) -Ledger $own -Reason CessationOfOperation -Confirm:$false
        $entries.EndpointName | Should -Be $Revoked
        (Get-IssuedCertificate $own -State Revoked).EndpointName | Should -Be $Revoked
    }

    It 'asks whether a CA is meant that came as an object beside what it issued: <Name>' -ForEach @(
        @{ Name = 'of a chain'; Given = { $device.Chain.Certificates } }
        @{ Name = 'of several files'; Given = { Get-DeviceCertificate "$folder/factory.pem", "$folder/dev-3/BootstrapDeviceCert.pem" } }
        @{ Name = 'of a credential that was read'; Given = { (Import-DeviceCredential "$folder/dev-3").Chain.Certificates } }
        @{ Name = 'in arrays'; Given = { , @($device.Chain.Leaf), @($device.Chain.Certificates[1]) } }
    ) {
        $folder = New-Folder
        $device = New-BootstrapDeviceCredential dev-3 -Issuer (New-CertificateChain 'Root', 'Factory' -Ledger $ledger) -Ledger $ledger
        $null = $device | Export-DeviceCredential $folder
        Set-Content "$folder/factory.pem" $device.Chain.Certificates[1].CertificatePem
        Assert-Failure {
            Revoke-DeviceCertificate -Certificate (& $Given) -Ledger $ledger -Confirm:$false
        } -Id ParameterArgumentTransformationError -Category InvalidData -Message '*Factory*pipeline*'
        ($device.Chain.Certificates[1] | Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false).EndpointName | Should -Be 'Factory'
    }

    It 'refuses a row with another reason than -Reason: <Reason> with <Given>' -ForEach @(
        @{ Reason = 'KeyCompromise'; Given = $null; IsRefused = $true }
        @{ Reason = 'stolen'; Given = 'KeyCompromise'; IsRefused = $true }
        @{ Reason = 'keyCompromise'; Given = 'KeyCompromise'; IsRefused = $false }
        @{ Reason = ''; Given = 'Superseded'; IsRefused = $false }
    ) {
        $parameters = @{ Ledger = $ledger; Confirm = $false }
        if ($Given) { $parameters.Reason = $Given }
        $rows = [pscustomobject]@{ EndpointName = 'dev-1'; Reason = $Reason }, [pscustomobject]@{ EndpointName = 'dev-2'; reason = '' }
        $run = Invoke-Recorded { $rows | Revoke-DeviceCertificate @parameters }
        $run.Output.EndpointName | Should -Be @(if (-not $IsRefused) { 'dev-1' }; 'dev-2')
        @($run.Errors.FullyQualifiedErrorId) -like 'RowNamesReason,*' | Should -HaveCount ([int]$IsRefused)
    }

    Context 'while another run has the ledger open' {
        BeforeEach {
            $ca = New-CertificateAuthority 'Waiting CA'
            $null = New-BootstrapDeviceCredential dev-3 -Issuer $ca -Ledger $ledger
            $open = (Get-IssuedCertificate $ledger)[0].GetType().Assembly.GetType('DeviceCreds.IssuanceLedger')::Open($ledger, $null)
            $shell = [powershell]::Create()
            $null = $shell.AddScript("Import-Module '$ModuleManifest'
                Revoke-DeviceCertificate -EndpointName dev-3, dev-2 -Ledger '$ledger' -Reason KeyCompromise -LedgerTimeout 60 -Confirm:0")
            $run = $shell.BeginInvoke()
            # It has looked into the ledger by then, and waits.
            Start-Sleep -Seconds 2
        }

        AfterEach { $shell.Dispose() }

        It 'also revokes what was issued meanwhile' {
            $open.Record([DeviceCreds.DeviceCredential[]]@(New-BootstrapDeviceCredential dev-3 -Issuer $ca))
            $open.Dispose()
            $shell.EndInvoke($run).EndpointName | Should -Be 'dev-2', 'dev-3', 'dev-3'
            (Get-IssuedCertificate $ledger -State Valid).EndpointName | Should -Be 'dev-1'
        }

        It 'reports what was revoked meanwhile for another reason' {
            $null = $open.Revoke([string[]]@('02'), 'Superseded', $null)
            $open.Dispose()
            $shell.EndInvoke($run).EndpointName | Should -Be 'dev-3'
            $shell.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'AlreadyRevoked,*'
        }
    }

    It 'does not revoke all certificates of a device when a row names one of them' {
        $folder = New-Folder
        $ca = New-CertificateAuthority 'Rows CA'
        $one, $two = 1..2 | ForEach-Object { New-BootstrapDeviceCredential d -Issuer $ca -Ledger "$folder/l.txt" -AllowDuplicate }
        Get-IssuedCertificate "$folder/l.txt" | Export-Csv "$folder/x.csv"
        $rows = Import-Csv "$folder/x.csv" | Where-Object SerialNumber -EQ $one.SerialNumber
        Assert-Failure {
            $rows | Revoke-DeviceCertificate -Ledger "$folder/l.txt" -Confirm:$false
        } -Id RowNamesCertificate -Category InvalidArgument -Message '*-SerialNumber*'
        Assert-Failure {
            @{ EndpointName = 'd'; SerialNumber = $one.SerialNumber } | Revoke-DeviceCertificate -Ledger "$folder/l.txt" -Confirm:$false
        } -Id RowNamesCertificate -Category InvalidArgument
        foreach ($name in 'serialNumber', 'serial_number', 'Serial Number', 'serial-number', 'serial', 'serial numbers to revoke') {
            "EndpointName,$name", "d,$($one.SerialNumber)" | Set-Content -LiteralPath "$folder/named.csv"
            "{`"endpoint_name`":`"d`",`"$name`":`"$($one.SerialNumber)`"}" | Set-Content -LiteralPath "$folder/named.json"
            $given = (Import-Csv -LiteralPath "$folder/named.csv"), (Import-DeviceList "$folder/named.csv"),
                (Get-Content -Raw -LiteralPath "$folder/named.json" | ConvertFrom-Json),
                (Get-Content -Raw -LiteralPath "$folder/named.json" | ConvertFrom-Json -AsHashtable)
            foreach ($row in $given) {
                Assert-Failure {
                    $row | Revoke-DeviceCertificate -Ledger "$folder/l.txt" -Confirm:$false
                } -Id RowNamesCertificate -Category InvalidArgument
            }
        }
        (Get-IssuedCertificate "$folder/l.txt").State | Should -Be 'Valid', 'Valid'
        $revoked = $rows | Select-Object EndpointName | Revoke-DeviceCertificate -Ledger "$folder/l.txt" -Confirm:$false 3>$null
        $revoked.SerialNumber | Should -Be $one.SerialNumber, $two.SerialNumber
    }
}
