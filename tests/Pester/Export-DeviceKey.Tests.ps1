BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'OutputPaths.ps1')) -Command Export-DeviceKey -Subject Key -Secret ''

Describe 'Export-DeviceKey' {
    BeforeAll { $folder = New-Folder }

    It 'writes <Encoding> to <Name> as <Head>' -ForEach @(
        @{ Name = 'a.pem'; Encoding = 'Sec1'; Head = '-----BEGIN EC PRIVATE KEY-----' }
        @{ Name = 'b.pem'; Encoding = 'Pkcs8'; Head = '-----BEGIN PRIVATE KEY-----' }
        @{ Name = 'c'; Encoding = 'Sec1'; Head = '-----BEGIN EC PRIVATE KEY-----' }
    ) {
        $path = Join-Path $folder $Name
        $null = New-DeviceKey | Export-DeviceKey -Path $path -Encoding $Encoding
        $lines = [System.IO.File]::ReadAllText($path).Split("`n")
        $lines[0] | Should -BeExactly $Head
        $lines[-1] | Should -BeExactly '' -Because 'a text file ends with a newline'
        [System.IO.File]::ReadAllText($path) | Should -Not -Match "`r"
    }

    It 'writes <Length> bytes of <Encoding> to <Name>' -ForEach @(
        @{ Name = 'a.der'; Encoding = 'Sec1'; Length = 121 }
        @{ Name = 'b.DER'; Encoding = 'Pkcs8'; Length = 138 }
    ) {
        (New-DeviceKey | Export-DeviceKey -Path (Join-Path $folder $Name) -Encoding $Encoding).Length | Should -Be $Length
    }

    It 'lets -Format win over the ending' {
        $null = New-DeviceKey | Export-DeviceKey -Path (Join-Path $folder 'really.der') -Format Pem
        [System.IO.File]::ReadAllText((Join-Path $folder 'really.der')) | Should -BeLike '-----BEGIN EC PRIVATE KEY-----*'
    }

    It 'writes what openssl reads: <Encoding> in <Format>' -ForEach @(
        foreach ($format in 'Pem', 'Der') { foreach ($encoding in 'Sec1', 'Pkcs8') { @{ Format = $format; Encoding = $encoding } } }
    ) {
        Assert-Tool openssl
        $key = New-DeviceKey
        $path = Join-Path $folder "openssl-$Format-$Encoding"
        $null = Export-DeviceKey -Key $key -Path $path -Format $Format -Encoding $Encoding
        (Invoke-Tool openssl pkey -in $path -inform $Format.ToUpperInvariant() -pubout).Trim() | Should -Be $key.PublicKeyPem.Trim()
    }

    It 'encrypts with a password, so that openssl opens it and nobody without' {
        Assert-Tool openssl
        $key = New-DeviceKey
        $path = Join-Path $folder 'locked.pem'
        $null = $key | Export-DeviceKey -Path $path -Password (New-Password 'tall-order')
        $text = [System.IO.File]::ReadAllText($path)
        $text | Should -BeLike '-----BEGIN ENCRYPTED PRIVATE KEY-----*'
        Find-Secret -Text $text -Key $key | Should -BeNullOrEmpty
        (Invoke-Tool openssl pkey -in $path -passin pass:tall-order -pubout).Trim() | Should -Be $key.PublicKeyPem.Trim()
        { Invoke-Tool openssl pkey -in $path -passin pass:another -noout } | Should -Throw
    }

    It 'says that SEC 1 cannot be encrypted, and writes nothing' {
        $path = Join-Path $folder 'sec1-locked.pem'
        Assert-Failure {
            New-DeviceKey | Export-DeviceKey -Path $path -Encoding Sec1 -Password (New-Password)
        } -Id EncodingNotEncryptable -Category InvalidArgument -Message '*PKCS#8*' -Target $path
        $path | Should -Not -Exist
    }

    It 'has no private half of a request''s key to write' {
        $file = Join-Path $folder 'request.pem'
        New-Sample Request $file
        $path = Join-Path $folder 'public.pem'
        Assert-Failure {
            (Import-DeviceCertificateRequest -Path $file).Key | Export-DeviceKey -Path $path
        } -Id KeyIsPublic -Category InvalidArgument -Message '*PublicKeyPem*' -Target $path
        $path | Should -Not -Exist
    }

    It 'does not write a second key over the first of the same pipeline' {
        $path = Join-Path $folder 'two.pem'
        Assert-Failure { $null = New-DeviceKey 2 | Export-DeviceKey -Path $path } -Id FileExists -Category ResourceExists -Target $path
    }

    It 'completes <Parameter> with <Values>' -ForEach @(
        @{ Parameter = 'Format'; Values = 'Der', 'Pem' }
        @{ Parameter = 'Encoding'; Values = 'Pkcs8', 'Sec1' }
    ) {
        $line = "Export-DeviceKey -$Parameter "
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be $Values
    }

    It 'puts the key nowhere but into the file: <_>' -ForEach 'verbose, debug and all other streams', 'the files'' display' {
        $key = New-DeviceKey
        $path = Join-Path $folder ([System.IO.Path]::GetRandomFileName())
        $text = switch ($_) {
            'verbose, debug and all other streams' { Export-DeviceKey -Key $key -Path $path -Verbose -Debug *>&1 | Out-String -Width 400 }
            default { Export-DeviceKey -Key $key -Path $path | Format-List -Property * -Force | Out-String -Width 400 }
        }
        Find-Secret -Text $text -Key $key | Should -BeNullOrEmpty
        Find-Secret -Text ([System.IO.File]::ReadAllText($path)) -Key $key | Should -Not -BeNullOrEmpty
    }
}
