BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Update-DeviceCredential' {
    BeforeAll {
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $next = New-CertificateChain -Name 'Next Root CA', 'Next Factory CA'
        $old = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca -ValidYears 11
        $oldLwm2m = New-Lwm2mDeviceCredential -EndpointName dev-1 -AccountId acc -Issuer $ca
    }

    It 'issues to the same device again, from <From>, with <Key>' -ForEach @(
        @{ From = 'the same CA'; Key = 'the same key'; With = { @{ Issuer = $ca } } }
        @{ From = 'another chain'; Key = 'a new key'; With = { @{ Issuer = $next; NewKey = $true } } }
    ) {
        $with = & $With
        $renewed = $old, $oldLwm2m | Update-DeviceCredential @with
        $renewed | Should -BeOfType [DeviceCreds.DeviceCredential]
        $renewed.Kind | Should -Be 'Bootstrap', 'Lwm2m'
        $renewed.Subject | Should -BeExactly 'CN=dev-1', 'CN=dev-1,OU=acc'
        $renewed.Renews | Should -BeExactly $old.SerialNumber, $oldLwm2m.SerialNumber
        $renewed[0].PrivateKey.Fingerprint -eq $old.PrivateKey.Fingerprint | Should -Be (-not $with.NewKey)
        $renewed[0].NotAfter | Should -BeGreaterThan $old.NotAfter
        $renewed | Test-DeviceCertificate -Issuer $with.Issuer -Quiet | Should -Be $true, $true
    }

    It 'passes openssl''s test' {
        Assert-Tool openssl
        $renewed = Update-DeviceCredential -Credential $old -Issuer $next
        $folder = New-Folder
        $null = $renewed | Export-DeviceCredential -Path $folder
        [System.IO.File]::WriteAllText("$folder/root.pem", $next.Root.CertificatePem)
        Invoke-Tool openssl verify -x509_strict -purpose sslclient -CAfile "$folder/root.pem" `
            -untrusted "$folder/dev-1/BootstrapDeviceCert.pem" "$folder/dev-1/BootstrapDeviceCert.pem" | Should -BeLike '*OK'
    }

    It 'certifies the key again that a device keeps, and makes it no new one' {
        $path = Join-Path (New-Folder) 'dev-2.csr'
        New-Sample -Kind Request -Path $path
        $kept = Import-DeviceCertificateRequest -Path $path | New-BootstrapDeviceCredential -Issuer $ca
        $renewed = $kept | Update-DeviceCredential -Issuer $ca
        $renewed.PrivateKey | Should -BeNullOrEmpty
        $renewed.Certificate.GetPublicKeyString() | Should -BeExactly $kept.Certificate.GetPublicKeyString()
        Assert-Failure {
            $kept | Update-DeviceCredential -Issuer $ca -NewKey
        } -Id NewKeyOnDevice -Category InvalidArgument -Message '*request*' -Target $kept
    }

    It 'renews the newest credential of a device, whichever comes first: <Order>' -ForEach @(
        @{ Order = 'the older one'; Old = 0, 1 }
        @{ Order = 'the newer one'; Old = 1, 0 }
    ) {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $both = @(New-BootstrapDeviceCredential dev-4 -Issuer $ca -Ledger $ledger)
        $both += $both[0] | Update-DeviceCredential -Issuer $ca -Ledger $ledger
        $run = $both[$Old] | Update-DeviceCredential -Issuer $ca -Ledger $ledger -Summary -WarningVariable warning 3>$null
        $run[0].Renews | Should -BeExactly $both[1].SerialNumber
        $run[-1].Succeeded, $run[-1].Skipped, $run[-1].Failed | Should -Be 1, 1, 0
        $warning | Should -BeLike "*$($both[0].SerialNumber)*renewed already*"
    }

    It 'says in the ledger what it renews, and the old one stays valid until it is revoked' {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $first = New-BootstrapDeviceCredential -EndpointName dev-3 -Issuer $ca -Ledger $ledger
        $second = $first | Update-DeviceCredential -Issuer $ca -Ledger $ledger
        $entries = Get-IssuedCertificate -Ledger $ledger
        $entries.State | Should -Be 'Valid', 'Valid'
        $entries[1].Renews | Should -BeExactly $first.SerialNumber
        $null = Revoke-DeviceCertificate -SerialNumber $entries[1].Renews -Ledger $ledger -Reason Superseded -Confirm:$false
        Assert-Failure {
            $first | Update-DeviceCredential -Issuer $ca -Ledger $ledger
        } -Id CertificateRevoked -Category InvalidOperation -Message '*-NewKey*'
        ($second | Update-DeviceCredential -Issuer $ca -Ledger $ledger).Renews | Should -BeExactly $second.SerialNumber
    }

    It 'counts, and goes on after a credential that cannot be renewed' {
        $run = Invoke-Recorded { $old, $old, $oldLwm2m | Update-DeviceCredential -Issuer $ca -Summary }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'EndpointNameDuplicate,*'
        $run.Output[-1].Succeeded, $run.Output[-1].Failed | Should -Be 2, 1
    }

    It 'takes <Form>' -ForEach @(
        @{ Form = 'a credential as parameter'; Action = { Update-DeviceCredential -Credential $old -Issuer $ca } }
        @{ Form = 'one from the pipeline'; Action = { $old | Update-DeviceCredential -Issuer $ca } }
        @{ Form = 'those of a folder'; Action = { Import-DeviceCredential -Path $folder | Update-DeviceCredential -Issuer $ca } }
        @{ Form = 'a chain as issuer'; Action = { $old | Update-DeviceCredential -Issuer $next } }
        @{ Form = 'a certificate of .NET as issuer'; Action = { $old | Update-DeviceCredential -Issuer $store } }
        @{
            Form = 'an issuer of a folder'
            Action = { $old | Update-DeviceCredential -Issuer (Import-CertificateAuthority -Path $authority) }
        }
    ) {
        $folder = New-Folder
        $null = $old | Export-DeviceCredential -Path $folder
        $authority = New-Folder
        $null = $ca | Export-CertificateAuthority -Path $authority -NoPassword
        $store = [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile("$authority/CA_cert.pem",
            "$authority/CA_private.pem")
        $renewed = & $Action
        $renewed.EndpointName, $renewed.Renews | Should -BeExactly 'dev-1', $old.SerialNumber
        $renewed.PrivateKey.Fingerprint | Should -BeExactly $old.PrivateKey.Fingerprint
    }

    It 'ends when it is told to: <Name>' -ForEach @(
        @{ Name = '-ValidYears'; With = @{ ValidYears = 12 }; Expected = { (Get-Date).AddYears(12).Year } }
        @{ Name = '-NotAfter'; With = @{ NotAfter = '2050-06-30T12:00:00Z' }; Expected = { 2050 } }
        @{ Name = '-NoExpiration, of a CA without end'; With = @{ NoExpiration = $true }; Endless = $true; Expected = { 9999 } }
    ) {
        $issuer = if ($Endless) { New-CertificateAuthority -Name 'Endless CA' -NoExpiration } else { $ca }
        ($old | Update-DeviceCredential -Issuer $issuer @With).NotAfter.ToUniversalTime().Year | Should -Be (& $Expected)
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'ten years'; Id = 'ValidityTooShort'; Category = 'InvalidArgument'; Target = 'Factory CA'; With = @{ ValidYears = 10 } }
        @{
            What = 'two answers to one question'
            Id = 'ValidityAmbiguous'
            Category = 'InvalidArgument'
            Target = 'Factory CA'
            With = @{ ValidYears = 12; NotAfter = '2050-06-30' }
        }
        @{
            What = 'to outlive the CA'
            Id = 'ValidityOutlivesIssuer'
            Category = 'InvalidOperation'
            Target = 'Factory CA'
            With = @{ ValidYears = 36 }
        }
        @{
            What = 'a ledger that is none'
            Id = 'LedgerNotRecognised'
            Category = 'InvalidData'
            Target = '*text.txt'
            With = @{ Ledger = 'text.txt' }
        }
    ) {
        Push-Location -Path (New-Folder)
        [System.IO.File]::WriteAllText((Join-Path "$PWD" 'text.txt'), 'hello')
        try {
            $run = Invoke-Recorded { $old | Update-DeviceCredential -Issuer $ca @With }
            $run.Output | Should -BeNullOrEmpty
            $run.Ended | Should -BeTrue
            $run.Errors.FullyQualifiedErrorId | Should -BeExactly "$Id,DeviceCreds.PowerShell.Cmdlets.UpdateDeviceCredentialCommand"
            $run.Errors.CategoryInfo.Category | Should -Be $Category
            "$($run.Errors.TargetObject)" | Should -BeLike $Target
        }
        finally { Pop-Location }
    }

    It 'keeps the order whatever the limit, and makes a new key for each device' {
        $many = 1..40 | ForEach-Object { "dev-$_" } | New-BootstrapDeviceCredential -Issuer $ca
        $renewed = $many | Update-DeviceCredential -Issuer $ca -NewKey -ThrottleLimit 7
        $renewed.Renews | Should -BeExactly $many.SerialNumber
        @($renewed.PrivateKey.Fingerprint + $many.PrivateKey.Fingerprint | Select-Object -Unique).Count | Should -Be 80
    }

    It 'says to an agent what failed' {
        $run = Invoke-Recorded { $old, $old | Update-DeviceCredential -Issuer $ca -LogFormat AzureDevOps 6>&1 }
        "$($run.Output)" | Should -BeLike '*##vso`[task.logissue type=error;code=EndpointNameDuplicate*'
    }

    It 'is shown as the credential that it is, and its list says what it renews' {
        $renewed = $oldLwm2m | Update-DeviceCredential -Issuer $ca
        $renewed | Out-String -Width 120 | Should -Match "dev-1 +Lwm2m +acc +\d{4}-\d\d-\d\d here +$($renewed.SerialNumber)"
        $renewed | Format-List | Out-String -Width 120 | Should -Match "Renews +: $($oldLwm2m.SerialNumber)"
    }

    It 'renews once, however often it is run, and says that it has' {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $first = New-BootstrapDeviceCredential -EndpointName dev-4 -Issuer $ca -Ledger $ledger
        $second = $first | Update-DeviceCredential -Issuer $ca -Ledger $ledger
        $again = $first | Update-DeviceCredential -Issuer $ca -Ledger $ledger -Summary 3>&1
        "$($again[0])" | Should -BeLike "*$($first.SerialNumber)*renewed already*$($second.SerialNumber)*"
        $again[-1].Succeeded, $again[-1].Skipped, $again[-1].Failed | Should -Be 0, 1, 0
        @(Get-IssuedCertificate -Ledger $ledger).Count | Should -Be 2
        ($first | Update-DeviceCredential -Issuer $ca -Ledger $ledger -AllowDuplicate).Renews | Should -BeExactly $first.SerialNumber
    }

    It 'issues nothing where the ledger allows one certificate for each subject' {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $first = New-BootstrapDeviceCredential -EndpointName dev-5 -Issuer $ca -Ledger $ledger
        [System.IO.File]::WriteAllText("$ledger.attr", "unique_subject = yes`n")
        Assert-Failure {
            $first | Update-DeviceCredential -Issuer $ca -Ledger $ledger
        } -Id SubjectNotUnique -Category ResourceExists -Message "*$($first.SerialNumber)*unique_subject = no*"
        @(Get-IssuedCertificate -Ledger $ledger).Count | Should -Be 1
    }
}
