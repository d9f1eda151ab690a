BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Update-CertificateAuthority' {
    BeforeAll {
        $root = New-CertificateAuthority -Name 'Root' -ValidYears 30
        $factory = New-CertificateAuthority -Name 'Factory' -Issuer $root -ValidYears 12
        $device = New-BootstrapDeviceCredential -EndpointName dev -Issuer $factory -ValidYears 11
    }

    It 'renews a root, and its devices pass with the old and the new certificate' {
        $renewed = $root | Update-CertificateAuthority
        $renewed | Should -BeOfType [DeviceCreds.CertificateAuthority]
        $renewed.IsRoot | Should -BeTrue
        $renewed.Subject, $renewed.PathLength, $renewed.NotBefore | Should -Be $root.Subject, $root.PathLength, $root.NotBefore
        ($renewed.NotAfter - (Get-Date)).TotalDays | Should -BeGreaterThan (34 * 365)
        foreach ($trusted in $root, $renewed) { $device | Test-DeviceCertificate -Issuer $trusted -Quiet | Should -BeTrue }
    }

    It 'renews a factory''s CA with its key, and without' {
        $folder = New-Folder
        $null = $factory | Export-CertificateAuthority -Path $folder -NoPrivateKey
        foreach ($old in $factory, (Import-CertificateAuthority -Path $folder)) {
            $renewed = Update-CertificateAuthority -CertificateAuthority $old -Issuer $root -ValidYears 25
            $renewed.Issuer | Should -Be 'CN=Root'
            [bool] $renewed.KeyLocation | Should -Be ([bool] $old.KeyLocation)
            $device | Test-DeviceCertificate -Issuer $renewed -Quiet | Should -BeTrue
        }
    }

    It 'keeps its files in step: export, import, issue' {
        $folder = New-Folder
        $null = $factory | Update-CertificateAuthority -Issuer $root -ValidYears 25 | Export-CertificateAuthority -Path $folder -NoPassword
        $read = Import-CertificateAuthority -Path $folder
        New-BootstrapDeviceCredential -EndpointName dev-2 -Issuer $read -ValidYears 20 |
            Test-DeviceCertificate -Issuer $root -Quiet | Should -BeTrue
        Assert-Tool openssl
        [System.IO.File]::WriteAllText("$folder/device.pem", $device.CertificatePem)
        Invoke-Tool openssl verify -CAfile "$folder/CA_chain.pem" "$folder/device.pem" | Should -BeLike '*: OK'
    }

    It 'records what it renews' {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $recorded = New-CertificateAuthority -Name 'Recorded' -Ledger $ledger
        $renewed = $recorded | Update-CertificateAuthority -Ledger $ledger
        $entry = Get-IssuedCertificate -Ledger $ledger -SerialNumber $renewed.SerialNumber
        $entry.Renews | Should -Be $recorded.SerialNumber
    }

    It 'cross-signs, and warns of a younger issuer' {
        $old = New-CertificateAuthority -Name 'Old' -NotBefore '2020-01-01'
        $crossed = $old | Update-CertificateAuthority -Issuer $root -WarningVariable warned -WarningAction SilentlyContinue
        $crossed.Issuer, $crossed.IsRoot | Should -Be 'CN=Root', $false
        "$warned" | Should -BeLike '*after its issuer*allows 2 CAs*'
    }

    It 'warns of a certificate that ends before the one that it follows' {
        $short = $root | Update-CertificateAuthority -ValidYears 12 -WarningVariable warned -WarningAction SilentlyContinue
        $short.NotAfter | Should -BeLessThan $root.NotAfter
        $ends = $short, $root | ForEach-Object { $_.NotAfter.ToUniversalTime().ToString('u') }
        "$warned" | Should -BeLike "*'Root' expires at $($ends[0])*the one before at $($ends[1])*"
        $null = $root | Update-CertificateAuthority -ValidYears 40 -WarningVariable warned
        "$warned" | Should -BeNullOrEmpty
    }

    It 'keeps what restricts a CA of another program, refuses what it cannot keep, and names what is left out' {
        $theirs = {
            param([string] $Oid, [bool] $Critical, [byte[]] $Value)
            $key = [System.Security.Cryptography.ECDsa]::Create([System.Security.Cryptography.ECCurve]::CreateFromFriendlyName('nistP256'))
            $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
                'CN=Works CA', $key, [System.Security.Cryptography.HashAlgorithmName]::SHA256)
            $namespace = 'System.Security.Cryptography.X509Certificates'
            $request.CertificateExtensions.Add((New-Object "$namespace.X509BasicConstraintsExtension" $true, $false, 0, $true))
            $request.CertificateExtensions.Add((New-Object "$namespace.X509Extension" $Oid, $Value, $Critical))
            $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddYears(1)) | Get-CertificateAuthority
        }
        $dns = [byte[]] (0x30, 0x11, 0xA0, 0x0F, 0x30, 0x0D, 0x82, 0x0B) + [System.Text.Encoding]::ASCII.GetBytes('example.com')
        $renewed = & $theirs '2.5.29.30' $true $dns | Update-CertificateAuthority -WarningVariable warned
        $warned | Should -BeNullOrEmpty
        $kept = $renewed.Certificate.Extensions['2.5.29.30']
        $kept.Critical | Should -BeTrue
        $kept.RawData | Should -Be $dns
        Assert-Failure { & $theirs '1.3.6.1.4.1.99999.7' $true (5, 0) | Update-CertificateAuthority } RestrictionsNotKept InvalidData
        $null = & $theirs '1.3.6.1.4.1.99999.7' $false (5, 0) |
            Update-CertificateAuthority -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike '*does not have these extensions*1.3.6.1.4.1.99999.7*'
    }

    It 'makes a new key with -NewKey' {
        $renewed = $root | Update-CertificateAuthority -NewKey
        $renewed.Subject | Should -Be $root.Subject
        $device | Test-DeviceCertificate -Issuer $renewed -Quiet -WarningAction Ignore | Should -BeFalse
    }

    It 'asks for the issuer of a CA that is no root' {
        $expected = @{ Id = 'IssuerMissing'; Category = 'InvalidArgument'; Message = '*CN=Root*-Issuer*'; Target = 'Factory' }
        Assert-Failure { $factory | Update-CertificateAuthority } @expected
    }

    It 'refuses <_>' -ForEach 'a credential', 'a text' {
        $given = if ($_ -eq 'a text') { 'Root' } else { $device }
        $run = Invoke-Recorded { $given | Update-CertificateAuthority }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.Count | Should -Be 1
    }
}
