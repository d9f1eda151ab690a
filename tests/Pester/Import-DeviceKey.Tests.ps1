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
            @{ Name = 'encrypted PKCS#8'; Arguments = 'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes-256-cbc -pass pass:tall-order'; Password = 'tall-order' }
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

    Context 'what it refuses' {
        It 'asks for a password, and does not take a wrong one' {
            $path = Join-Path $folder 'locked.pem'
            $null = New-DeviceKey | Export-DeviceKey -Path $path -Password (New-Password)
            Assert-Failure { Import-DeviceKey -Path $path } -Id PasswordMissing -Category AuthenticationError -Message '*-Password*' -Target $path
            Assert-Failure { Import-DeviceKey -Path $path -Password (New-Password wrong) } -Id PasswordWrong -Category AuthenticationError -Target $path
        }

        It 'says what <Arguments> made: <Message>' -ForEach @(
            @{ Arguments = 'genrsa 1024'; Message = '*RSA*P-256*' }
            @{ Arguments = 'ecparam -name secp384r1 -genkey'; Message = '*secp384r1*P-256*' }
            @{ Arguments = 'genpkey -algorithm ED25519'; Message = '*Ed25519*P-256*' }
        ) {
            Assert-Tool openssl
            $path = Join-Path $folder (($Arguments -replace '\W') + '.key')
            $null = Invoke-Tool openssl @(($Arguments -split ' ' | Select-Object -First 1)) -out $path @($Arguments -split ' ' | Select-Object -Skip 1)
            Assert-Failure { Import-DeviceKey -Path $path } -Id KeyUnsupported -Category InvalidData -Message $Message -Target $path
        }

        It 'tells a <Sample> from a key' -ForEach @(
            @{ Sample = 'Certificate' }
            @{ Sample = 'Request' }
        ) {
            $path = Join-Path $folder "not-a-key-$Sample.pem"
            New-Sample $Sample $path
            Assert-Failure { Import-DeviceKey -Path $path } -Id KeyNotFound -Category InvalidData -Message "*$($Sample.ToUpperInvariant())*" -Target $path
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
