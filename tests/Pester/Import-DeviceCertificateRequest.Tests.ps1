BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'InputPaths.ps1')) -Command Import-DeviceCertificateRequest -Sample Request

Describe 'Import-DeviceCertificateRequest' {
    BeforeAll { $folder = New-Folder }

    It 'gives a DeviceCertificateRequest, as it promises: the names, and the public half of the key' {
        $made = New-DeviceCertificateRequest -EndpointName dev-1 -AccountId acc
        $path = Join-Path $folder 'made.pem'
        [System.IO.File]::WriteAllText($path, $made.Pem)
        $read = Import-DeviceCertificateRequest -Path $path
        $read | Should -BeOfType [DeviceCreds.DeviceCertificateRequest]
        (Get-Command -Name Import-DeviceCertificateRequest).OutputType.Type | Should -Be ([DeviceCreds.DeviceCertificateRequest])
        $read.EndpointName, $read.AccountId, $read.Subject | Should -Be $made.EndpointName, $made.AccountId, $made.Subject
        $read.Key.Fingerprint | Should -Be $made.Key.Fingerprint
        $read.Key.HasPrivateKey | Should -BeFalse
        $read.Pem | Should -BeExactly $made.Pem
    }

    It 'reads what openssl writes in <Form>, and issues to it' -ForEach @{ Form = 'PEM' }, @{ Form = 'DER' } {
        Assert-Tool openssl
        $path = Join-Path $folder "openssl.$Form"
        $null = Invoke-Tool openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256 -nodes `
            -keyout (Join-Path $folder "key.$Form") -subj /CN=dev-openssl -outform $Form -out $path
        $request = Import-DeviceCertificateRequest -Path $path
        $ca = New-CertificateAuthority -Name 'CA'
        $credential = $request | New-BootstrapDeviceCredential -Issuer $ca
        $key = Import-DeviceKey -Path (Join-Path $folder "key.$Form")
        Test-DeviceCertificate -Credential $credential -Issuer $ca -Key $key -Quiet | Should -BeTrue
    }

    It 'reads what certtool writes' {
        Assert-Tool certtool
        $template, $key, $request = 'template', 'gnutls.key', 'gnutls.csr' | ForEach-Object { Join-Path $folder $_ }
        [System.IO.File]::WriteAllText($template, "cn = dev-certtool`n")
        $null = Invoke-Tool certtool --generate-privkey --key-type ecdsa --curve secp256r1 --outfile $key
        $null = Invoke-Tool certtool --generate-request --load-privkey $key --template $template --outfile $request
        (Import-DeviceCertificateRequest -Path $request).EndpointName | Should -BeExactly dev-certtool
    }

    It 'refuses what openssl made with <Arguments>: <Id>' -ForEach @(
        @{ Arguments = '-newkey rsa:2048 -sha256'; Id = 'RequestKeyUnsupported'; Message = '*RSA*P-256*' }
        @{
            Arguments = '-newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -sha256'
            Id = 'RequestKeyUnsupported'
            Message = '*secp384r1*P-256*'
        }
        @{
            Arguments = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha384'
            Id = 'RequestSignatureUnsupported'
            Message = '*ecdsa-with-SHA384*-sha256*'
        }
    ) {
        Assert-Tool openssl
        $path = Join-Path $folder (($Arguments -replace '\W') + '.csr')
        $null = Invoke-Tool openssl req -new @($Arguments -split ' ') -nodes -keyout (Join-Path $folder 'refused.key') -subj /CN=dev `
            -out $path
        Assert-Failure { Import-DeviceCertificateRequest -Path $path } -Id $Id -Category InvalidData -Message $Message -Target $path
    }

    It 'reads a request <_>' -ForEach 'under the label CERTIFICATE', 'in Base64 for URLs', 'within JSON' {
        $path = Join-Path $folder "wrapped-$($_ -replace '\W')"
        $made = New-DeviceCertificateRequest -EndpointName dev-1
        $text = switch ($_) {
            'under the label CERTIFICATE' { $made.Pem.Replace('CERTIFICATE REQUEST', 'CERTIFICATE') }
            'in Base64 for URLs' { [System.Convert]::ToBase64String($made.Der).Replace('+', '-').Replace('/', '_').TrimEnd('=') }
            'within JSON' { @{ csr = $made.Pem } | ConvertTo-Json }
        }
        [System.IO.File]::WriteAllText($path, $text)
        (Import-DeviceCertificateRequest -Path $path).Pem | Should -BeExactly $made.Pem
    }

    It 'reads P-256 written out in numbers, as TPMs do, and issues to it' {
        Assert-Tool openssl
        $path = Join-Path $folder 'explicit.csr'
        $null = Invoke-Tool openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -sha256 -nodes `
            -keyout (Join-Path $folder 'explicit.key') -subj /CN=dev-tpm -out $path
        $ca = New-CertificateAuthority -Name 'CA'
        Import-DeviceCertificateRequest -Path $path | New-BootstrapDeviceCredential -Issuer $ca |
            Test-DeviceCertificate -Issuer $ca -Quiet | Should -BeTrue
    }

    It 'leads to one warning that names what was asked for and not granted' {
        Assert-Tool openssl
        $path = Join-Path $folder 'greedy.csr'
        $null = Invoke-Tool openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256 -nodes `
            -keyout (Join-Path $folder 'greedy.key') -subj /O=Example/CN=dev-greedy -addext subjectAltName=DNS:a.example `
            -addext basicConstraints=CA:TRUE -out $path
        $ca = New-CertificateAuthority -Name 'CA'
        $credential = Import-DeviceCertificateRequest -Path $path |
            New-BootstrapDeviceCredential -Issuer $ca -WarningVariable warnings -WarningAction SilentlyContinue
        $credential.Subject | Should -BeExactly 'CN=dev-greedy'
        $warnings.Count | Should -Be 1
        $warnings[0].Message | Should -BeLike "*'dev-greedy'*O=Example, subjectAltName, basicConstraints (CA:TRUE)*"
        $plain = New-DeviceCertificateRequest -EndpointName dev-plain |
            New-BootstrapDeviceCredential -Issuer $ca -WarningVariable warnings -WarningAction SilentlyContinue
        $plain.EndpointName | Should -BeExactly dev-plain
        $warnings.Count | Should -Be 0
    }

    It 'refuses a request with two common names' {
        Assert-Tool openssl
        $path = Join-Path $folder 'two.csr'
        $null = Invoke-Tool openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256 -nodes `
            -keyout (Join-Path $folder 'two.key') -subj /CN=one/CN=two -out $path
        Assert-Failure {
            Import-DeviceCertificateRequest -Path $path
        } -Id RequestNameSeveral -Category InvalidData -Message "*'one', 'two'*" -Target $path
    }

    It 'refuses an altered request' {
        $der = (New-DeviceCertificateRequest -EndpointName dev-1).Der
        $at = [System.Text.Encoding]::ASCII.GetString($der).IndexOf('dev-1')
        $der[$at + 4] = [byte][char]'2'
        $path = Join-Path $folder 'altered.der'
        [System.IO.File]::WriteAllBytes($path, $der)
        Assert-Failure {
            Import-DeviceCertificateRequest -Path $path
        } -Id RequestSignatureInvalid -Category InvalidData -Message '*altered*' -Target $path
    }

    It 'tells a <Sample> from a request' -ForEach @{ Sample = 'Key' }, @{ Sample = 'Certificate' } {
        $path = Join-Path $folder "not-$Sample.pem"
        New-Sample $Sample $path
        Assert-Failure {
            Import-DeviceCertificateRequest -Path $path
        } -Id RequestNotFound -Category InvalidData -Message "*$Sample*" -Target $path
    }
}
