BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'InputPaths.ps1')) -Command Import-DeviceKey -Sample Key

Describe 'Import-DeviceKey' {
    BeforeAll { $folder = New-Folder }

    It 'gives a DeviceKey, as it promises' {
        New-Sample Key (Join-Path $folder 'typed.pem')
        Import-DeviceKey -Path (Join-Path $folder 'typed.pem') | Should -BeOfType [DeviceCreds.DeviceKey]
        (Get-Command -Name Import-DeviceKey).OutputType.Type | Should -Be ([DeviceCreds.DeviceKey])
    }

    Context 'forms' {
        It 'reads back <Encoding> in <Format>, password: <Locked>' -ForEach @(
            foreach ($format in 'Pem', 'Der') {
                @{ Format = $format; Encoding = 'Sec1'; Locked = $false }
                @{ Format = $format; Encoding = 'Pkcs8'; Locked = $false }
                @{ Format = $format; Encoding = 'Pkcs8'; Locked = $true }
            }
        ) {
            $key = New-DeviceKey
            $path = Join-Path $folder "$Format-$Encoding-$Locked"
            $secret = if ($Locked) { @{ Password = New-Password } } else { @{} }
            $null = Export-DeviceKey -Key $key -Path $path -Format $Format -Encoding $Encoding @secret
            $read = Import-DeviceKey -Path $path @secret
            $read | Should -Be $key
            $read.HasPrivateKey | Should -BeTrue
            (Get-Scalar $read) | Should -Be (Get-Scalar $key)
        }

        It 'reads what openssl writes: <Name>' -ForEach @(
            @{ Name = 'EC PARAMETERS before the key'; Arguments = 'ecparam -name prime256v1 -genkey'; Password = $null }
            @{ Name = 'PKCS#8'; Arguments = 'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'; Password = $null }
            @{ Name = 'PKCS#8 in DER'; Arguments = 'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -outform DER'; Password = $null }
            @{
                Name = 'encrypted PKCS#8'
                Arguments = 'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes-256-cbc -pass pass:tall-order'
                Password = 'tall-order'
            }
        ) {
            Assert-Tool openssl
            $path = Join-Path $folder "openssl-$($Name -replace '\W').key"
            $null = Invoke-Tool openssl @($Arguments -split ' ') -out $path
            $secret = if ($Password) { @{ Password = New-Password $Password } } else { @{} }
            $key = Import-DeviceKey -Path $path @secret
            $public = Join-Path $folder "openssl-$($Name -replace '\W').pub"
            $open = if ($Password) { '-passin', "pass:$Password" } else { @() }
            $null = Invoke-Tool openssl pkey -in $path @open -pubout -out $public
            $key.PublicKeyPem.Trim() | Should -Be ([System.IO.File]::ReadAllText($public).Trim())
        }

        It 'reads what certtool writes' {
            Assert-Tool certtool
            $path = Join-Path $folder 'certtool.key'
            $null = Invoke-Tool certtool --generate-privkey --key-type ecdsa --curve secp256r1 --outfile $path
            Import-DeviceKey -Path $path | Should -BeOfType [DeviceCreds.DeviceKey]
        }

        It 'reads PEM <_>' -ForEach 'with CRLF', 'with a byte-order mark', 'in UTF-16', 'with text around it' {
            $key = New-DeviceKey
            $path = Join-Path $folder ($_ -replace '\W')
            $text = $key.ToPem()
            switch ($_) {
                'with CRLF' { [System.IO.File]::WriteAllText($path, $text.Replace("`n", "`r`n")) }
                'with a byte-order mark' { [System.IO.File]::WriteAllText($path, $text, [System.Text.UTF8Encoding]::new($true)) }
                'in UTF-16' { [System.IO.File]::WriteAllText($path, $text, [System.Text.Encoding]::Unicode) }
                'with text around it' { [System.IO.File]::WriteAllText($path, "the key of line 3:`n`n$text`n-- end --`n") }
            }
            Import-DeviceKey -Path $path | Should -Be $key
        }
    }

    Context 'text that came a long way' {
        It 'reads a key <_>' -ForEach @(
            'with \n for its line breaks', 'with spaces for its line breaks', 'in one line', 'within JSON', 'percent-encoded',
                'in Base64 alone', 'in Base64 for URLs',
            'in hexadecimal', 'as a JSON Web Key', 'in PEM in Base64', 'under the label CERTIFICATE'
        ) {
            $path = Join-Path $folder ($_ -replace '\W')
            $key = New-DeviceKey
            $der = $key.ToDer()
            $url = { [System.Convert]::ToBase64String($args[0]).Replace('+', '-').Replace('/', '_').TrimEnd('=') }
            $pem = $key.ToPem()
            $text = switch ($_) {
                'with \n for its line breaks' { $pem.Replace("`n", '\n') }
                'with spaces for its line breaks' { $pem.Replace("`n", ' ') }
                'in one line' { $pem.Replace("`n", '') }
                'within JSON' { @{ data = @{ private_key = $pem } } | ConvertTo-Json }
                'percent-encoded' { [uri]::EscapeDataString($pem) }
                'in Base64 alone' { [System.Convert]::ToBase64String($der) }
                'in Base64 for URLs' { & $url $der }
                'in hexadecimal' { ($der | ForEach-Object { '{0:x2}' -f $_ }) -join ':' }
                'as a JSON Web Key' {
                    # The number and the point have their places in SEC 1.
                    @{
                        kty = 'EC'; crv = 'P-256'
                        d = & $url ([byte[]]$der[7..38])
                        x = & $url ([byte[]]$der[57..88])
                        y = & $url ([byte[]]$der[89..120])
                    } | ConvertTo-Json
                }
                'in PEM in Base64' { [System.Convert]::ToBase64String([System.Text.Encoding]::ASCII.GetBytes($pem)) }
                'under the label CERTIFICATE' { $pem.Replace('EC PRIVATE KEY', 'CERTIFICATE') }
            }
            [System.IO.File]::WriteAllText($path, $text)
            (Get-Scalar (Import-DeviceKey -Path $path)) | Should -Be (Get-Scalar $key)
        }

        It 'reads P-256 written out in numbers, as openssl does with -param_enc explicit' {
            Assert-Tool openssl
            $path = Join-Path $folder 'explicit.pem'
            $null = Invoke-Tool openssl ecparam -name prime256v1 -genkey -noout -param_enc explicit -out $path
            (Import-DeviceKey -Path $path).Curve | Should -BeExactly 'P-256'
        }

        It 'names the command for a key of OpenSSH with a passphrase' {
            Assert-Tool ssh-keygen
            $locked = Join-Path $folder 'ssh-locked'
            $null = Invoke-Tool ssh-keygen -q -t ecdsa -b 256 -N tall-order -f $locked
            Assert-Failure {
                Import-DeviceKey -Path $locked
            } -Id KeyUnsupported -Category InvalidData -Message '*encrypted*ssh-keygen -p -m PEM*' -Target $locked
        }
    }

    Context 'what it refuses' {
        It 'asks for a password, and does not take a wrong one' {
            $path = Join-Path $folder 'locked.pem'
            $null = New-DeviceKey | Export-DeviceKey -Path $path -Password (New-Password)
            Assert-Failure {
                Import-DeviceKey -Path $path
            } -Id PasswordMissing -Category AuthenticationError -Message '*-Password*' -Target $path
            Assert-Failure {
                Import-DeviceKey -Path $path -Password (New-Password wrong)
            } -Id PasswordWrong -Category AuthenticationError -Target $path
        }

        It 'says what <Arguments> made: <Message>' -ForEach @(
            @{ Arguments = 'genrsa 1024'; Message = '*RSA*P-256*' }
            @{ Arguments = 'ecparam -name secp384r1 -genkey'; Message = '*secp384r1*P-256*' }
            @{ Arguments = 'genpkey -algorithm ED25519'; Message = '*Ed25519*P-256*' }
        ) {
            Assert-Tool openssl
            $path = Join-Path $folder (($Arguments -replace '\W') + '.key')
            $null = Invoke-Tool openssl @(
                ($Arguments -split ' ' | Select-Object -First 1)
            ) -out $path @($Arguments -split ' ' | Select-Object -Skip 1)
            Assert-Failure { Import-DeviceKey -Path $path } -Id KeyUnsupported -Category InvalidData -Message $Message -Target $path
        }

        It 'tells a <Sample> from a key' -ForEach @(
            @{ Sample = 'Certificate' }
            @{ Sample = 'Request' }
        ) {
            $path = Join-Path $folder "not-a-key-$Sample.pem"
            New-Sample $Sample $path
            Assert-Failure {
                Import-DeviceKey -Path $path
            } -Id KeyNotFound -Category InvalidData -Message "*$($Sample.ToUpperInvariant())*" -Target $path
        }

        It 'names <Name>, and the command that converts it' -ForEach @(
            @{ Name = 'a Java keystore'; Bytes = [byte[]](0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2); Command = 'keytool -importkeystore' }
            @{
                Name = 'PuTTY'
                Bytes = [System.Text.Encoding]::ASCII.GetBytes('PuTTY-User-Key-File-3: ecdsa-sha2-nistp256')
                Command = 'puttygen'
            }
            @{ Name = 'a TPM'; Bytes = [byte[]](0x30, 0x08, 0x06, 0x06, 0x67, 0x81, 0x05, 0x0A, 0x01, 0x03); Command = 'Make a request' }
            @{ Name = 'encrypted'; Bytes = [System.Text.Encoding]::ASCII.GetBytes('Salted__abcdefgh12345678'); Command = 'Decrypt it' }
        ) {
            $path = Join-Path $folder "other-$($Name -replace '\W')"
            [System.IO.File]::WriteAllBytes($path, $Bytes)
            $run = Invoke-Recorded { Import-DeviceKey -Path $path }
            $run.Errors.Count | Should -Be 1
            $run.Errors[0].Exception.Message | Should -BeLike "*$Name*$Command*"
            $run.Errors[0].Exception.Message | Should -Not -BeLike '*New-DeviceKey*'
        }

        It 'never puts the key into an error' {
            $key = New-DeviceKey
            $path = Join-Path $folder 'damaged.pem'
            $pem = $key.ToPem()
            [System.IO.File]::WriteAllText($path, $pem.Remove($pem.Length - 60, 8))
            $run = Invoke-Recorded { Import-DeviceKey -Path $path }
            $run.Errors.Count | Should -Be 1
            Find-Secret -Text ($run.Errors[0] | Format-List -Property * -Force | Out-String -Width 4000) -Key $key | Should -BeNullOrEmpty
        }
    }
}
