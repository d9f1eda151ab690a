# The common mistakes with files: each is recognised, and said with what to do.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $files = New-Folder
    $chain = New-CertificateChain -Name 'Root CA', 'Line CA'
    $ca = $chain.Issuer
    $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $ca
    $request = New-DeviceCertificateRequest -EndpointName dev
    foreach ($form in 'Pem', 'Der') {
        $extension = $form.ToLowerInvariant()
        $null = Export-DeviceKey -Key $credential.PrivateKey -Path (Join-Path $files "key.$extension") -Format $form
        $null = Export-DeviceCertificateRequest -Request $request -Path (Join-Path $files "request.$extension") -Format $form
    }
    [System.IO.File]::WriteAllText((Join-Path $files 'certificate.pem'), $credential.CertificatePem)
    [System.IO.File]::WriteAllBytes((Join-Path $files 'certificate.der'), $credential.CertificateDer)
    [System.IO.File]::WriteAllText((Join-Path $files 'ca.pem'), $chain.ToPem())
    [System.IO.File]::WriteAllText((Join-Path $files 'text.txt'), 'hello')
    $store = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($credential.CertificateDer)
    [System.IO.File]::WriteAllBytes((Join-Path $files 'device.pfx'), $store.Export('Pkcs12', 'x'))
}

Describe 'A path that names no file' {
    BeforeEach {
        $folder = New-Folder
        [System.IO.File]::WriteAllText("$folder/index.txt", '')
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'is refused by <Command> for <Path>, and nothing is created' -ForEach @(
        foreach ($path in 'new/', 'new\', ' ', 'new/ ') {
            @{
                Command = 'New-BootstrapDeviceCredential'
                Path = $path
                With = @{ EndpointName = 'dev'; Issuer = 'ca' }
                For = 'Ledger'
            }
            @{
                Command = 'New-Lwm2mDeviceCredential'
                Path = $path
                With = @{ EndpointName = 'dev'; Issuer = 'ca'; AccountId = 'a' }
                For = 'Ledger'
            }
            @{
                Command = 'Update-DeviceCredential'
                Path = $path
                With = @{ Credential = 'credential'; Issuer = 'ca' }
                For = 'Ledger'
            }
            @{ Command = 'New-CertificateAuthority'; Path = $path; With = @{ Name = 'R' }; For = 'Ledger' }
            @{ Command = 'New-CertificateChain'; Path = $path; With = @{ Name = 'R', 'L' }; For = 'Ledger' }
            @{ Command = 'Update-CertificateAuthority'; Path = $path; With = @{ CertificateAuthority = 'root' }; For = 'Ledger' }
            @{ Command = 'Merge-IssuanceLedger'; Path = $path; With = @{ Path = 'index.txt' }; For = 'Destination' }
            @{
                Command = 'Send-DeviceCredential'
                Path = $path
                With = @{ Credential = 'credential'; Address = '127.0.0.1' }
                For = 'Journal'
            }
            @{
                Command = 'New-CertificateAuthorityProof'
                Path = $path
                With = @{ CertificateAuthority = 'ca'; Code = '1' }
                For = 'Path'
            }
        }
    ) {
        $given = @{ $For = $Path }
        foreach ($key in $With.Keys) {
            $given[$key] = switch ("$($With[$key])") {
                'ca' { $ca }
                'root' { $chain.Authorities[1] }
                'credential' { $credential }
                default { $With[$key] }
            }
        }
        $run = Invoke-Recorded { try { & $Command @given -Confirm:$false } catch { Write-Error -ErrorRecord $_ } }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].Exception.ErrorId | Should -Be PathInvalid
        $run.Errors[0].Exception.Message | Should -BeLike '*expected *, found *'
        [System.IO.Directory]::GetFileSystemEntries($folder) | Split-Path -Leaf | Should -Be index.txt
    }

    It 'may be a folder for archives, also where it ends like a file''s name' {
        ($credential | Export-DeviceCredential -Path 'new/day.tar/' -Archive Tar -Force:$false).Count | Should -Be 1
        Get-Tree $folder | Should -Be 'index.txt', 'new/day.tar/devices.tar', 'new/day.tar/devices.tar.json'
    }

    It 'does not leave a lock beside a folder that is given for a journal' {
        $null = [System.IO.Directory]::CreateDirectory("$folder/taken")
        { $credential | Send-DeviceCredential -Address 127.0.0.1 -Journal taken } | Should -Throw '*expected a journal, found a folder*'
        Get-Tree $folder | Should -Be index.txt
    }
}

Describe '<Command> of <File>' -ForEach @(
    @{
        Command = 'Import-DeviceKey'
        File = 'certificate.pem'
        Id = 'KeyNotFound'
        Says = '*certificate file*key is usually in a file of its own*'
    }
    @{
        Command = 'Import-DeviceKey'
        File = 'certificate.der'
        Id = 'KeyIsCertificate'
        Says = '*this is a certificate, not a private key*'
    }
    @{ Command = 'Import-DeviceKey'; File = 'request.pem'; Id = 'KeyNotFound'; Says = '*found: a certificate signing request*' }
    @{ Command = 'Import-DeviceKey'; File = 'request.der'; Id = 'KeyIsCertificate'; Says = '*this is a certificate signing request*' }
    @{ Command = 'Import-DeviceKey'; File = 'device.pfx'; Id = 'KeyInPkcs12'; Says = '*.pfx*Import-DeviceCredential*' }
    @{ Command = 'Import-DeviceKey'; File = 'text.txt'; Id = 'KeyNotRecognised'; Says = '*neither PEM nor DER*' }
    @{ Command = 'Get-DeviceCertificate'; File = 'key.pem'; Id = 'CertificateNotFound'; Says = '*found: a private key*' }
    @{ Command = 'Get-DeviceCertificate'; File = 'key.der'; Id = 'CertificateNotFound'; Says = '*found: a private key*' }
    @{
        Command = 'Get-DeviceCertificate'
        File = 'request.pem'
        Id = 'CertificateNotFound'
        Says = '*found: a certificate signing request*'
    }
    @{
        Command = 'Get-DeviceCertificate'
        File = 'request.der'
        Id = 'CertificateNotFound'
        Says = '*found: a certificate signing request*'
    }
    @{ Command = 'Get-DeviceCertificate'; File = 'device.pfx'; Id = 'CertificateNotFound'; Says = '*format Pfx*Import-DeviceCredential*' }
    @{ Command = 'Test-DeviceCertificate'; File = 'device.pfx'; Id = 'CertificateNotFound'; Says = '*format Pfx*Import-DeviceCredential*' }
    @{ Command = 'Test-DeviceCertificate'; File = 'key.pem'; Id = 'CertificateNotFound'; Says = '*found: a private key*' }
    @{ Command = 'Import-DeviceCertificateRequest'; File = 'certificate.pem'; Id = 'RequestNotFound'; Says = '*found: a certificate)*' }
    @{
        Command = 'Import-DeviceCertificateRequest'; File = 'certificate.der'; Id = 'RequestNotFound'; Says = '*found: a certificate)*'
    }
    @{ Command = 'Import-DeviceCertificateRequest'; File = 'key.pem'; Id = 'RequestNotFound'; Says = '*found: a private key*' }
    @{ Command = 'Import-DeviceCertificateRequest'; File = 'key.der'; Id = 'RequestNotFound'; Says = '*found: a private key*' }
    @{ Command = 'Import-DeviceCertificateRequest'; File = 'device.pfx'; Id = 'RequestNotFound'; Says = '*.pfx*' }
) {
    It 'says what it is: <Id>' {
        $path = Join-Path $files $File
        Assert-Failure { & $Command -Path $path } -Id $Id -Category InvalidData -Message "$path*$Says" -Target $path
    }
}

Describe 'An argument of another sort' {
    It 'is named: <What>' -ForEach @(
        @{
            What = '-Key, a path'
            Says = '*not a path*Import-DeviceKey*'
            Action = { New-DeviceCertificateRequest -EndpointName dev -Key (Join-Path $files 'key.pem') }
        }
        @{
            What = '-Key, a file'
            Says = '*not a path*Import-DeviceKey*'
            Action = { Test-DeviceCertificate -Credential $credential -Key (Get-Item (Join-Path $files 'key.pem')) }
        }
        @{
            What = '-Key, a certificate'
            Says = '*Expected a key, found a certificate*Import-DeviceKey*'
            Action = { New-CertificateAuthority -Name CA -Key $chain.Leaf }
        }
        @{
            What = '-Key, a credential'; Says = '*PrivateKey*'; Action = { Test-DeviceCertificate -Credential $credential -Key $credential }
        }
        @{
            What = '-Issuer, a device''s certificate'
            Says = '*not a CA*'
            Action = { New-BootstrapDeviceCredential -EndpointName dev -Issuer $credential.Chain.Leaf }
        }
        @{
            What = '-Issuer, a CA without key'
            Says = '*without its private key*Import-CertificateAuthority*'
            Action = { New-BootstrapDeviceCredential -EndpointName dev -Issuer $chain.Root }
        }
    ) {
        $run = Invoke-Recorded $Action
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        $run.Errors[0].Exception.Message | Should -BeLike $Says
    }

    It 'is answered with the names that there are: <What>' -ForEach @(
        @{ What = '-Kind'; Names = 'Bootstrap', 'Lwm2m'; Action = { Test-DeviceCertificate -Credential $credential -Kind Bootsrap } }
        @{
            What = 'Export-DeviceKey -Format'
            Names = 'Pem', 'Der'
            Action = { Export-DeviceKey -Key $credential.PrivateKey -Path (Join-Path $files 'new.pem') -Format Pen }
        }
        @{
            What = 'Export-DeviceCredential -Format'
            Names = 'Pem', 'Der', 'FccBundle', 'Kcm'
            Action = { Export-DeviceCredential -Credential $credential -Path (Join-Path $files 'out') -Format Pen }
        }
    ) {
        $run = Invoke-Recorded $Action
        foreach ($name in $Names) { $run.Errors[0].Exception.Message | Should -BeLike "*$name*" }
    }
}

Describe 'Import-CertificateAuthority' {
    It 'warns of a certificate that is a device''s' {
        $null = Import-CertificateAuthority -Path (Join-Path $files 'certificate.pem') -KeyPath (Join-Path $files 'key.pem') `
            -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike '*not a CA*cannot issue*'
        $null = Import-CertificateAuthority -Path (Join-Path $files 'ca.pem') -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
    }
}

Describe 'Import-DeviceCredential' {
    It 'warns of a CA among the devices' {
        $folder = New-Folder
        $null = $credential | Export-DeviceCredential -Path $folder
        $null = Import-DeviceCredential -Path $folder -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        $null = $ca | Export-CertificateAuthority -Path "$folder/ca" -NoPassword
        $null = Import-DeviceCredential -Path $folder -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike "$(Join-Path $folder 'ca')*CA_cert.pem: *CA's certificate*"
    }
}

Describe 'Test-DeviceCertificate' {
    It 'knows a CA''s certificate when it sees one' {
        $report = Test-DeviceCertificate -Path (Join-Path $files 'ca.pem')
        $report.Passed | Should -BeFalse
        $report.Failed.Where({ $_.Id -eq 'BasicConstraints' }).Recommendation | Should -BeLike "*your CA's certificate*"
    }

    It 'knows PEM under a DER name' {
        Copy-Item -LiteralPath (Join-Path $files 'certificate.pem') -Destination (Join-Path $files 'named.der')
        (Test-DeviceCertificate -Path (Join-Path $files 'named.der')).Warnings.Message | Should -BeLike '*holds PEM*'
    }
}
