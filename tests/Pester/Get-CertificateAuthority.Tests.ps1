BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $library = '/usr/lib/softhsm/libsofthsm2.so'
    $folder = New-Folder
    $environment = @{ SOFTHSM2_CONF = (Join-Path $folder 'softhsm2.conf') }

    # SoftHSM reads its configuration from the environment that a process begins with.
    function Invoke-WithToken {
        param([Parameter(Mandatory)] [string] $Script)
        $text = "`$library = '$library'; `$pin = ConvertTo-SecureString 'a pin' -AsPlainText -Force; Set-Location '$folder'; $Script"
        Invoke-ChildShell -Script $text -Environment $environment
    }

    function Assert-Token {
        foreach ($tool in 'softhsm2-util', 'openssl') { Assert-Tool $tool }
        if (-not (Test-Path -LiteralPath $library)) { Set-ItResult -Skipped -Because "$library is not installed" }
    }
}

Describe 'Get-CertificateAuthority' {
    It 'takes a certificate with its key, as it promises' {
        $chain = New-CertificateChain -Name 'Root', 'Line 1'
        $saved = Join-Path (New-Folder) 'ca'
        $null = $chain.Issuer | Export-CertificateAuthority -Path $saved -NoPassword
        $certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile("$saved/CA_cert.pem",
            "$saved/CA_private.pem")
        $ca = $certificate | Get-CertificateAuthority
        $ca | Should -BeOfType [DeviceCreds.CertificateAuthority]
        (Get-Command -Name Get-CertificateAuthority).OutputType.Type | Should -Be ([DeviceCreds.CertificateAuthority])
        $ca.KeyLocation | Should -BeExactly 'X509Certificate2'
        $ca.Chain.Length | Should -Be 1
        (Get-CertificateAuthority -Certificate $certificate, "$saved/CA_chain.pem").Chain.Length | Should -Be 2
        New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Test-DeviceCertificate -Issuer $chain -Quiet | Should -BeTrue
        Assert-Failure {
            $ca | Export-CertificateAuthority -Path (Join-Path $saved 'again') -NoPassword
        } -Id KeyNotExportable -Category InvalidArgument -Message '*X509Certificate2*'
    }

    It 'refuses a certificate without its key' {
        Assert-Failure {
            Get-CertificateAuthority -Certificate (New-CertificateAuthority -Name Root)
        } -Id IssuerWithoutKey -Category InvalidArgument
    }

    It 'makes a key on a token, takes it from there, and issues' {
        Assert-Token
        $null = New-Item -Path (Join-Path $folder 'tokens') -ItemType Directory -Force
        [System.IO.File]::WriteAllText($environment.SOFTHSM2_CONF, "directories.tokendir = $folder/tokens`nobjectstore.backend = file`n")
        Invoke-WithToken 'softhsm2-util --init-token --free --label "The Factory" --pin "a pin" --so-pin "another pin"' |
            Should -BeLike '*initialized*'
        Invoke-WithToken -Script @'
            $uri = 'pkcs11:token=The%20Factory;object=ca'
            $made = New-CertificateAuthority 'Token CA' -Pkcs11Library $library -Uri $uri -Pin $pin
            $made | Export-CertificateAuthority -Path ca -NoPrivateKey | Out-Null
            $ca = Get-CertificateAuthority -Pkcs11Library $library -Uri $uri -Pin ([pscredential]::new('user', $pin))
            'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path out | Out-Null
            $ca.KeyLocation
'@ | Should -BeLike 'pkcs11:token=The%20Factory;object=ca;id=*'
        Invoke-Tool openssl verify -x509_strict `
            -CAfile "$folder/ca/CA_cert.pem" "$folder/out/dev-1/BootstrapDeviceCert.pem" "$folder/out/dev-2/BootstrapDeviceCert.pem" |
            Should -BeLike '*OK*OK'
    }

    It 'says of a token <What>: <Id>' -ForEach @(
        @{
            What = 'that the PIN is wrong'
            Id = 'PinWrong'
            Script = "`$pin = ConvertTo-SecureString '123456' -AsPlainText -Force
                Get-CertificateAuthority -Pkcs11Library `$library -Uri 'pkcs11:token=The%20Factory' -Pin `$pin"
        }
        @{
            What = 'that a PIN is missing'
            Id = 'PinMissing'
            Script = "Get-CertificateAuthority -Pkcs11Library `$library -Uri 'pkcs11:token=The%20Factory'"
        }
        @{
            What = 'that it is not there'
            Id = 'TokenNotFound'
            Script = "Get-CertificateAuthority -Pkcs11Library `$library -Uri 'pkcs11:token=Other' -Pin `$pin"
        }
        @{
            What = 'that the key is not there'
            Id = 'TokenKeyNotFound'
            Script = "Get-CertificateAuthority -Pkcs11Library `$library -Uri 'pkcs11:token=The%20Factory;object=other' -Pin `$pin"
        }
        @{
            What = 'that the key is there already'
            Id = 'TokenKeyExists'
            Script = "New-CertificateAuthority Again -Pkcs11Library `$library -Uri 'pkcs11:token=The%20Factory;object=ca' -Pin `$pin"
        }
    ) {
        Assert-Token
        Invoke-WithToken "$Script 2>`$null; `$Error[0].FullyQualifiedErrorId; `$Error[0].Exception.Message" | Should -BeLike "$Id,*"
    }

    It 'loads what speaks to Azure only when it is asked for' {
        $ca = New-CertificateAuthority -Name Root
        Assert-Failure {
            Get-CertificateAuthority -KeyVaultKeyId https://localhost/secrets/x -Certificate $ca
        } -Id KeyVaultKeyIdInvalid -Category InvalidArgument
        Invoke-ChildShell -Script '
            New-CertificateAuthority Root | Out-Null
            [AppDomain]::CurrentDomain.GetAssemblies().Where({ $_.GetName().Name -like "Azure*" }).Count' | Should -Be 0
    }
}
