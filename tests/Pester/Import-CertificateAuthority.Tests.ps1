BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Import-CertificateAuthority' {
    BeforeAll {
        $chain = New-CertificateChain -Name 'Root', 'Line 1'
        $root = New-Folder
        $saved = Join-Path $root 'line [1]'
        $null = $chain.Issuer | Export-CertificateAuthority -Path $saved -NoPassword
        $locked = Join-Path $root 'locked'
        $null = $chain.Issuer | Export-CertificateAuthority -Path $locked -Password (New-Password)
        $certificate, $key = (Join-Path $saved 'CA_cert.pem'), (Join-Path $saved 'CA_private.pem')
    }

    It 'gives back what was exported, as it promises' {
        $read = Import-CertificateAuthority -Path $saved
        $read | Should -BeOfType [DeviceCreds.CertificateAuthority]
        (Get-Command -Name Import-CertificateAuthority).OutputType.Type | Should -Be ([DeviceCreds.CertificateAuthority])
        $read.Fingerprint | Should -Be $chain.Issuer.Fingerprint
        $read.Chain.Certificates.Subject | Should -Be 'CN=Line 1', 'CN=Root'
        $read.KeyLocation | Should -BeExactly $key
        (New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $read | Test-DeviceCertificate -Issuer $chain -Quiet) | Should -BeTrue
    }

    It 'reads by <How>' -ForEach @(
        @{ How = 'folder and position'; Act = { Import-CertificateAuthority $saved } }
        @{ How = 'certificate and key'; Act = { Import-CertificateAuthority -Path $certificate -KeyPath $key } }
        @{ How = 'certificate and key by position'; Act = { Import-CertificateAuthority $certificate $key } }
        @{
            How = 'relative path'
            Act = {
                Push-Location -LiteralPath $saved
                try { Import-CertificateAuthority -Path ./CA_cert.pem -KeyPath ./CA_private.pem } finally { Pop-Location }
            }
        }
        @{
            How = 'PSDrive'
            Act = { $null = New-PSDrive -Name ca -PSProvider FileSystem -Root $root; Import-CertificateAuthority -Path 'ca:/line [1]' }
        }
        @{
            How = 'Get-ChildItem'
            Act = { Get-ChildItem -LiteralPath $root -Directory | Where-Object Name -Like 'line*' | Import-CertificateAuthority }
        }
        @{ How = 'text in the pipeline'; Act = { $saved | Import-CertificateAuthority } }
        @{
            How = 'rows with Path and KeyPath'
            Act = { [pscustomobject]@{ Path = $certificate; KeyPath = $key } | Import-CertificateAuthority }
        }
        @{
            How = 'one file with both'
            Act = {
                $both = Join-Path $root 'both.pem'
                [System.IO.File]::WriteAllText($both, [System.IO.File]::ReadAllText($certificate) + [System.IO.File]::ReadAllText($key))
                Import-CertificateAuthority -Path $both
            }
        }
        @{ How = 'password'; Act = { Import-CertificateAuthority -Path $locked -Password (New-Password) } }
    ) {
        $read = & $Act
        @($read).Count | Should -Be 1
        $read.Fingerprint | Should -Be $chain.Issuer.Fingerprint
        $read.KeyLocation | Should -Not -BeNullOrEmpty
    }

    It 'reads a certificate alone, for trust' {
        $public = Import-CertificateAuthority -Path $certificate
        $public.KeyLocation | Should -BeNullOrEmpty
        ($public | Out-String -Width 200) | Should -Match '\(no key\)'
        New-BootstrapDeviceCredential -EndpointName d -Issuer $chain | Test-DeviceCertificate -Issuer $public -Quiet | Should -BeTrue
    }

    It 'reads the CA that the document''s commands make' {
        Assert-Tool openssl
        $folder = New-Folder
        $null = Invoke-Tool openssl ecparam -out "$folder/CA_private.pem" -name prime256v1 -genkey
        $null = Invoke-Tool openssl req -key "$folder/CA_private.pem" -new -x509 -days 12775 -sha256 -out "$folder/CA_cert.pem" `
            -subj '/CN=Their CA' -addext 'keyUsage=critical,digitalSignature,keyCertSign,cRLSign'
        $theirs = Import-CertificateAuthority -Path "$folder/CA_cert.pem" -KeyPath "$folder/CA_private.pem"
        $theirs.Name | Should -BeExactly 'Their CA'
        # It begins now, and a device certificate must begin later and before now.
        Start-Sleep -Milliseconds 2100
        New-BootstrapDeviceCredential -EndpointName d -Issuer $theirs | Test-DeviceCertificate -Issuer $theirs -Quiet | Should -BeTrue
    }

    It 'refuses <What>: <Id>' -ForEach @(
        @{
            What = 'what is not there'
            Id = 'FileNotFound'
            Category = 'ObjectNotFound'
            Given = { @{ Path = (Join-Path $root 'gone') } }; Message = '*gone*'
        }
        @{
            What = 'a key that is not there'
            Id = 'FileNotFound'
            Category = 'ObjectNotFound'
            Given = { @{ Path = $certificate; KeyPath = (Join-Path $root 'gone.key') } }; Message = '*gone.key*'
        }
        @{
            What = 'another CA''s key'
            Id = 'KeyMismatch'
            Category = 'InvalidOperation'
            Given = { New-Sample Key (Join-Path $root 'other.key'); @{ Path = $certificate; KeyPath = (Join-Path $root 'other.key') } }
            Message = '*Line 1*'
        }
        @{
            What = 'a locked key without its password'
            Id = 'PasswordMissing'
            Category = 'AuthenticationError'
            Given = { @{ Path = $locked } }; Message = '*-Password*'
        }
        @{
            What = 'a wrong password'
            Id = 'PasswordWrong'
            Category = 'AuthenticationError'
            Given = { @{ Path = $locked; Password = (New-Password wrong) } }; Message = '*CA_private.pem*'
        }
        @{
            What = 'a key as the certificate'
            Id = 'CertificateNotFound'
            Category = 'InvalidData'
            Given = { @{ Path = $key } }
            Message = '*CA_private.pem*'
        }
        @{
            What = 'a provider without files'
            Id = 'PathNotInFileSystem'
            Category = 'InvalidArgument'
            Given = { @{ Path = 'env:PATH' } }; Message = '*Environment*'
        }
    ) {
        $given = & $Given
        Assert-Failure { Import-CertificateAuthority @given } -Id $Id -Category $Category -Message $Message -Target $given.Path
    }

    It 'tells with -Verbose whether it can issue' {
        (Import-CertificateAuthority -Path $saved -Verbose 4>&1 | Out-String -Width 400) | Should -BeLike '*has its key in*'
        (Import-CertificateAuthority -Path $certificate -Verbose 4>&1 | Out-String -Width 400) | Should -BeLike '*cannot issue*'
    }
}
