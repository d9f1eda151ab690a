BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

    # No 12 characters of the key in a row: of its hexadecimal, or of its Base64 at any offset.
    function Assert-NoSecret {
        param([Parameter(Mandatory)] [AllowEmptyString()] [string] $Text, [Parameter(Mandatory)] $Key)
        [byte[]] $scalar = Get-Scalar $Key
        $scalar.Count | Should -Be 32
        $spellings = @(-join ($scalar | ForEach-Object { $_.ToString('X2') })) + (0..2 | ForEach-Object { [Convert]::ToBase64String($scalar, $_, 30 - $_ - (30 - $_) % 3) })
        $flat = $Text -replace '\s', ''
        foreach ($spelling in $spellings) {
            for ($i = 0; $i + 12 -le $spelling.Length; $i++) { $flat.IndexOf($spelling.Substring($i, 12), [System.StringComparison]::OrdinalIgnoreCase) | Should -BeLessThan 0 }
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
            @{ What = $what; How = 'Export-Clixml'; Show = { param($object) $path = Join-Path $folder "$([guid]::NewGuid()).xml"; $object | Export-Clixml -Path $path -Depth 4; [System.IO.File]::ReadAllText($path) } }
            @{ What = $what; How = 'ConvertTo-Json'; Show = { param($object) $object | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue } }
            @{ What = $what; How = 'Format-List *'; Show = { param($object) $object | Format-List -Property * -Force | Out-String -Width 300 } }
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
            New-BootstrapDeviceCredential -EndpointName d -Issuer (New-CertificateAuthority Issuer) -Key (Import-DeviceKey '$folder/ca/CA_private.pem') | Export-DeviceCredential -Path '$folder/out'
            `$ca | Export-CertificateAuthority -Path '$folder/ca'
            Stop-Transcript | Out-Null
"@ | Out-Null
        $text = [System.IO.File]::ReadAllText($transcript)
        $text | Should -BeLike '*Secret CA*'
        Assert-NoSecret -Text $text -Key $key
    }
}
