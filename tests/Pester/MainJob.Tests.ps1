BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

# Import-Csv devices.csv | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path out
Describe 'The main job' {
    BeforeAll { $ca = New-CertificateAuthority -Name 'Factory CA' }

    BeforeEach {
        $folder = New-Folder
        $csv = Join-Path $folder 'devices.csv'
        $out = Join-Path $folder 'out'
    }

    It 'makes a folder a device, in the list''s order, from <_>' -ForEach 'a plain list', 'a byte-order mark', 'CRLF',
        'no newline at the end', 'all of these', 'UTF-16', 'quotes', 'other columns' {
        $names = 'dev-c', 'dev-a', 'dev-b'
        $text = "EndpointName,AccountId`n" + (($names | ForEach-Object { "$_,acc" }) -join "`n") + "`n"
        $encoding = [System.Text.UTF8Encoding]::new($false)
        switch ($_) {
            'a byte-order mark' { $encoding = [System.Text.UTF8Encoding]::new($true) }
            'CRLF' { $text = $text.Replace("`n", "`r`n") }
            'no newline at the end' { $text = $text.TrimEnd() }
            'all of these' { $encoding = [System.Text.UTF8Encoding]::new($true); $text = $text.TrimEnd().Replace("`n", "`r`n") }
            'UTF-16' { $encoding = [System.Text.Encoding]::Unicode }
            'quotes' { $text = $text -replace '([^,\n]+)', '"$1"' }
            'other columns' { $text = "line,endpoint_name,note`n" + (($names | ForEach-Object { "7,$_,x y" }) -join "`n") }
        }
        [System.IO.File]::WriteAllText($csv, $text, $encoding)

        $exported = Import-Csv -LiteralPath $csv | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out
        $exported.EndpointName | Should -Be $names
        $exported.Path | Should -Be @($names | ForEach-Object { Join-Path $out $_ })
        @(Get-Tree $out).Count | Should -Be 12
        foreach ($name in $names) {
            Test-DeviceCertificate -Path "$out/$name/BootstrapDeviceCert.pem" -EndpointName $name -Issuer $ca `
                -Key (Import-DeviceKey -Path "$out/$name/BootstrapDevicePrivateKey.der") -Quiet | Should -BeTrue
        }
    }

    It 'reports one bad row as one error with the row as its target, and goes on: <What>' -ForEach @(
        @{ What = 'empty name'; Bad = ''; Id = 'EndpointNameEmpty' }
        @{ What = 'name that is too long'; Bad = 'x' * 65; Id = 'EndpointNameTooLong' }
        @{ What = 'name that came before'; Bad = 'dev-1'; Id = 'EndpointNameDuplicate' }
        @{ What = 'name with a tab'; Bad = "dev`t9"; Id = 'EndpointNameInvalidCharacter' }
    ) {
        [System.IO.File]::WriteAllText($csv, "EndpointName,Line`ndev-1,1`n`"$Bad`",2`ndev-3,3`n")
        $run = Invoke-Recorded {
            Import-Csv -LiteralPath $csv | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out
        }
        $run.Ended | Should -BeFalse
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $run.Errors[0].TargetObject.Line | Should -BeExactly '2'
        $run.Errors[0].Exception.Message | Should -BeLike 'Row 2: *'
        $run.Output.EndpointName | Should -Be 'dev-1', 'dev-3'
        [System.IO.Directory]::GetDirectories($out) | Split-Path -Leaf | Sort-Object | Should -Be 'dev-1', 'dev-3'
    }

    It 'never replaces a credential in a second run, and says so for each device' {
        [System.IO.File]::WriteAllText($csv, "EndpointName`ndev-1`ndev-2`n")
        $null = Import-Csv -LiteralPath $csv | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out
        $before = Get-Tree $out | ForEach-Object { (Get-FileHash -LiteralPath "$out/$_").Hash }
        $run = Invoke-Recorded {
            Import-Csv -LiteralPath $csv | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out
        }
        $run.Output.Count | Should -Be 0
        $run.Errors.TargetObject.EndpointName | Should -Be 'dev-1', 'dev-2'
        Get-Tree $out | ForEach-Object { (Get-FileHash -LiteralPath "$out/$_").Hash } | Should -Be $before
    }

    It 'stays inside its folder, whatever the list says' {
        [System.IO.File]::WriteAllText($csv, "EndpointName`n../up`n/etc/x`n..`na\..\b`nC:\x`n")
        $null = Import-Csv -LiteralPath $csv | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out -Format Pem
        Get-Tree $folder | Where-Object { $_ -notlike 'out/*/Bootstrap*' } | Should -Be devices.csv
        @([System.IO.Directory]::GetDirectories($out)).Count | Should -Be 5
    }

    It 'writes nothing with -WhatIf at the end' {
        $null = 'a', 'b' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out -WhatIf
        $out | Should -Not -Exist
    }

    It 'makes 500 credentials with 500 keys and 500 serial numbers' {
        $credentials = 1..500 | ForEach-Object { [pscustomobject]@{ EndpointName = "dev-$_" } } | New-BootstrapDeviceCredential -Issuer $ca
        @($credentials.SerialNumber | Sort-Object -Unique).Count | Should -Be 500
        @($credentials.PrivateKey.Fingerprint | Sort-Object -Unique).Count | Should -Be 500
    }
}

Describe 'What must not leak' {
    BeforeAll {
        $folder = New-Folder
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $credentials = 'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca
        $reports = $credentials | Test-DeviceCertificate -Issuer $ca
        $requests = 'dev-3' | New-DeviceCertificateRequest

        # The text of what is shown or kept, by the way in which it is.
        function Get-Form([object[]] $Value, [string] $Way) {
            $path = Join-Path $folder ([System.IO.Path]::GetRandomFileName())
            switch ($Way) {
                'Export-Csv' { $Value | Export-Csv -LiteralPath $path; [System.IO.File]::ReadAllText($path) }
                'ConvertTo-Json -Depth 5' { $Value | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue }
                'Export-Clixml' { $Value | Export-Clixml -LiteralPath $path -Depth 4; [System.IO.File]::ReadAllText($path) }
                'Out-String' { $Value | Out-String -Width 300 }
                'Format-List *' { $Value | Format-List -Property * -Force | Out-String -Width 300 }
                'Format-Custom' { $Value | Format-Custom -Depth 4 | Out-String -Width 300 }
                'text' { ($Value | ForEach-Object { "$_" }) -join "`n" }
                'Select-Object *' { $Value | Select-Object -Property * | ConvertTo-Csv | Out-String -Width 300 }
                'ConvertTo-Xml' { ($Value | ConvertTo-Xml -Depth 4).OuterXml }
                'transcript' {
                    $null = Start-Transcript -LiteralPath $path
                    $Value | Out-Host
                    $null = Stop-Transcript
                    [System.IO.File]::ReadAllText($path)
                }
            }
        }
    }

    It 'is in no <_> of a credential, its report, its request, its key' -ForEach 'Export-Csv', 'ConvertTo-Json -Depth 5',
        'Export-Clixml', 'Out-String', 'Format-List *', 'Format-Custom', 'text', 'Select-Object *', 'ConvertTo-Xml' {
        $keys = @($credentials.PrivateKey) + @($requests.Key)
        $keys.Count | Should -Be 3
        foreach ($value in $credentials, $reports, $requests, $keys, @($ca)) {
            $text = (Get-Form $value $_) -join "`n"
            $text.Length | Should -BeGreaterThan 5
            foreach ($key in $keys) { Find-Secret -Text $text -Key $key | Should -BeNullOrEmpty }
        }
    }

    It 'is in no stream of the job, and in no transcript of it' {
        $path = Join-Path $folder 'transcript.txt'
        $null = Start-Transcript -LiteralPath $path -IncludeInvocationHeader
        $streams = 'dev-5', '', 'dev-6' |
            New-BootstrapDeviceCredential -Issuer $ca -Verbose -Debug -ErrorAction Continue -OutVariable all *>&1 |
            ForEach-Object {
                if ($_ -is [DeviceCreds.DeviceCredential]) {
                    $_ | Export-DeviceCredential -Path (Join-Path $folder 'streams') -Verbose -Debug *>&1
                } else { $_ }
            }
        $text = $streams | Out-String -Width 300
        $null = Stop-Transcript
        $text | Should -Match 'Issued [0-9A-F]+ to ''dev-5'''
        $issued = @($all | Where-Object { $_ -is [DeviceCreds.DeviceCredential] })
        $issued.Count | Should -Be 2
        foreach ($one in $issued) {
            Find-Secret -Text ($text + [System.IO.File]::ReadAllText($path)) -Key $one.PrivateKey | Should -BeNullOrEmpty
            # The search can find it where it is.
            $pem = [System.IO.File]::ReadAllText((Join-Path $folder "streams/$($one.EndpointName)/BootstrapDevicePrivateKey.pem"))
            Find-Secret -Text $pem -Key $one.PrivateKey | Should -Not -BeNullOrEmpty
        }
    }

    It 'is in no transcript of what is shown at the prompt' {
        $null = Invoke-ChildShell "
            `$c = 'dev-7' | New-BootstrapDeviceCredential -Issuer (New-CertificateAuthority CA)
            `$null = Start-Transcript '$folder/shown.txt'
            `$c
            `$c | Format-List *
            `$c.PrivateKey
            `$null = Stop-Transcript
            `$null = `$c.PrivateKey | Export-DeviceKey '$folder/shown.key'"
        $shown = [System.IO.File]::ReadAllText("$folder/shown.txt")
        $shown | Should -BeLike '*dev-7*'
        Find-Secret -Text $shown -Key (Import-DeviceKey -Path "$folder/shown.key") | Should -BeNullOrEmpty
    }

    It 'stays in no file of a credential but the key''s' {
        $out = Join-Path $folder 'files'
        $null = $credentials[0] | Export-DeviceCredential -Path $out
        foreach ($file in Get-Tree $out) {
            $text = [Convert]::ToBase64String([System.IO.File]::ReadAllBytes("$out/$file")) + "`n" +
                [System.IO.File]::ReadAllText("$out/$file")
            [bool](Find-Secret -Text $text -Key $credentials[0].PrivateKey) | Should -Be ($file -like '*PrivateKey*') -Because $file
        }
    }
}
