BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'InputPaths.ps1')) -Command Get-DeviceCertificate -Sample Certificate

Describe 'Get-DeviceCertificate' {
    BeforeAll {
        $folder = New-Folder
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $device = New-Lwm2mDeviceCredential -EndpointName dev-1 -AccountId acc -Issuer $chain
        $bundle = Join-Path $folder 'chain.pem'
        [System.IO.File]::WriteAllText($bundle, $device.ChainPem + "`n")
    }

    It 'gives a DeviceCertificate for each certificate of the file, in its order, as it promises' {
        $read = Get-DeviceCertificate -Path $bundle
        $read | Should -BeOfType [DeviceCreds.DeviceCertificate]
        (Get-Command -Name Get-DeviceCertificate).OutputType.Type | Should -Be ([DeviceCreds.DeviceCertificate])
        $read.Subject | Should -Be 'CN=dev-1,OU=acc', 'CN=Line', 'CN=Root'
        $read.Position | Should -Be 1, 2, 3
        $read.Path | Sort-Object -Unique | Should -BeExactly $bundle
    }

    It 'says of a device''s certificate: <Property> is <Value>' -ForEach @(
        @{ Property = 'EndpointName'; Value = 'dev-1' }
        @{ Property = 'AccountId'; Value = 'acc' }
        @{ Property = 'Issuer'; Value = 'CN=Line' }
        @{ Property = 'Encoding'; Value = 'Pem' }
        @{ Property = 'KeyAlgorithm'; Value = 'an EC key on P-256' }
        @{ Property = 'SignatureAlgorithm'; Value = 'ecdsa-with-SHA256' }
        @{ Property = 'KeyUsage'; Value = 'DigitalSignature' }
        @{ Property = 'EnhancedKeyUsage'; Value = 'clientAuth' }
        @{ Property = 'IsCertificateAuthority'; Value = $false }
        @{ Property = 'IsSelfSigned'; Value = $false }
    ) {
        (Get-DeviceCertificate -Path $bundle | Select-Object -First 1).$Property | Should -Be $Value
    }

    It 'says of the root that it is a CA''s, signed by itself' {
        $root = Get-DeviceCertificate -Path $bundle | Select-Object -Last 1
        $root.IsCertificateAuthority, $root.IsSelfSigned | Should -Be $true, $true
    }

    It 'agrees with openssl about <Field>' -ForEach @(
        @{ Field = 'serial'; Ours = { $_.SerialNumber } }
        @{ Field = 'fingerprint -sha256'; Ours = { $_.Fingerprint } }
        @{ Field = 'fingerprint -sha1'; Ours = { $_.Thumbprint } }
    ) {
        Assert-Tool openssl
        $theirs = (Invoke-Tool openssl x509 -in $bundle -noout @("-$Field" -split ' ')) -replace '^.*=' -replace ':'
        Get-DeviceCertificate -Path $bundle | Select-Object -First 1 | ForEach-Object $Ours | Should -Be $theirs
    }

    It 'reads <_>' -ForEach 'text around it', 'CRLF', 'a byte-order mark', 'UTF-16', 'UTF-16 with the other byte first', 'DER',
        'DER one after the other', 'no newline at the end', 'a key in the same file' {
        $path = Join-Path $folder (($_ -replace '\W') + '.bin')
        $pem = $device.ChainPem
        $expected = 3
        switch ($_) {
            'text around it' { [System.IO.File]::WriteAllText($path, "Bag Attributes`n  x: y`n$pem`nend`n") }
            'CRLF' { [System.IO.File]::WriteAllText($path, $pem.Replace("`n", "`r`n")) }
            'a byte-order mark' { [System.IO.File]::WriteAllText($path, $pem, [System.Text.UTF8Encoding]::new($true)) }
            'UTF-16' { [System.IO.File]::WriteAllText($path, $pem, [System.Text.UnicodeEncoding]::new($false, $true)) }
            'UTF-16 with the other byte first' {
                [System.IO.File]::WriteAllText($path, $pem, [System.Text.UnicodeEncoding]::new($true, $true))
            }
            'DER' { [System.IO.File]::WriteAllBytes($path, $device.CertificateDer); $expected = 1 }
            'DER one after the other' {
                [System.IO.File]::WriteAllBytes($path, [byte[]]($chain.Leaf.Certificate.RawData + $chain.Root.Certificate.RawData))
                $expected = 2
            }
            'no newline at the end' { [System.IO.File]::WriteAllText($path, $pem.TrimEnd()) }
            'a key in the same file' { [System.IO.File]::WriteAllText($path, $device.PrivateKey.ToPem() + "`n" + $pem) }
        }
        @(Get-DeviceCertificate -Path $path -ErrorAction Stop).Count | Should -Be $expected
    }

    It 'reads PKCS#7 <_>, and so does whoever reads certificates' -ForEach 'in PEM', 'in DER', 'under the label CERTIFICATE',
        'in Base64 alone' {
        Assert-Tool openssl
        $path = Join-Path $folder "chain-$($_ -replace '\W').p7b"
        $form = if ($_ -eq 'in DER') { 'DER' } else { 'PEM' }
        $null = Invoke-Tool openssl crl2pkcs7 -nocrl -certfile $bundle -outform $form -out $path
        switch ($_) {
            'under the label CERTIFICATE' {
                [System.IO.File]::WriteAllText($path, [System.IO.File]::ReadAllText($path).Replace('PKCS7', 'CERTIFICATE'))
            }
            'in Base64 alone' { [System.IO.File]::WriteAllText($path, ([System.IO.File]::ReadAllText($path) -replace '-----.*-----')) }
        }
        (Get-DeviceCertificate -Path $path).Subject | Sort-Object | Should -Be 'CN=dev-1,OU=acc', 'CN=Line', 'CN=Root'
        $server = Join-Path $folder 'server.p7b'
        [System.IO.File]::WriteAllText((Join-Path $folder 'root.pem'), $chain.Root.CertificatePem)
        $null = Invoke-Tool openssl crl2pkcs7 -nocrl -certfile (Join-Path $folder 'root.pem') -outform $form -out $server
        $device | Test-DeviceCertificate -Issuer $server -Quiet | Should -BeTrue
        (New-DeviceConfiguration -ServerUri 'coaps://lwm2m.example.com:5684?aid=acc' `
            -ServerCertificate $server).ServerCertificate.Subject | Should -BeExactly 'CN=Root'
        (Import-CertificateAuthority -Path $path).Subject | Should -BeExactly 'CN=dev-1,OU=acc'
        (Get-DeviceCertificate -Path $path | New-CertificateChain).Certificates.Subject | Should -Be 'CN=dev-1,OU=acc', 'CN=Line', 'CN=Root'
        (Import-DeviceCredential -Path $path).Chain.Length | Should -Be 3
    }

    It 'reads certificates <_>' -ForEach 'glued together without a line break', 'within JSON', 'with \n for line breaks',
        'percent-encoded' {
        $path = Join-Path $folder "wrapped-$($_ -replace '\W')"
        $pem = $device.ChainPem
        $text = switch ($_) {
            'glued together without a line break' { $pem.Replace("-----`n-----", '----------') }
            'within JSON' { @{ data = @{ certificate = $pem } } | ConvertTo-Json }
            'with \n for line breaks' { $pem.Replace("`n", '\n') }
            'percent-encoded' { [uri]::EscapeDataString($pem) }
        }
        [System.IO.File]::WriteAllText($path, $text)
        (Get-DeviceCertificate -Path $path).Subject | Should -Be 'CN=dev-1,OU=acc', 'CN=Line', 'CN=Root'
    }

    It 'says why it cannot read a certificate' {
        $cut = Join-Path $folder 'cut.pem'
        $der = $device.CertificateDer
        [System.IO.File]::WriteAllText($cut,
            "-----BEGIN CERTIFICATE-----`n$([System.Convert]::ToBase64String($der, 0, 200))`n-----END CERTIFICATE-----`n")
        Assert-Failure {
            Get-DeviceCertificate -Path $cut
        } -Id CertificateMalformed -Category InvalidData -Message "*incomplete: expected $($der.Length) bytes, found 200*" -Target $cut
    }

    It 'tells a <Sample> from a certificate' -ForEach @(
        @{ Sample = 'Key' }
        @{ Sample = 'Request' }
    ) {
        $path = Join-Path $folder "not-$Sample.pem"
        New-Sample $Sample $path
        Assert-Failure {
            Get-DeviceCertificate -Path $path
        } -Id CertificateNotFound -Category InvalidData -Message "*found: *$Sample*" -Target $path
    }

    It 'reads certificates that a device would refuse: <Arguments>' -ForEach @(
        @{ Arguments = '-newkey rsa:2048'; Key = 'RSA' }
        @{ Arguments = '-newkey ec -pkeyopt ec_paramgen_curve:secp384r1'; Key = 'secp384r1' }
        @{ Arguments = '-newkey ed25519'; Key = 'Ed25519' }
    ) {
        Assert-Tool openssl
        $path = Join-Path $folder (($Arguments -replace '\W') + '.pem')
        $null = Invoke-Tool openssl req -x509 @($Arguments -split ' ') -nodes -keyout (Join-Path $folder 'other.key') -out $path `
            -subj /CN=other -days 30
        (Get-DeviceCertificate -Path $path).KeyAlgorithm | Should -BeLike "*$Key*"
    }

    It 'is shown as a row a certificate, without the path''s folders' {
        $text = Get-DeviceCertificate -Path $bundle | Out-String -Width 200
        $text | Should -Match '(?m)^# +Subject +Issuer +NotAfter +CA +Path'
        $text | Should -Match '(?m)^1 +CN=dev-1,OU=acc +CN=Line +\d{4}-\d\d-\d\d +False +chain\.pem'
        $text | Should -Match '(?m)^3 +CN=Root +CN=Root +\d{4}-\d\d-\d\d +True +chain\.pem'
        $text | Should -Not -Match ([regex]::Escape($folder))
    }

    It 'can be indexed and compared' {
        $read = Get-DeviceCertificate -Path $bundle
        $read[1] -eq (Get-DeviceCertificate -Path $bundle)[1] | Should -BeTrue
        $read[0] -eq $read[1] | Should -BeFalse
    }

    It 'takes file objects by their exact names, as an argument, in a list and through the pipeline' {
        $odd = New-Folder
        foreach ($name in 'a[1].pem', 'a1.pem') { Copy-Item -LiteralPath $bundle -Destination (Join-Path $odd $name) }
        $file = Get-Item -LiteralPath (Join-Path $odd 'a[1].pem')
        (Get-DeviceCertificate -Path $file)[0].Path | Should -BeExactly $file.FullName
        (Get-DeviceCertificate -Path @($file, $file)).Path | Select-Object -Unique | Should -BeExactly $file.FullName
        ($file | Get-DeviceCertificate)[0].Path | Should -BeExactly $file.FullName
        (Get-DeviceCertificate -Path (Join-Path $odd 'a[1].pem'))[0].Path | Should -BeLike '*a1.pem'
    }
}
