BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Export-DeviceKeyRequest' {
    BeforeEach {
        $folder = New-Folder
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'writes a bundle a device' {
        $files = 'dev-1', 'a/b' | Export-DeviceKeyRequest -Path out
        $files | Should -BeOfType [System.IO.FileInfo]
        (Get-Command -Name Export-DeviceKeyRequest).OutputType.Type | Should -Be ([System.IO.FileInfo])
        Get-Tree $folder | Should -Be 'out/a%2Fb/device.cbor', 'out/dev-1/device.cbor'
        $text = [System.Text.Encoding]::UTF8.GetString([System.IO.File]::ReadAllBytes("$folder/out/dev-1/device.cbor"))
        foreach ($part in 'SchemeVersion', '0.0.1', 'SID', 'dev-1', 'KpAlvSess', 'CsrReqs', 'PrKN', 'mbed.BootstrapDevicePrivateKey',
            'CN=dev-1') {
            $text | Should -Match ([regex]::Escape($part))
        }
    }

    It 'is refused by Import-DeviceCredential with what it is' {
        $null = 'dev-1' | Export-DeviceKeyRequest -Path out
        Assert-Failure {
            Import-DeviceCredential -Path out
        } -Id BundleIsKeyRequest -Category InvalidData -Message '*CsrReqs*Import-DeviceResponse*'
    }

    It 'asks for an LwM2M key with the account of <_>' -ForEach 'AccountId', 'ServerUri', 'a row' {
        $null = switch ($_) {
            'AccountId' { 'dev-1' | Export-DeviceKeyRequest out -Kind Lwm2m -AccountId 0123 }
            'ServerUri' { 'dev-1' | Export-DeviceKeyRequest out -Kind Lwm2m -ServerUri 'coaps://x?aid=0123' }
            'a row' { [pscustomobject]@{ CN = 'dev-1'; aid = '0123' } | Export-DeviceKeyRequest out -Kind Lwm2m }
        }
        [System.Text.Encoding]::UTF8.GetString([System.IO.File]::ReadAllBytes("$folder/out/dev-1/device.cbor")) |
            Should -Match '(?s)mbed.LwM2MDevicePrivateKey.*CN=dev-1,OU=0123'
    }

    It 'keeps entropy to its owner' {
        Assert-Unix
        $with, $without = ('dev-1' | Export-DeviceKeyRequest out -Entropy ('00' * 48)), ('dev-2' | Export-DeviceKeyRequest out)
        Get-Mode $with.FullName | Should -Be 600
        Get-Mode $without.FullName | Should -Be 644
    }

    It 'shows no key that was given as a name, in any stream' {
        foreach ($i in 1..8) {
            $file = New-DeviceKey | Export-DeviceKey -Path (Join-Path -Path (New-Folder) -ChildPath k.pem)
            $der = [Convert]::FromBase64String(-join (Get-Content -LiteralPath $file.FullName | Where-Object { $_ -notmatch '---' }))
            $scalar = [Convert]::ToBase64String($der[7..38])
            $jwk = "{`"kty`":`"EC`",`"crv`":`"P-256`",`"d`":`"$scalar`"}"
            $folder = New-Folder
            $transcript = Join-Path -Path $folder -ChildPath t.txt
            $null = Start-Transcript -LiteralPath $transcript
            try {
                $jwk, $scalar | Export-DeviceKeyRequest "$folder/out" -WhatIf -ErrorAction SilentlyContinue
                $jwk, $scalar | Export-DeviceKeyRequest "$folder/out" -Verbose -ErrorAction SilentlyContinue | Out-Null
            } finally {
                $null = Stop-Transcript
            }
            $shown = [uri]::UnescapeDataString((Get-Content -Raw -LiteralPath $transcript))
            $shown.Contains($scalar) | Should -BeFalse
        }
    }

    It 'says with -WhatIf what a run would refuse' {
        '', ' x', ('x' * 65) | Export-DeviceKeyRequest out -WhatIf -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused.Count | Should -Be 3
    }

    It 'writes nothing with -WhatIf, never replaces a file, and replaces it with -Force' {
        'dev-1' | Export-DeviceKeyRequest out -WhatIf | Should -BeNullOrEmpty
        Get-Tree $folder | Should -BeNullOrEmpty
        $null = 'dev-1' | Export-DeviceKeyRequest out
        Assert-Failure { 'dev-1' | Export-DeviceKeyRequest out } -Id FileExists -Category ResourceExists
        $null = 'dev-1' | Export-DeviceKeyRequest out -Force -ErrorAction Stop
    }

    It 'refuses <Given>: <Id>' -ForEach @(
        @{ Given = @{ EndpointName = '' }; Id = 'EndpointNameEmpty' }
        @{ Given = @{ EndpointName = 'a\b' }; Id = 'SubjectNotPossible' }
        @{ Given = @{ EndpointName = 'a'; Kind = 'Lwm2m' }; Id = 'AccountIdMissing' }
        @{ Given = @{ EndpointName = 'a'; Entropy = '00' * 47 }; Id = 'ConfigurationValueInvalid' }
    ) {
        Assert-Failure { Export-DeviceKeyRequest -Path out @Given } -Id $Id -Category InvalidArgument
        Get-Tree $folder | Should -BeNullOrEmpty
    }

    It 'goes on after a bad row' {
        $run = Invoke-Recorded { 'a', '', 'b' | ForEach-Object { [pscustomobject]@{ CN = $_ } } | Export-DeviceKeyRequest out }
        $run.Output.Count | Should -Be 2
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].Exception.Message | Should -BeLike 'Row 2*'
    }
}
