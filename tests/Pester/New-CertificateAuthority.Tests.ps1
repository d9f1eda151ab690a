BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'New-CertificateAuthority' {
    BeforeAll { $root = New-CertificateAuthority -Name 'Root' }

    It 'makes a root, as it promises' {
        $root | Should -BeOfType [DeviceCreds.CertificateAuthority]
        (Get-Command -Name New-CertificateAuthority).OutputType.Type | Should -Be ([DeviceCreds.CertificateAuthority])
        $root.Name | Should -BeExactly Root
        $root.Subject | Should -BeExactly 'CN=Root'
        $root.Issuer | Should -BeExactly 'CN=Root'
        $root.IsRoot | Should -BeTrue
        $root.PathLength | Should -Be 3
        $root.KeyLocation | Should -BeExactly memory
        $root.Chain.Length | Should -Be 1
        $root.Certificate.HasPrivateKey | Should -BeFalse
        [Math]::Abs(($root.NotAfter - (Get-Date).AddYears(35)).TotalSeconds) | Should -BeLessThan 60
    }

    It 'makes a CA below an issuer' {
        $below = New-CertificateAuthority -Name 'Line 1' -Issuer $root
        $below.Issuer | Should -BeExactly 'CN=Root'
        $below.IsRoot | Should -BeFalse
        $below.PathLength | Should -Be 2
        $below.Chain.Certificates.Subject | Should -Be 'CN=Line 1', 'CN=Root'
        $below.NotAfter | Should -Not -BeGreaterThan $root.NotAfter.AddSeconds(60)
    }

    It 'takes a chain as the issuer, and says that its last CA has no room below it' {
        $chain = New-CertificateChain -Name 'Root'
        Assert-Failure {
            New-CertificateAuthority -Name 'Line 1' -Issuer $chain
        } -Id PathLengthExceeded -Category InvalidOperation -Message "*'CN=Root' allows 0 CAs*" -Target 'Line 1'
    }

    It 'issues in the second in which it was made' {
        $fresh = New-CertificateAuthority -Name 'Fresh' -Issuer $root
        $credential = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $fresh
        Test-DeviceCertificate -Credential $credential -Issuer $root -Quiet | Should -BeTrue
    }

    It 'is a CA to openssl: <Says>' -ForEach @(
        @{ Says = 'X509v3 Basic Constraints: critical\s+CA:TRUE, pathlen:3' }
        @{ Says = 'X509v3 Key Usage: critical\s+Digital Signature, Certificate Sign, CRL Sign' }
        @{ Says = 'ASN1 OID: prime256v1' }
        @{ Says = 'Signature Algorithm: ecdsa-with-SHA256' }
        @{ Says = 'Version: 3' }
    ) {
        Assert-Tool openssl
        $path = Join-Path (New-Folder) 'ca.pem'
        [System.IO.File]::WriteAllText($path, $root.CertificatePem)
        Invoke-Tool openssl x509 -in $path -noout -text | Should -Match $Says
        Invoke-Tool openssl verify -x509_strict -CAfile $path $path | Should -BeLike '*OK'
    }

    It 'is recorded in the ledger before anybody has it, with who issued it' {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $recorded = New-CertificateAuthority -Name 'Recorded Root' -Ledger $ledger
        $below = New-CertificateAuthority -Name 'Recorded Line' -Issuer $recorded -Ledger $ledger
        $entries = Get-IssuedCertificate -Ledger $ledger
        $entries.SerialNumber | Should -Be $recorded.SerialNumber, $below.SerialNumber
        $entries.EndpointName | Should -Be 'Recorded Root', 'Recorded Line'
        $entries.IssuerKeyIdentifier | Select-Object -Unique | Should -HaveCount 1
        $again = @{ Name = 'Recorded Line'; Issuer = $recorded; Ledger = $ledger }
        $expected = @{
            Id = 'NameHasCertificate'; Category = 'ResourceExists'; Message = '*-AllowDuplicate*'; Target = 'Recorded Line'
        }
        Assert-Failure { New-CertificateAuthority @again } @expected
        (New-CertificateAuthority @again -AllowDuplicate).Name | Should -Be 'Recorded Line'
        @(Get-IssuedCertificate -Ledger $ledger).Count | Should -Be 3
    }

    It 'is not made when the ledger is in use, and waits for it with -LedgerTimeout' {
        $ledger = New-Ledger
        $lock = [System.IO.File]::Open("$ledger.lock", 'OpenOrCreate', 'ReadWrite', 'None')
        try {
            Assert-Failure {
                New-CertificateAuthority -Name 'Waiting' -Ledger $ledger -LedgerTimeout 1
            } -Id LedgerInUse -Category InvalidOperation
        }
        finally { $lock.Dispose() }
        (New-CertificateAuthority -Name 'Waiting' -Ledger $ledger).Name | Should -Be Waiting
    }

    It 'names in what it issues where its lists are, and does so again when it comes from its folder' {
        $uris = @{
            CrlDistributionPoint = 'http://pki.example.com/a.crl', 'http://mirror.example.com/a.crl'
            OcspUri = 'http://ocsp.example.com/'
            CaIssuersUri = 'http://pki.example.com/a.cer'
        }
        $publishing = New-CertificateAuthority -Name 'Publishing' @uris
        $publishing.CrlDistributionPoint.AbsoluteUri | Should -Be $uris.CrlDistributionPoint
        $folder = New-Folder
        $null = $publishing | Export-CertificateAuthority -Path $folder -NoPassword
        foreach ($ca in $publishing, (Import-CertificateAuthority -Path $folder)) {
            $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $ca
            ($credential | Test-DeviceCertificate -Issuer $publishing).Passed | Should -BeTrue
            [System.IO.File]::WriteAllText("$folder/dev.pem", $credential.CertificatePem)
            $text = Invoke-Tool openssl x509 -in "$folder/dev.pem" -noout -text
            foreach ($uri in $uris.Values | ForEach-Object { $_ }) { $text | Should -BeLike "*URI:$uri*" }
        }
    }

    It 'refuses <Parameter> <Uri>' -ForEach @(
        @{ Parameter = 'CrlDistributionPoint'; Uri = 'a.crl' }
        @{ Parameter = 'CrlDistributionPoint'; Uri = 'ftp://pki.example.com/a.crl' }
        @{ Parameter = 'OcspUri'; Uri = 'ldap://ldap.example.com/' }
        @{ Parameter = 'CaIssuersUri'; Uri = 'http://pki.example.com/a.cer#b' }
    ) {
        $with = @{ $Parameter = $Uri }
        $expected = @{ Id = 'UriInvalid'; Category = 'InvalidArgument'; Message = "*-$Parameter*" }
        Assert-Failure { New-CertificateAuthority -Name 'Publishing' @with } @expected
    }

    It 'warns of a list that is behind TLS' {
        $with = @{ CrlDistributionPoint = 'https://pki.example.com/a.crl'; WarningAction = 'SilentlyContinue' }
        $null = New-CertificateAuthority -Name 'Behind TLS' -WarningVariable warned @with
        "$warned" | Should -BeLike '*https://pki.example.com/a.crl*advises http*'
    }

    It 'takes names from the pipeline' {
        ('A', 'B' | New-CertificateAuthority).Name | Should -Be 'A', 'B'
    }

    It 'uses a key that is given' {
        $key = New-DeviceKey
        $own = New-CertificateAuthority -Name 'Own' -Key $key
        $path = New-Folder
        $null = $own | Export-CertificateAuthority -Path $path -NoPassword
        Import-DeviceKey -Path (Join-Path $path 'CA_private.pem') | Should -Be $key
    }

    It 'has the validity <Given>' -ForEach @(
        @{ Given = @{ ValidYears = 50 }; Year = { (Get-Date).AddYears(50).ToUniversalTime().Year } }
        @{ Given = @{ NotAfter = [datetime]::new(2070, 1, 2) }; Year = { 2070 } }
        @{ Given = @{ NoExpiration = $true }; Year = { 9999 } }
    ) {
        (New-CertificateAuthority -Name 'Timed' @Given).NotAfter.ToUniversalTime().Year | Should -Be (& $Year)
    }

    It 'allows <Limit> CAs below it with -PathLength <Limit>' -ForEach @{ Limit = 0 }, @{ Limit = 1 }, @{ Limit = 7 } {
        $issuer = New-CertificateAuthority -Name 'Level 0' -PathLength $Limit
        $issuer.PathLength | Should -Be $Limit
        foreach ($level in 1..$Limit | Where-Object { $Limit }) { $issuer = New-CertificateAuthority -Name "Level $level" -Issuer $issuer }
        Assert-Failure {
            New-CertificateAuthority -Name 'One too many' -Issuer $issuer
        } -Id PathLengthExceeded -Category InvalidOperation -Message '*pathLenConstraint*' -Target 'One too many'
    }

    It 'refuses <Given>: <Id>' -ForEach @(
        @{ Given = @{ Name = '' }; Id = 'NameEmpty'; Category = 'InvalidArgument' }
        @{ Given = @{ Name = 'x' * 65 }; Id = 'NameTooLong'; Category = 'InvalidArgument' }
        @{ Given = @{ Name = "a`tb" }; Id = 'NameInvalidCharacter'; Category = 'InvalidArgument' }
        @{ Given = @{ Name = 'a'; ValidYears = 0 }; Id = 'ValidityTooShort'; Category = 'InvalidArgument' }
        @{ Given = @{ Name = 'a'; NotAfter = [datetime]::new(2020, 1, 1) }; Id = 'ValidityTooShort'; Category = 'InvalidArgument' }
        @{ Given = @{ Name = 'a'; ValidYears = 30; NoExpiration = $true }; Id = 'ValidityAmbiguous'; Category = 'InvalidArgument' }
        @{ Given = @{ Name = 'a'; PathLength = -1 }; Id = 'PathLengthNegative'; Category = 'InvalidArgument' }
        @{ Given = @{ Name = 'a'; PathLength = 3; Below = $true }; Id = 'PathLengthExceeded'; Category = 'InvalidOperation' }
        @{ Given = @{ Name = 'a'; ValidYears = 36; Below = $true }; Id = 'ValidityOutlivesIssuer'; Category = 'InvalidOperation' }
        @{ Given = @{ Name = 'Root'; Below = $true }; Id = 'NameDuplicate'; Category = 'InvalidOperation' }
    ) {
        $given = $Given.Clone()
        if ($given.Below) { $given.Issuer = $root }
        $given.Remove('Below')
        Assert-Failure { New-CertificateAuthority @given } -Id $Id -Category $Category -Target $Given.Name
    }

    It 'refuses a key without its private half' {
        $file = Join-Path (New-Folder) 'request.pem'
        New-Sample Request $file
        Assert-Failure {
            New-CertificateAuthority -Name 'a' -Key (Import-DeviceCertificateRequest -Path $file).Key
        } -Id KeyIsPublic -Category InvalidArgument -Message '*Import-DeviceKey*'
    }

    It 'is shown as a row, with where its key is and without the key' {
        $key = New-DeviceKey
        $shown = New-CertificateAuthority -Name 'Shown CA' -Key $key
        $text = $shown | Format-Table | Out-String -Width 200
        $text | Should -Match '(?m)^Name +IsRoot +PathLength +NotBefore +NotAfter +KeyLocation'
        $text | Should -Match 'Shown CA +True +3 +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d +memory'
        $text | Should -Not -Match 'BEGIN'
        foreach ($form in $text, ($shown | Format-List -Property * -Force | Out-String -Width 200),
            ($shown | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue),
            [System.Management.Automation.PSSerializer]::Serialize($shown, 3)) {
            Find-Secret -Text $form -Key $key | Should -BeNullOrEmpty
        }
    }
}
