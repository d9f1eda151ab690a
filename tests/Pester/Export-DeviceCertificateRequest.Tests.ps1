BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'OutputPaths.ps1')) -Command Export-DeviceCertificateRequest -Subject Request

Describe 'Export-DeviceCertificateRequest' {
    BeforeAll { $folder = New-Folder }

    It 'writes <Form> to <Name>' -ForEach @(
        @{ Name = 'a.pem'; Given = @{}; Form = 'PEM' }
        @{ Name = 'a.csr'; Given = @{}; Form = 'PEM' }
        @{ Name = 'a.der'; Given = @{}; Form = 'DER' }
        @{ Name = 'b.pem'; Given = @{ Format = 'Der' }; Form = 'DER' }
        @{ Name = 'b.der'; Given = @{ Format = 'Pem' }; Form = 'PEM' }
    ) {
        Assert-Tool openssl
        $path = Join-Path $folder $Name
        $request = New-DeviceCertificateRequest -EndpointName dev-7 -AccountId acc
        $null = $request | Export-DeviceCertificateRequest -Path $path @Given
        Invoke-Tool openssl req -in $path -inform $Form -verify -noout -subject | Should -Match 'CN ?= ?dev-7'
        (Import-DeviceCertificateRequest -Path $path).Pem | Should -BeExactly $request.Pem
    }

    It 'leaves the request usable, whatever was written from it' {
        $request = New-DeviceCertificateRequest -EndpointName dev-8
        $null = $request | Export-DeviceCertificateRequest -Path (Join-Path $folder 'once.der')
        $null = $request | Export-DeviceCertificateRequest -Path (Join-Path $folder 'twice.der')
        (Get-FileHash -LiteralPath (Join-Path $folder 'twice.der')).Hash |
            Should -Be (Get-FileHash -LiteralPath (Join-Path $folder 'once.der')).Hash
    }

    It 'holds no private key' {
        $request = New-DeviceCertificateRequest -EndpointName dev-9
        $path = Join-Path $folder 'public.csr'
        $null = Export-DeviceCertificateRequest -Request $request -Path $path
        Find-Secret -Text ([System.IO.File]::ReadAllText($path)) -Key $request.Key | Should -BeNullOrEmpty
    }
}
