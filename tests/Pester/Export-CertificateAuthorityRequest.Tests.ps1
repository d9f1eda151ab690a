BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

$paths = @{ Command = 'Export-CertificateAuthorityRequest'; Subject = 'AuthorityRequest' }
. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'OutputPaths.ps1')) @paths

Describe 'Export-CertificateAuthorityRequest' {
    It 'writes <Form> to <Name>, and no private key' -ForEach @(
        @{ Name = 'a.csr'; Given = @{}; Form = 'PEM' }
        @{ Name = 'a.der'; Given = @{}; Form = 'DER' }
        @{ Name = 'b.csr'; Given = @{ Format = 'Der' }; Form = 'DER' }
    ) {
        Assert-Tool openssl
        $path = Join-Path (New-Folder) $Name
        $key = New-DeviceKey
        $request = New-CertificateAuthorityRequest -Name 'Sub CA' -Key $key
        $null = $request | Export-CertificateAuthorityRequest -Path $path @Given
        Invoke-Tool openssl req -in $path -inform $Form -verify -noout -subject | Should -Match 'CN ?= ?Sub CA'
        Find-Secret -Text ([System.IO.File]::ReadAllText($path)) -Key $key | Should -BeNullOrEmpty
    }
}
