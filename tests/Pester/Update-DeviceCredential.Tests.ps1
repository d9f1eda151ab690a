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
        Invoke-Tool openssl verify -x509_strict -purpose sslclient -CAfile "$folder/root.pem" -untrusted "$folder/dev-1/BootstrapDeviceCert.pem" "$folder/dev-1/BootstrapDeviceCert.pem" | Should -BeLike '*OK'
    }

    It 'certifies the key again that a device keeps, and makes it no new one' {
        $path = Join-Path (New-Folder) 'dev-2.csr'
        New-Sample -Kind Request -Path $path
        $kept = Import-DeviceCertificateRequest -Path $path | New-BootstrapDeviceCredential -Issuer $ca
        $renewed = $kept | Update-DeviceCredential -Issuer $ca
        $renewed.PrivateKey | Should -BeNullOrEmpty
        $renewed.Certificate.GetPublicKeyString() | Should -BeExactly $kept.Certificate.GetPublicKeyString()
        Assert-Failure { $kept | Update-DeviceCredential -Issuer $ca -NewKey } -Id NewKeyOnDevice -Category InvalidArgument -Message '*request*' -Target $kept
    }

    It 'says in the ledger what it renews, and the old one stays valid until it is revoked' {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $first = New-BootstrapDeviceCredential -EndpointName dev-3 -Issuer $ca -Ledger $ledger
        $second = $first | Update-DeviceCredential -Issuer $ca -Ledger $ledger
        $entries = Get-IssuedCertificate -Ledger $ledger
        $entries.State | Should -Be 'Valid', 'Valid'
        $entries[1].Renews | Should -BeExactly $first.SerialNumber
        $null = Revoke-DeviceCertificate -SerialNumber $entries[1].Renews -Ledger $ledger -Reason Superseded -Confirm:$false
        Assert-Failure { $first | Update-DeviceCredential -Issuer $ca -Ledger $ledger } -Id CertificateRevoked -Category InvalidOperation -Message '*-NewKey*'
        ($second | Update-DeviceCredential -Issuer $ca -Ledger $ledger).Renews | Should -BeExactly $second.SerialNumber
    }

    It 'counts, and goes on after a credential that cannot be renewed' {
        $run = Invoke-Recorded { $old, $old, $oldLwm2m | Update-DeviceCredential -Issuer $ca -Summary }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'EndpointNameDuplicate,*'
        $run.Output[-1].Succeeded, $run.Output[-1].Failed | Should -Be 2, 1
    }
}
