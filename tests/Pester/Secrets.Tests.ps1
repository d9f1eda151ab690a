BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $commands = (Get-Command -Module DeviceCreds -CommandType Cmdlet).Name
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    . ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'SecretProbe.ps1'))

    # No 12 characters of the key in a row: of its hexadecimal, or of its Base64 at any offset.
    function Assert-NoSecret {
        param([Parameter(Mandatory)] [AllowEmptyString()] [string] $Text, [Parameter(Mandatory)] $Key)
        [byte[]] $scalar = Get-Scalar $Key
        $scalar.Count | Should -Be 32
        $spellings = @(
            -join ($scalar | ForEach-Object { $_.ToString('X2') })
        ) + (0..2 | ForEach-Object { [Convert]::ToBase64String($scalar, $_, 30 - $_ - (30 - $_) % 3) })
        $flat = $Text -replace '\s', ''
        foreach ($spelling in $spellings) {
            for ($i = 0; $i + 12 -le $spelling.Length; $i++) {
                $flat.IndexOf($spelling.Substring($i, 12), [System.StringComparison]::OrdinalIgnoreCase) | Should -BeLessThan 0
            }
        }
        Find-Secret -Text $Text -Key $Key | Should -BeNullOrEmpty
    }

    $folder = New-Folder
    $key = New-DeviceKey
    $ca = New-CertificateAuthority -Name 'Secret CA' -Key $key
    $null = $ca | Export-CertificateAuthority -Path (Join-Path $folder 'ca') -NoPassword
    $issuer = New-CertificateAuthority -Name 'Issuer'
}

Describe 'A key' {
    It 'is found where it is: this test can fail' {
        { Assert-NoSecret -Text $key.ToPem('Sec1', $null) -Key $key } | Should -Throw
        { Assert-NoSecret -Text (-join ((Get-Scalar $key) | ForEach-Object { $_.ToString('x2') })) -Key $key } | Should -Throw
    }

    It 'is not shown by <How>, of <What>' -ForEach @(
        foreach ($what in 'a key', 'a credential', 'a CA', 'a CA read from files', 'a chain', 'a request') {
            @{
                What = $what; How = 'Export-Clixml'
                Show = {
                    param($object)
                    $path = Join-Path $folder "$([guid]::NewGuid()).xml"
                    $object | Export-Clixml -Path $path -Depth 4
                    [System.IO.File]::ReadAllText($path)
                }
            }
            @{
                What = $what; How = 'ConvertTo-Json'
                Show = { param($object) $object | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue }
            }
            @{
                What = $what; How = 'Format-List *'
                Show = { param($object) $object | Format-List -Property * -Force | Out-String -Width 300 }
            }
            @{ What = $what; How = 'Format-Custom'; Show = { param($object) $object | Format-Custom -Depth 4 | Out-String -Width 300 } }
            @{ What = $what; How = 'ConvertTo-Csv'; Show = { param($object) ($object | ConvertTo-Csv) -join "`n" } }
            @{ What = $what; How = 'Out-String'; Show = { param($object) $object | Out-String -Width 300 } }
        }
    ) {
        $object = switch ($What) {
            'a key' { $key }
            'a credential' { New-BootstrapDeviceCredential -EndpointName d -Issuer $issuer -Key $key }
            'a CA' { $ca }
            'a CA read from files' { Import-CertificateAuthority -Path (Join-Path $folder 'ca') }
            'a chain' { (New-BootstrapDeviceCredential -EndpointName d -Issuer $issuer -Key $key).Chain }
            'a request' { New-DeviceCertificateRequest -EndpointName d -Key $key }
        }
        $text = & $Show $object
        $text.Length | Should -BeGreaterThan 20
        Assert-NoSecret -Text $text -Key $key
    }

    It 'is not in a transcript of the whole job, told at length' {
        $transcript = Join-Path $folder 'transcript.txt'
        Invoke-ChildShell -Script @"
            `$VerbosePreference = `$DebugPreference = 'Continue'
            Start-Transcript -Path '$transcript' -IncludeInvocationHeader | Out-Null
            `$ca = Import-CertificateAuthority -Path '$folder/ca'
            `$ca | Format-List *
            Import-DeviceKey -Path '$folder/ca/CA_private.pem' | Format-List *
            `$key = Import-DeviceKey '$folder/ca/CA_private.pem'
            New-BootstrapDeviceCredential -EndpointName d -Issuer (New-CertificateAuthority Issuer) -Key `$key |
                Export-DeviceCredential -Path '$folder/out'
            `$ca | Export-CertificateAuthority -Path '$folder/ca'
            Stop-Transcript | Out-Null
"@ | Out-Null
        $text = [System.IO.File]::ReadAllText($transcript)
        $text | Should -BeLike '*Secret CA*'
        Assert-NoSecret -Text $text -Key $key
    }
}

Describe 'A key in a column of any name' {
    It 'is not shown by <_>, and there by name' -ForEach @(
        'Format-List -Property * -Force', 'Format-Table -Property *', 'Format-Custom', 'ConvertTo-Json', 'ConvertTo-Csv', 'Out-String'
    ) {
        $pem = $key.ToPem('Sec1', $null)
        $credential = [pscustomobject]@{ EndpointName = 'd'; Notes = $pem; Site = 'Berlin' } |
            New-BootstrapDeviceCredential -Issuer $issuer
        $credential.Columns.Notes | Should -BeExactly $pem
        $show = [scriptblock]::Create("`$input | $_ | Out-String -Width 4096")
        $text = ($credential | & $show) + ($credential.Columns | & $show) +
            [System.Management.Automation.PSSerializer]::Serialize($credential, 4)
        $text | Should -BeLike '*Berlin*'
        Assert-NoSecret -Text $text -Key $key
    }
}

Describe 'A key or a password given for something else' {
    BeforeAll {
        $probe = New-SecretProbe (New-Folder)
        $secret = New-DeviceKey
        $secrets = New-SecretSet $secret
        $pieces = Get-SecretPiece $secret
        # A random text is a possible name, such as a digest in hexadecimal, and a name is no secret. A line of PEM can be one, too, and
        # 15 bytes with colons are a serial number.
        $digests = 'the scalar in Base64', 'the scalar in hex', 'a line of PEM', 'Base64 in two pieces',
            'a line of openssl -text'
        $names = 'EndpointName', 'AccountId', 'Name', 'Code', 'InputObject', 'Request', 'Manufacturer', 'ModelNumber', 'SerialNumber',
            'DeviceType', 'HardwareVersion', 'Timezone'
        function Find-Piece([string] $Text) {
            $pieces | Where-Object { $Text.IndexOf($_, [System.StringComparison]::OrdinalIgnoreCase) -ge 0 } | Select-Object -First 1
        }
        # Paths without a folder lead here.
        Push-Location -LiteralPath $probe.Folder
    }

    AfterAll { Pop-Location }

    It 'is found in each spelling: this test can fail' {
        foreach ($kind in $secrets.Keys) {
            Find-Piece (($secrets[$kind] | Out-String -Width 4096) + "$($secrets[$kind])") | Should -Not -BeNullOrEmpty -Because $kind
        }
    }

    It 'is in no message, no target and no name of a file: <_>' -ForEach $commands {
        foreach ($place in Get-OwnParameter $_) {
            # Where no text is expected, all are refused in the same place: a few of them are enough.
            $kinds = if ($place.Parameter.ParameterType -in [string], [string[]], [psobject]) { $secrets.Keys } else {
                'PEM', 'lines of PEM', 'the scalar in hex', 'JWK as an object', 'JWK as a table', 'a URI with a PIN', 'bytes'
            }
            $kinds = $kinds | Where-Object { $place.Parameter.Name -notin $names -or $_ -notin $digests }
            $records = $kinds | ForEach-Object { Invoke-SecretProbe @place -Secret $secrets[$_] }
            Find-Piece ((Get-VisibleText $records) -join "`n") |
                Should -BeNullOrEmpty -Because "-$($place.Parameter.Name) ($($place.Set.Name)) shows it"
        }

        Find-Piece ((Get-ChildItem -LiteralPath $probe.Folder -Recurse -Force).Name -join "`n") | Should -BeNullOrEmpty
    }

    It 'is not shown as an argument that no parameter takes: <_>' -ForEach $commands {
        foreach ($before in 0..5) {
            $arguments = @(1..6 | Select-Object -First $before | ForEach-Object { "none$_" }) + $secrets.PEM
            $records = try { & $_ @arguments -WhatIf:$false -ErrorAction Continue *>&1 } catch { $_ }
            # New-DeviceKey has no -WhatIf.
            if ("$records" -like '*WhatIf*') { $records = try { & $_ @arguments *>&1 } catch { $_ } }
            Find-Piece ((Get-VisibleText @($records)) -join "`n") | Should -BeNullOrEmpty -Because "$before arguments before it"
        }
    }

    It 'is in no transcript' {
        $folder = New-Folder
        $pem = Join-Path $folder 'key.pem'
        [System.IO.File]::WriteAllText($pem, $secrets.PEM)
        Invoke-ChildShell -Script @"
            . '$PSScriptRoot/common.ps1'; . '$PSScriptRoot/shared/SecretProbe.ps1'; Set-Location '$folder'
            `$probe = New-SecretProbe '$folder'; `$secret = [System.IO.File]::ReadAllText('$pem')
            Start-Transcript -Path '$folder/transcript.txt' -IncludeInvocationHeader | Out-Null
            foreach (`$command in (Get-Command -Module DeviceCreds).Name) {
                foreach (`$place in Get-OwnParameter `$command) { Invoke-SecretProbe @place -Secret `$secret }
            }
            Stop-Transcript | Out-Null
"@ | Out-Null
        $text = [System.IO.File]::ReadAllText((Join-Path $folder 'transcript.txt'))
        $text | Should -BeLike '*not shown*'
        Find-Piece $text | Should -BeNullOrEmpty
    }

    It 'is not among the details that Get-Error has: <Command>' -ForEach @(
        @{ Command = 'Import-DeviceKey'; Parameter = 'Path' }
        @{ Command = 'New-BootstrapDeviceCredential'; Parameter = 'EndpointName' }
        @{ Command = 'Export-DeviceKey'; Parameter = 'Path' }
    ) {
        if (-not (Get-Command -Name Get-Error -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'this PowerShell has no Get-Error'; return
        }
        $place = Get-OwnParameter $Command | Where-Object { $_.Parameter.Name -eq $Parameter } | Select-Object -First 1
        $failure = Invoke-SecretProbe @place -Secret $secrets['PEM without its END'] |
            Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | Select-Object -First 1
        $text = $failure | Get-Error | Out-String -Width 4096
        $text.Length | Should -BeGreaterThan 200
        Find-Piece $text | Should -BeNullOrEmpty
    }
}

Describe 'An argument that no parameter takes' {
    It 'is the error that PowerShell has, also from <_>' -ForEach 'New-DeviceKey', 'New-CertificateAuthority', 'New-DeviceConfiguration' {
        $run = Invoke-Recorded { & $_ 1 none2 none3 none4 -ErrorAction SilentlyContinue }
        $run.Ended | Should -BeTrue
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PositionalParameterNotFound,DeviceCreds.PowerShell.Cmdlets.*'
        $run.Errors[0].CategoryInfo.Category | Should -Be InvalidArgument
        $run.Errors[0].Exception | Should -BeOfType ([System.Management.Automation.ParameterBindingException])
        "$($run.Errors[0])" | Should -Match "A positional parameter cannot be found that accepts argument 'none2'\."
    }

    It 'does not hide the error of a wrong name' {
        foreach ($action in { Import-DeviceKey none.pem -Pasword x }, { Import-DeviceKey -Pth none.pem }, { New-DeviceKey -Cuont:2 }) {
            $run = Invoke-Recorded $action
            $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'NamedParameterNotFound,*'
        }
    }

    It 'has no parameter in syntax, help and completion' {
        foreach ($command in Get-Command -Module DeviceCreds -CommandType Cmdlet) {
            $text = (Get-Command -Name $command -Syntax) + $command.Parameters.Keys + ($command.ParameterSets | Out-String) +
                (TabExpansion2 "$command -" ("$command -").Length).CompletionMatches.CompletionText +
                (Get-Help -Name $command -Full | Out-String)
            "$text" | Should -Not -BeLike '*ExtraArgument*'
        }
    }

    It 'may be $null, or an object' {
        "$((Invoke-Recorded { New-DeviceKey 1 $null }).Errors[0])" | Should -BeLike "*accepts argument '`$null'."
        "$((Invoke-Recorded { New-DeviceKey 1 $PWD }).Errors[0])" | Should -BeLike "*'System.Management.Automation.PathInfo'."
    }
}

Describe 'An object of the pipeline that is not expected' {
    It 'is not the target of the error: bytes of a key given to <Command>' -ForEach @(
        @{ Command = 'New-DeviceKey'; Id = 'InputNotExpected'; More = @{} }
        @{ Command = 'Import-DeviceKey'; Id = 'PathIsSecret'; More = @{} }
        @{ Command = 'Export-DeviceKey'; Id = 'InputNotExpected'; More = @{ Path = 'none.pem' } }
        @{ Command = 'New-CertificateRevocationList'; Id = 'InputNotExpected'; More = @{ Ledger = 'none.txt' } }
        @{ Command = 'Test-DeviceConfiguration'; Id = 'InputNotExpected'; More = @{} }
    ) {
        foreach ($bytes in $key.ToDer('Sec1', $null), (Get-Scalar $key)) {
            $failure = (Invoke-Recorded { , [byte[]]$bytes | & $Command @More }).Errors[0]
            $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
            "$($failure.TargetObject)" | Should -Not -Match '\d+ \d+ \d+'
        }
    }

    It 'is a line of a key: nothing of it stands in the error' {
        foreach ($line in $key.ToPem('Sec1', $null) -split "`n" | Select-Object -Skip 1 -First 3) {
            $failure = (Invoke-Recorded { Import-DeviceKey $line }).Errors[0]
            $failure.FullyQualifiedErrorId | Should -BeLike 'PathIsSecret,*'
            (Get-VisibleText $failure) -join "`n" | Should -Not -BeLike "*$($line.Substring(0, 12))*"
        }
    }
}

Describe 'PEM in a variable' {
    BeforeAll {
        $secret = New-DeviceKey
        $pem = $secret.ToPem('Sec1', $null)
        $file = Join-Path (New-Folder) 'key.pem'
        [System.IO.File]::WriteAllText($file, "$pem`n")
        $chain = New-CertificateChain -Name 'Root CA', 'Factory CA'
        $device = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $chain -Key $secret
        $certificates = $device.Chain.ToPem().TrimEnd()
        $root = $chain.Certificates[-1].CertificatePem
    }

    It 'is read by Import-DeviceKey: <How>' -ForEach @(
        @{ How = 'as -Path'; Read = { Import-DeviceKey $pem } }
        @{ How = 'as -LiteralPath'; Read = { Import-DeviceKey -LiteralPath $pem } }
        @{ How = 'from the pipeline'; Read = { $pem | Import-DeviceKey } }
        @{ How = 'as lines'; Read = { Import-DeviceKey (Get-Content -LiteralPath $file) } }
        @{ How = 'as lines from the pipeline'; Read = { Get-Content -LiteralPath $file | Import-DeviceKey } }
        @{ How = 'as one text of a file'; Read = { Get-Content -Raw -LiteralPath $file | Import-DeviceKey } }
    ) {
        $run = Invoke-Recorded $Read
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Fingerprint | Should -Be $secret.Fingerprint
    }

    It 'is one key for each text, and paths pass beside it' {
        $other = New-DeviceKey
        ($pem, $other.ToPem('Pkcs8', $null), $file | Import-DeviceKey).Fingerprint |
            Should -Be $secret.Fingerprint, $other.Fingerprint, $secret.Fingerprint
    }

    It 'is a key where an object is asked for' {
        (New-BootstrapDeviceCredential -EndpointName dev-2 -Issuer $chain -Key $pem).PrivateKey.Fingerprint | Should -Be $secret.Fingerprint
    }

    It 'is a chain for Test-DeviceCertificate and its -Issuer: <How>' -ForEach @(
        @{ How = 'text'; Test = { Test-DeviceCertificate $certificates -Issuer $root } }
        @{ How = 'lines'; Test = { $certificates -split "`n" | Test-DeviceCertificate -Issuer ($root -split "`n") } }
    ) {
        $run = Invoke-Recorded $Test
        $run.Errors | Should -BeNullOrEmpty
        @($run.Output).Count | Should -Be 1
        $run.Output[0].Passed | Should -BeTrue
        $run.Output[0].Path | Should -BeNullOrEmpty
    }

    It 'is a CA with its key, whose location is not the text' {
        $ca = New-CertificateAuthority -Name 'Some CA' -Key $secret
        $read = Import-CertificateAuthority -Path $ca.CertificatePem -KeyPath ($pem -split "`n")
        $read.KeyLocation | Should -Be 'memory'
        (New-BootstrapDeviceCredential -EndpointName dev-3 -Issuer ($ca.CertificatePem + "`n" + $pem)).Issuer | Should -Be 'CN=Some CA'
    }

    It 'is a credential' {
        (Import-DeviceCredential "$certificates`n$pem").EndpointName | Should -Be 'dev-1'
    }

    It 'that is cut short is one error without a character of it' {
        $run = Invoke-Recorded { $pem -split "`n" | Select-Object -SkipLast 1 | Import-DeviceKey }
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PemTruncated,*'
        Assert-NoSecret -Text (Get-VisibleText $run.Errors | Out-String) -Key $secret
    }

    It 'is no device: its lines are one error, and the devices around it are issued' {
        $run = Invoke-Recorded { @('dev-4') + ($pem -split "`n") + 'dev-5' | New-BootstrapDeviceCredential -Issuer $chain }
        $run.Output.EndpointName | Should -Be 'dev-4', 'dev-5'
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'InputIsPem,*'
    }

    It 'is no path to write to' {
        Assert-Failure { New-DeviceKey | Export-DeviceKey -Path $pem } -Id PathIsSecret -Category InvalidArgument
    }
}

Describe 'A path that looks like a key' {
    It 'is a path when it exists: folders are named after digests' {
        $folder = [System.IO.Directory]::CreateDirectory((Join-Path (New-Folder) ('ab12' * 16))).FullName
        $written = New-DeviceKey | Export-DeviceKey -Path (Join-Path $folder 'key.pem')
        (Import-DeviceKey -Path $written.FullName).HasPrivateKey | Should -BeTrue
    }

    It 'is a path when it has words: <_>' -ForEach 'Batch2026Week48A', 'FactoryLine3Lot9', 'DeviceCredsV2Rc1', 'GatewayRev3Lot12',
        'GatewayV2/Fertigung/Los17B/GeraeteListe3', 'out/FwBuild1234/HwRev3B/Line2A/ShiftB/Pkg17' {
        Push-Location -LiteralPath (New-Folder)
        try {
            $credential = New-BootstrapDeviceCredential -EndpointName d -Issuer $issuer
            ($credential | Export-DeviceCredential -Path $_).Path.Replace('\', '/') | Should -BeLike "*/$_/d"
        } finally { Pop-Location }
    }

    It 'is shown when folders of words lead to it' {
        $path = Join-Path (New-Folder) 'Projects/IoTPlatform/DeviceCreds/Factory2/LineB/Batch2026W48B/Devices.csv'
        $null = New-Item -ItemType Directory -Path (Split-Path $path)
        [System.IO.File]::WriteAllText($path, "a,b`n")
        $failure = (Invoke-Recorded { Import-DeviceList $path }).Errors[0]
        "$failure" | Should -BeLike '*Batch2026W48B*'
        $failure.Exception.Path | Should -BeLike '*Batch2026W48B*'
    }

    It 'is not shown as the last line of a key that has a word by chance' {
        # PowerShell shows the line of the script, which has the variable alone.
        $line = 'aB3dE6gHiJ7kword9NoPqR2s'
        $failure = (Invoke-Recorded { Import-DeviceKey $line }).Errors[0]
        $failure.FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
        (Get-VisibleText $failure) -join "`n" | Should -Not -BeLike '*aB3dE6gH*'
    }
}

Describe 'A value that only looks like a secret' {
    It 'is the name of a CA: <_>' -ForEach 'SIG: Gateway', 'Root of Trust: Factory', 'Passcode: Ltd', 'Boarding pass:Fleet' {
        (New-CertificateAuthority -Name $_).Name | Should -BeExactly $_
    }

    It 'is the name of a device: <_>' -ForEach 'gw/pin:7', 'PIN:7', 'board-psk:7', 'a:pass:12', 'urn:dev:ow:10e2073a01080063;pin=3',
        '0x1122334455667788-0x1122334455667788', '00:11:22:33:44:55,66:77:88:99:aa:bb' {
        (New-BootstrapDeviceCredential -EndpointName $_ -Issuer $issuer).EndpointName | Should -BeExactly $_
    }

    It 'is a custom parameter: <_>' -ForEach '@{led_pin="PA5"}', '@{gpio_pin="12"}', '@{led_pin=1234}', '@{k="0123456789abcdefXY"}',
        '@{d=1764265987123456}' {
        $table = & ([scriptblock]::Create($_))
        (New-DeviceConfiguration -FirstToClaim -CustomParameter $table).CustomParameters.Count | Should -Be 1
    }

    It 'is found by the name of its column' {
        $path = Join-Path (New-Folder) 'devices.csv'
        [System.IO.File]::WriteAllText($path, "EndpointName,GroupSKU,Notes`nd1,A-17,J4 pin: P0_13`nd2,A-17,hello`n")
        @(Import-DeviceList $path | Where-Object GroupSKU -EQ 'A-17').Count | Should -Be 2
        @(Import-DeviceList $path | Where-Object Notes -Like '*pin*').Count | Should -Be 1
    }
}

Describe 'A custom parameter that is a secret' {
    It 'is named in the error, and not shown' {
        $run = Invoke-Recorded { New-DeviceConfiguration -FirstToClaim -CustomParameter @{ wifi_password = 'Sw0rdf1sh'; b = 'x' } }
        "$($run.Errors[0])" | Should -BeLike "*'wifi_password' looks like a key or a password*"
        "$($run.Errors[0])" | Should -Not -BeLike '*Sw0rdf1sh*'
    }

    It 'is a member of a JSON Web Key' {
        $run = Invoke-Recorded { New-DeviceConfiguration -FirstToClaim -CustomParameter @{ kty = 'EC'; d = '0123456789abcdefXY' } }
        "$($run.Errors[0])" | Should -BeLike "*'d' looks like a key or a password*"
    }

    It 'of a wrong length is told the right one: -<_>' -ForEach 'RootOfTrust', 'Entropy' {
        $given = @{ $_ = '0123456789abcdef' * 4 }
        $run = Invoke-Recorded { New-DeviceConfiguration -FirstToClaim @given }
        "$($run.Errors[0])" | Should -BeLike "*$_*expected * bytes, found 32.*"
        "$($run.Errors[0])" | Should -Not -BeLike '*0123456789*'
    }
}

Describe 'A secret inside an object of a row' {
    It 'is not shown by <_>' -ForEach 'ConvertTo-Json -Depth 8', 'Format-Custom -Depth 5', 'ConvertTo-Csv' {
        $pem = $key.ToPem('Sec1', $null)
        $row = [pscustomobject]@{
            EndpointName = 'd1'; Site = 'Berlin'; Wifi = [pscustomobject]@{ networks = @([pscustomobject]@{ password = 'Sw0rdf1sh' }) }
            Tls = [pscustomobject]@{ key = [pscustomobject]@{ pem = $pem } }; Place = [pscustomobject]@{ room = 7 }
        }
        $credential = $row | New-BootstrapDeviceCredential -Issuer $issuer
        @($credential.Columns.Keys) | Should -Be 'Site', 'Place'
        $show = [scriptblock]::Create("`$input | $_ | Out-String -Width 4096")
        $failure = ($row | Select-Object -ExcludeProperty EndpointName -Property *, @{ n = 'EndpointName'; e = { ' ' } } |
            New-BootstrapDeviceCredential -Issuer $issuer -ErrorAction Continue 2>&1)
        $text = ($credential | & $show) + [System.Management.Automation.PSSerializer]::Serialize($credential, 6) +
            ($failure.TargetObject | & $show)
        $text | Should -BeLike '*Berlin*'
        $text | Should -Not -BeLike '*Sw0rdf1sh*'
        Assert-NoSecret -Text $text -Key $key
    }
}

Describe 'A password' {
    BeforeAll {
        $ca = New-CertificateAuthority -Name 'Password CA'
        $credential = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca
        # Each cmdlet that encrypts with a password.
        $writers = @{
            'Export-CertificateAuthority' = { param($path, $password) $ca | Export-CertificateAuthority -Path $path -Password $password }
            'Export-DeviceKey' = { param($path, $password) $credential.PrivateKey | Export-DeviceKey -Path $path -Password $password }
            'Export-DeviceCredential' = {
                param($path, $password) $credential | Export-DeviceCredential -Path $path -Format Pem -Password $password
            }
        }
    }

    It 'that ends with a line feed is a warning, and <_> uses it as it is' -ForEach 'Export-CertificateAuthority', 'Export-DeviceKey',
        'Export-DeviceCredential' {
        $path = Join-Path (New-Folder) 'out'
        $output = & $writers[$_] $path (New-Password "secret`n") 3>&1
        $warnings = @($output | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
        $warnings.Count | Should -Be 1
        "$($warnings[0])" | Should -BeLike 'The password ends with a line feed (U+000A).*'
        "$($warnings[0])" | Should -Not -BeLike '*secret*'
    }

    It 'that was typed without the line feed is refused with a hint' {
        $path = Join-Path (New-Folder) 'ca'
        $null = $ca | Export-CertificateAuthority -Path $path -Password (New-Password "secret`n") -WarningAction SilentlyContinue
        Assert-Failure {
            Import-CertificateAuthority -Path $path -Password (New-Password 'secret')
        } -Id PasswordWrong -Category AuthenticationError -Message '*line feed*Get-Content -Raw*'
        (Import-CertificateAuthority -Path $path -Password (New-Password "secret`n")).Name | Should -Be 'Password CA'
    }

    It 'that is a variable which nobody replaced is refused by <_> before anything is written' -ForEach 'Export-CertificateAuthority',
        'Export-DeviceKey', 'Export-DeviceCredential' {
        $path = Join-Path (New-Folder) 'out'
        $write = $writers[$_]
        $run = Invoke-Recorded { & $write $path (New-Password '$(KeyPassword)') }
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PasswordNotExpanded,*'
        "$($run.Errors[0])" | Should -Not -BeLike '*KeyPassword*'
        Test-Path -LiteralPath $path | Should -BeFalse
    }

    It 'opens what was encrypted with such a text before' {
        $path = Join-Path (New-Folder) 'key.pem'
        [System.IO.File]::WriteAllText($path, $credential.PrivateKey.ToPem('Pkcs8', '$(KeyPassword)'.ToCharArray()))
        (Import-DeviceKey -Path $path -Password (New-Password '$(KeyPassword)')).HasPrivateKey | Should -BeTrue
    }
}

Describe 'The target of an error about a row' {
    BeforeAll {
        $ca = New-CertificateAuthority -Name 'Row CA'
        function Get-Target($Row) {
            $failure = (Invoke-Recorded { $Row | New-Lwm2mDeviceCredential -Issuer $ca }).Errors[0]
            [pscustomobject]@{
                Row = $failure.TargetObject
                Text = ($failure | Format-List -Property * -Force | Out-String -Width 4096) + $failure.CategoryInfo
            }
        }
    }

    It 'is the row, to be given again' {
        $row = [pscustomobject]@{ EndpointName = 'dev-1'; Site = 'Berlin' }
        (Get-Target $row).Row | Should -Be $row
    }

    It 'keeps a name that looks like a key, and does not show it: it may be a digest' {
        $digest = 'ab12' * 16
        $target = Get-Target ([pscustomobject]@{ EndpointName = $digest })
        $target.Row.EndpointName | Should -Be $digest
        $target.Text | Should -Not -BeLike "*$digest*"
    }

    It 'keeps a hostile text, and shows it as text' {
        $target = Get-Target ([pscustomobject]@{ EndpointName = 'dev-1'; Site = "##vso[x]$([char]27)" })
        $target.Row.Site | Should -Be "##vso[x]$([char]27)"
        $target.Text | Should -Not -BeLike '*##vso*'
        $target.Text.Contains([char]27) | Should -BeFalse
    }

    It 'has no password and no private key' {
        $target = Get-Target ([pscustomobject]@{
            EndpointName = 'dev-1'; Password = 'Sw0rdf1sh'; Key = (New-DeviceKey).ToPem('Sec1', $null)
        })
        $target.Row.EndpointName | Should -Be 'dev-1'
        $target.Row.Password, $target.Row.Key | Should -Be '(text like a key, not shown)', '(text like a key, not shown)'
        $target.Text | Should -Not -BeLike '*Sw0rdf1sh*'
    }

    It 'has no name that is a key: <What>' -ForEach @(
        @{ What = 'of a property'; Make = { param($name) [pscustomobject]@{ $name = 'x'; EndpointName = '' } } }
        @{ What = 'of an entry'; Make = { param($name) @{ $name = 'x'; EndpointName = '' } } }
    ) {
        $target = Get-Target (& $Make ($key.ToPem('Sec1', $null) -split "`n")[1])
        $text = $target.Text + ($target.Row | ConvertTo-Json -Depth 3) + ($target.Row | Format-List | Out-String -Width 4096)
        $text | Should -BeLike '*not shown*'
        Assert-NoSecret -Text $text -Key $key
    }

    It 'has no password and no private key when the row is <What>' -ForEach @(
        @{ What = 'a row of a database'; Make = { $table.Rows[0] } }
        @{ What = 'a row of a view of it'; Make = { $table.DefaultView[0] } }
        @{ What = 'an object of a class of PowerShell'; Make = { [SecretRow]@{ Notes = $pem } } }
        @{ What = 'an object of a class of C#'; Make = { [CompiledRow]@{ Notes = $pem } } }
        @{ What = 'a hashtable'; Make = { @{ EndpointName = 'dev-1'; Password = 'Sw0rdf1sh'; Notes = $pem } } }
        @{ What = 'an ordered one'; Make = { [ordered]@{ EndpointName = 'dev-1'; Password = 'Sw0rdf1sh'; Notes = $pem } } }
        @{ What = 'a row with a list and a table'; Make = {
                [pscustomobject]@{ EndpointName = 'dev-1'; More = @($pem); Wifi = @{ Password = 'Sw0rdf1sh' } }
            }
        }
        @{ What = 'a file with added properties'; Make = {
                Get-Item -LiteralPath $PSCommandPath | Add-Member EndpointName dev-1 -PassThru |
                    Add-Member Password Sw0rdf1sh -PassThru | Add-Member Notes $pem -PassThru
            }
        }
    ) {
        class SecretRow { [string] $EndpointName = 'dev-1'; [string] $Password = 'Sw0rdf1sh'; [string] $Notes }
        if (-not ('CompiledRow' -as [type])) {
            Add-Type -TypeDefinition 'public class CompiledRow {
                public string EndpointName { get; set; } public string Password { get; set; } public string Notes { get; set; }
                public CompiledRow() { EndpointName = "dev-1"; Password = "Sw0rdf1sh"; } }'
        }
        $pem = $key.ToPem('Sec1', $null)
        $table = [System.Data.DataTable]::new()
        foreach ($name in 'EndpointName', 'Password', 'Notes') { $null = $table.Columns.Add($name) }
        $null = $table.Rows.Add('dev-1', 'Sw0rdf1sh', $pem)
        $row = & $Make
        $failure = (Invoke-Recorded { , $row | New-Lwm2mDeviceCredential -Issuer $ca }).Errors[0]
        $failure.TargetObject.EndpointName | Should -BeExactly 'dev-1'
        $text = ($failure.TargetObject | ConvertTo-Json -Depth 3 -WarningAction Ignore) +
            ($failure.TargetObject | Format-List -Property * -Force | Out-String -Width 4096) + "$($failure.TargetObject)"
        $text | Should -Not -BeLike '*Sw0rdf1sh*'
        Assert-NoSecret -Text $text -Key $key
    }
}
