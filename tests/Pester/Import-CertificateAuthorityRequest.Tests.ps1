BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'InputPaths.ps1')) -Command Import-CertificateAuthorityRequest -Sample Request

Describe 'Import-CertificateAuthorityRequest' {
    It 'gives what was asked for' {
        $path = Join-Path (New-Folder) 'ca.csr'
        $made = New-CertificateAuthorityRequest -Name 'Sub CA' -Key (New-DeviceKey) -PathLength 2
        $null = $made | Export-CertificateAuthorityRequest -Path $path
        $read = Import-CertificateAuthorityRequest -Path $path
        $read | Should -BeOfType [DeviceCreds.CertificateAuthorityRequest]
        $read.Name, $read.Subject, $read.PathLength, $read.AsksForAuthority | Should -Be 'Sub CA', 'CN=Sub CA', 2, $true
        $read.Pem | Should -BeExactly $made.Pem
        $read.KeyLocation, $read.Key | Should -Be $null, $null
    }

    It 'reads a request that does not say that it is for a CA' {
        Assert-Tool openssl
        $folder = New-Folder
        $key = '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', "$folder/k"
        $null = Invoke-Tool openssl req -new @key -subj '/CN=Sub' -out "$folder/r"
        (Import-CertificateAuthorityRequest -Path "$folder/r").AsksForAuthority | Should -BeFalse
    }

    It 'refuses one that was altered' {
        $path = Join-Path (New-Folder) 'ca.der'
        $der = (New-CertificateAuthorityRequest -Name 'Sub CA' -Key (New-DeviceKey)).Der
        $der[-1] = $der[-1] -bxor 1
        [System.IO.File]::WriteAllBytes($path, $der)
        Assert-Failure { Import-CertificateAuthorityRequest -Path $path } -Id RequestSignatureInvalid -Category InvalidData
    }
}
