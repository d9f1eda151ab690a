BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'NewCredential.ps1')) -Command New-BootstrapDeviceCredential

Describe 'New-BootstrapDeviceCredential' {
    BeforeAll { $ca = New-CertificateAuthority -Name 'Factory CA' }

    It 'makes a subject of the endpoint name alone' {
        $credential = [pscustomobject]@{ EndpointName = 'dev-1'; AccountId = 'abc' } | New-BootstrapDeviceCredential -Issuer $ca
        $credential.Kind | Should -Be Bootstrap
        $credential.Subject | Should -BeExactly 'CN=dev-1'
        $credential.AccountId | Should -BeNullOrEmpty
    }

    It 'has no -AccountId' {
        { New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca -AccountId abc } | Should -Throw -ErrorId 'NamedParameterNotFound,*'
    }
}
