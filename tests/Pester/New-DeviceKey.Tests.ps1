BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'New-DeviceKey' {
    It 'makes one key on P-256, as it promises' {
        $key = New-DeviceKey
        @($key).Count | Should -Be 1
        $key | Should -BeOfType [DeviceCreds.DeviceKey]
        (Get-Command -Name New-DeviceKey).OutputType.Type | Should -Be ([DeviceCreds.DeviceKey])
        $key.Algorithm | Should -BeExactly EC
        $key.Curve | Should -BeExactly P-256
        $key.HasPrivateKey | Should -BeTrue
    }

    It 'makes <Count> different keys by <How>' -ForEach @(
        @{ How = 'name'; Count = 20 }
        @{ How = 'position'; Count = 3 }
    ) {
        $keys = if ($How -eq 'name') { New-DeviceKey -Count $Count } else { New-DeviceKey $Count }
        $keys.Count | Should -Be $Count
        @($keys.Fingerprint | Sort-Object -Unique).Count | Should -Be $Count
    }

    It 'names in its fingerprint the SHA-256 of the public key' {
        Assert-Tool openssl
        $key = New-DeviceKey
        $path = Join-Path (New-Folder) 'public.pem'
        [System.IO.File]::WriteAllText($path, $key.PublicKeyPem + "`n")
        $der = Join-Path (New-Folder) 'public.der'
        $null = Invoke-Tool openssl pkey -pubin -in $path -outform DER -out $der
        $key.Fingerprint | Should -Be (Get-FileHash -LiteralPath $der -Algorithm SHA256).Hash
    }

    It 'stops when Select-Object has enough' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        @(New-DeviceKey -Count 100000000 | Select-Object -First 2).Count | Should -Be 2
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
    }

    It 'refuses a count of <_>' -ForEach 0, -1 {
        { New-DeviceKey -Count $_ } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*NewDeviceKeyCommand'
    }

    It 'takes its default count from $PSDefaultParameterValues' {
        $PSDefaultParameterValues = @{ 'New-DeviceKey:Count' = 4 }
        @(New-DeviceKey).Count | Should -Be 4
        $PSDefaultParameterValues.Count | Should -Be 1
    }

    It 'shows the fingerprint and nothing secret as <_>' -ForEach 'table', 'list of everything', 'text', 'JSON', 'CSV', 'CLIXML' {
        $key = New-DeviceKey
        $text = switch ($_) {
            'table' { $key | Out-String -Width 200 }
            'list of everything' { $key | Format-List -Property * -Force | Out-String -Width 200 }
            'text' { "$key" }
            'JSON' { $key | ConvertTo-Json -Depth 5 }
            'CSV' { $key | ConvertTo-Csv }
            'CLIXML' { [System.Management.Automation.PSSerializer]::Serialize($key, 5) }
        }
        $text -join "`n" | Should -Match $key.Fingerprint
        Find-Secret -Text ($text -join "`n") -Key $key | Should -BeNullOrEmpty
    }

    It 'would notice a secret <_>' -ForEach 'in hexadecimal', 'in PEM', 'in PKCS#8', 'in a list of bytes', 'in JSON', 'in CLIXML' {
        $key = New-DeviceKey
        $scalar = Get-Scalar $key
        $text = switch ($_) {
            'in hexadecimal' { 'key: ' + (($scalar | ForEach-Object { $_.ToString('x2') }) -join ':') }
            'in PEM' { $key.ToPem() }
            'in PKCS#8' { $key.ToPem('Pkcs8', $null) }
            'in a list of bytes' { $scalar | Out-String }
            'in JSON' { @{ Key = $scalar } | ConvertTo-Json }
            'in CLIXML' { [System.Management.Automation.PSSerializer]::Serialize($key.ToDer('Sec1', $null)) }
        }
        Find-Secret -Text $text -Key $key | Should -Not -BeNullOrEmpty
    }
}
