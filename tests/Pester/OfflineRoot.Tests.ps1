BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

# A company keeps its root on a token that is offline; a factory keeps its CA on a token of its own. Each step is a PowerShell of
# its own, which sees the token of its place alone. Files travel in the folder 'post'.
Describe 'An offline root, and a factory''s CA in another place' {
    BeforeAll {
        $library = @('/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm2.so', '/opt/homebrew/lib/softhsm/libsofthsm2.so') |
            Where-Object { Test-Path -LiteralPath $_ } | Select-Object -First 1
        $folder = New-Folder
        $null = 'company', 'factory', 'post' | ForEach-Object { New-Item -ItemType Directory -Path "$folder/$_" }

        function Get-DeviceFile { Get-ChildItem -Path "$folder/factory/out" -Recurse -Filter BootstrapDeviceCert.pem }

        function Invoke-At {
            param([Parameter(Mandatory)] [string] $Place, [Parameter(Mandatory)] [string] $Script)
            Invoke-ChildShell -Environment @{ SOFTHSM2_CONF = "$folder/$Place/softhsm2.conf" } -Script "
                `$ErrorActionPreference = 'Stop'
                Set-Location '$folder/$Place'
                `$token = @{
                    Pkcs11Library = '$library'
                    Uri = 'pkcs11:token=$Place;object=ca'
                    Pin = ConvertTo-SecureString 1234 -AsPlainText -Force
                }
                $Script"
        }

        # How many devices openssl verifies: the root is trusted, the factory's CA is at hand.
        function Measure-Verified {
            param([Parameter(Mandatory)] [string] $Authority, [string[]] $Option = @())
            $files = (Get-DeviceFile).FullName
            $said = Invoke-Tool openssl verify @Option -CAfile "$folder/post/root/CA_cert.pem" `
                -untrusted "$folder/post/$Authority/CA_cert.pem" @files
            @($said -split "`n" | Where-Object { $_ -like '*: OK' }).Count
        }
    }

    It 'begins with two tokens, a request and its certificate' {
        Assert-Tool openssl
        Assert-Tool softhsm2-util
        foreach ($place in 'company', 'factory') {
            $null = New-Item -ItemType Directory -Path "$folder/$place/tokens"
            Set-Content -Path "$folder/$place/softhsm2.conf" -Value "directories.tokendir = $folder/$place/tokens"
            $null = Invoke-At $place "softhsm2-util --init-token --free --label $place --pin 1234 --so-pin 5678"
        }
        $null = Invoke-At company '
            $root = New-CertificateAuthority -Name "Offline Root" @token -Ledger index.txt
            $root | Export-CertificateAuthority -Path ../post/root -NoPrivateKey'
        $null = Invoke-At factory '
            New-CertificateAuthorityRequest -Name "Factory CA" -PathLength 0 @token |
                Export-CertificateAuthorityRequest -Path ../post/ca.csr'
        $null = Invoke-At company '
            $root = Get-CertificateAuthority -Certificate ../post/root/CA_cert.pem @token
            $request = Import-CertificateAuthorityRequest -Path ../post/ca.csr
            New-CertificateAuthority -Request $request -Issuer $root -ValidYears 12 -Ledger index.txt |
                Export-CertificateAuthority -Path ../post/ca -NoPrivateKey'
        Invoke-Tool openssl verify -x509_strict -CAfile "$folder/post/root/CA_cert.pem" "$folder/post/ca/CA_cert.pem" |
            Should -BeLike '*: OK'
        @(Get-ChildItem -Path "$folder/post" -Recurse -File -Filter *private*) | Should -BeNullOrEmpty
    }

    It 'makes 1,000 devices, which openssl verifies up to the root' {
        Assert-Tool softhsm2-util
        $null = Invoke-At factory '
            $ca = Get-CertificateAuthority -Certificate ../post/ca/CA_chain.pem @token
            1..1000 | ForEach-Object { "meter-{0:d4}" -f $_ } |
                New-BootstrapDeviceCredential -Issuer $ca -ValidYears 11 -Ledger index.txt | Export-DeviceCredential -Path out'
        Measure-Verified ca | Should -Be 1000
    }

    It 'renews the factory''s CA without its key: old devices pass as before, new ones outlive the old certificate' {
        Assert-Tool softhsm2-util
        $null = Invoke-At company '
            $root = Get-CertificateAuthority -Certificate ../post/root/CA_cert.pem @token
            Import-CertificateAuthority -Path ../post/ca | Update-CertificateAuthority -Issuer $root -ValidYears 25 -Ledger index.txt |
                Export-CertificateAuthority -Path ../post/renewed -NoPrivateKey'
        $null = Invoke-At factory '
            $ca = Get-CertificateAuthority -Certificate ../post/renewed/CA_chain.pem @token
            New-BootstrapDeviceCredential -EndpointName meter-1001 -Issuer $ca -ValidYears 20 -Ledger index.txt |
                Export-DeviceCredential -Path out'
        Measure-Verified renewed | Should -Be 1001
        foreach ($authority in 'ca', 'renewed') {
            $issuer = "$folder/post/root/CA_cert.pem", "$folder/post/$authority/CA_cert.pem"
            @(Get-DeviceFile | Test-DeviceCertificate -Issuer $issuer | Where-Object Passed).Count | Should -Be 1001
        }
    }

    It 'has lists of both CAs, and takes the factory''s CA back: no device is let in' {
        Assert-Tool softhsm2-util
        $root = '
            $root = Get-CertificateAuthority -Certificate ../post/root/CA_cert.pem @token
            New-CertificateRevocationList -Issuer $root -Ledger index.txt | Export-CertificateRevocationList -Path ../post/root.crl -Force'
        $null = Invoke-At company $root
        $null = Invoke-At factory '
            $ca = Get-CertificateAuthority -Certificate ../post/renewed/CA_chain.pem @token
            New-CertificateRevocationList -Issuer $ca -Ledger index.txt -WarningAction Ignore |
                Export-CertificateRevocationList -Path ../post/factory.crl'
        $lists = '-crl_check_all', '-CRLfile', "$folder/post/root.crl", '-CRLfile', "$folder/post/factory.crl"
        Measure-Verified renewed $lists | Should -Be 1001

        $null = Invoke-At company ('
            Get-IssuedCertificate -Ledger index.txt -EndpointName "Factory CA" |
                Revoke-DeviceCertificate -Ledger index.txt -Reason CACompromise -Confirm:$false' + $root)
        foreach ($authority in 'ca', 'renewed') {
            { Measure-Verified $authority $lists } | Should -Throw '*certificate revoked*'
        }
        $reports = Get-DeviceFile | Test-DeviceCertificate -Issuer "$folder/post/root/CA_cert.pem" `
            -RevocationList "$folder/post/root.crl", "$folder/post/factory.crl"
        @($reports | Where-Object { $_.Failed.Id -contains 'AuthoritiesNotRevoked' }).Count | Should -Be 1001
    }
}
