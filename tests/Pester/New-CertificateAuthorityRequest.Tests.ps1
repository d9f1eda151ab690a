BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'New-CertificateAuthorityRequest' {
    It 'asks for a CA with a path length, in a request that openssl verifies' {
        Assert-Tool openssl
        $request = New-CertificateAuthorityRequest -Name 'Sub CA' -Key (New-DeviceKey) -PathLength 1
        $request | Should -BeOfType [DeviceCreds.CertificateAuthorityRequest]
        $file = $request | Export-CertificateAuthorityRequest -Path (Join-Path (New-Folder) 'ca.csr')
        $text = Invoke-Tool openssl req -in $file.FullName -verify -noout -text | Out-String
        $text | Should -Match 'CA:TRUE, pathlen:1'
        $text | Should -Match 'Digital Signature, Certificate Sign, CRL Sign'
    }

    It 'warns that a new key is in this session alone, and gives it' {
        $request = New-CertificateAuthorityRequest -Name 'Sub CA' -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike '*$request.Key | Export-DeviceKey*'
        $request.Key.HasPrivateKey | Should -BeTrue
        ($request | Format-List | Out-String) + ($request | ConvertTo-Json -Depth 3 -WarningAction Ignore) |
            ForEach-Object { Find-Secret -Text $_ -Key $request.Key } | Should -BeNullOrEmpty
    }

    It 'says nothing of a key that was given' {
        $null = New-CertificateAuthorityRequest -Name 'Sub CA' -Key (New-DeviceKey) -WarningVariable warned
        $warned | Should -BeNullOrEmpty
    }

    It 'refuses <Given>: <Id>' -ForEach @(
        @{ Given = @{ Name = '' }; Id = 'NameEmpty' }
        @{ Given = @{ Name = 'x' * 65 }; Id = 'NameTooLong' }
        @{ Given = @{ Name = 'a'; PathLength = -1 }; Id = 'PathLengthNegative' }
    ) {
        Assert-Failure { New-CertificateAuthorityRequest @Given } -Id $Id -Category InvalidArgument
    }

    It 'has a CA in two places: the factory keeps its key, the company signs' {
        $company, $factory = (New-Folder), (New-Folder)
        $password = New-Password
        # In the factory.
        $key = New-DeviceKey
        $null = $key | Export-DeviceKey -Path "$factory/CA_private.pem" -Password $password -Encoding Pkcs8
        $null = New-CertificateAuthorityRequest -Name 'Factory CA' -Key $key -PathLength 0 |
            Export-CertificateAuthorityRequest -Path "$factory/ca.csr"
        # In the company.
        $ledger = "$company/index.txt"
        $root = New-CertificateAuthority -Name 'Company Root' -Ledger $ledger
        $request = Import-CertificateAuthorityRequest -Path "$factory/ca.csr"
        $signed = New-CertificateAuthority -Request $request -Issuer $root -ValidYears 30 -Ledger $ledger
        $signed.Name, $signed.PathLength, $signed.KeyLocation | Should -Be 'Factory CA', 0, $null
        (Get-IssuedCertificate -Ledger $ledger -EndpointName 'Factory CA').SerialNumber | Should -Be $signed.SerialNumber
        $null = $signed | Export-CertificateAuthority -Path $factory -NoPrivateKey
        # In the factory again: the folder has the chain, and the key that never left it.
        $complete = Import-CertificateAuthority -Path $factory -Password $password
        $device = New-BootstrapDeviceCredential -EndpointName dev -Issuer $complete
        $device | Test-DeviceCertificate -Issuer $root -Quiet | Should -BeTrue
    }

    It 'is signed by another''s profile, and what was not given is said' {
        Assert-Tool openssl
        $folder = New-Folder
        $null = Invoke-Tool openssl ecparam -name prime256v1 -genkey -noout -out "$folder/sub.key"
        $null = Invoke-Tool openssl req -new -key "$folder/sub.key" -subj '/C=DE/O=Works/CN=Their CA' -out "$folder/sub.csr" `
            -addext 'basicConstraints=critical,CA:TRUE,pathlen:9'
        $root = New-CertificateAuthority -Name 'Our Root'
        $request = Import-CertificateAuthorityRequest -Path "$folder/sub.csr"
        $signed = New-CertificateAuthority -Request $request -Issuer $root -WarningVariable warned -WarningAction SilentlyContinue
        $signed.Subject, $signed.PathLength | Should -Be 'CN=Their CA', 2
        "$warned" | Should -BeLike '*C=DE, O=Works, basicConstraints (pathLenConstraint 9)*'
        $other = New-CertificateAuthority -Request $request -Name 'Our Name' -Issuer $root -PathLength 0 -WarningAction Ignore
        $other.Subject, $other.PathLength | Should -Be 'CN=Our Name', 0
    }

    It 'is not signed by nobody, and -Request takes nothing else' {
        $request = New-CertificateAuthorityRequest -Name 'Sub CA' -Key (New-DeviceKey)
        Assert-Failure { New-CertificateAuthority -Request $request } -Id IssuerMissing -Category InvalidArgument -Message '*-Issuer*'
        $run = Invoke-Recorded { New-CertificateAuthority -Request 'ca.csr' -Issuer (New-CertificateAuthority -Name Root) }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.Exception.Message | Should -BeLike '*Import-CertificateAuthorityRequest*'
    }

    It 'keeps the factory''s key on a token, and the root''s on another' {
        Assert-Tool softhsm2-util
        $library = @('/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm2.so', '/opt/homebrew/lib/softhsm/libsofthsm2.so') |
            Where-Object { Test-Path -LiteralPath $_ } | Select-Object -First 1
        $folder = New-Folder
        $text = Invoke-ChildShell -Environment @{ SOFTHSM2_CONF = "$folder/softhsm2.conf" } -Script "
            `$null = New-Item -Path '$folder/tokens' -ItemType Directory
            Set-Content -Path '$folder/softhsm2.conf' -Value 'directories.tokendir = $folder/tokens'
            foreach (`$label in 'Offline', 'Works') { `$null = softhsm2-util --init-token --free --label `$label --pin 1234 --so-pin 5678 }
            `$pin = ConvertTo-SecureString 1234 -AsPlainText -Force
            `$offline = @{ Pkcs11Library = '$library'; Uri = 'pkcs11:token=Offline;object=root'; Pin = `$pin }
            `$works = @{ Pkcs11Library = '$library'; Uri = 'pkcs11:token=Works;object=factory'; Pin = `$pin }
            `$root = New-CertificateAuthority -Name 'Offline Root' @offline
            New-CertificateAuthorityRequest -Name 'Factory CA' @works | Export-CertificateAuthorityRequest -Path '$folder/ca.csr' | Out-Null
            `$request = Import-CertificateAuthorityRequest -Path '$folder/ca.csr'
            New-CertificateAuthority -Request `$request -Issuer `$root |
                Export-CertificateAuthority -Path '$folder/ca' -NoPrivateKey | Out-Null
            `$factory = Get-CertificateAuthority -Certificate '$folder/ca/CA_chain.pem' @works
            `$device = New-BootstrapDeviceCredential -EndpointName dev -Issuer `$factory
            `$device | Test-DeviceCertificate -Issuer '$folder/ca/CA_chain.pem' -Quiet"
        $text.Trim() | Should -Be True
    }
}
