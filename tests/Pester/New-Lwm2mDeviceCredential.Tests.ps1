BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'NewCredential.ps1')) -Command New-Lwm2mDeviceCredential -With @{
    AccountId = '0123456789abcdef0123456789abcdef'
}

Describe 'New-Lwm2mDeviceCredential' {
    BeforeAll {
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $account = '0123456789abcdef0123456789abcdef'
        $uri = "coaps://lwm2m.example.com:5684?aid=$account"
    }

    It 'compares the account of a row with that of the request' {
        $request = New-DeviceCertificateRequest -EndpointName dev-1 -AccountId $account
        $other = [pscustomobject]@{ EndpointName = 'dev-1'; AccountId = 'other' }
        Assert-Failure {
            $other | New-Lwm2mDeviceCredential -Request $request -Issuer $ca
        } -Id RequestAccountDiffers -Category InvalidOperation
    }

    It 'puts the account ID into the subject, from <From>' -ForEach @(
        @{ From = '-AccountId'; Given = { @{ AccountId = $account } }; Row = { @{} } }
        @{ From = '-aid'; Given = { @{ aid = $account } }; Row = { @{} } }
        @{ From = '-ServerUri'; Given = { @{ ServerUri = $uri } }; Row = { @{} } }
        @{ From = 'the column AccountId'; Given = { @{} }; Row = { @{ AccountId = $account } } }
        @{ From = 'the column aid'; Given = { @{} }; Row = { @{ aid = $account } } }
        @{ From = 'the column ServerUri'; Given = { @{} }; Row = { @{ ServerUri = $uri } } }
        @{ From = 'the column AccountId beside an empty ServerUri'; Given = { @{} }; Row = { @{ AccountId = $account; ServerUri = '' } } }
        @{ From = 'the column ServerUri beside an empty AccountId'; Given = { @{} }; Row = { @{ AccountId = ''; ServerUri = $uri } } }
        @{ From = '-AccountId beside columns that are empty'; Given = { @{ AccountId = $account } }; Row = { @{ ServerUri = '' } } }
        @{ From = 'both, when they agree'; Given = { @{ ServerUri = $uri } }; Row = { @{ AccountId = $account } } }
    ) {
        $given = & $Given
        $row = & $Row
        $row.EndpointName = 'dev-1'
        $credential = [pscustomobject]$row | New-Lwm2mDeviceCredential -Issuer $ca @given
        $credential.Kind | Should -Be Lwm2m
        $credential.AccountId | Should -BeExactly $account
        $credential.Subject | Should -BeExactly "CN=dev-1,OU=$account"
    }

    It 'takes each row''s own account' {
        $credentials = 'one', 'two' | ForEach-Object { [pscustomobject]@{ CN = "dev-$_"; aid = "account-$_" } } |
            New-Lwm2mDeviceCredential -Issuer $ca
        $credentials.AccountId | Should -Be 'account-one', 'account-two'
    }

    It 'takes the account ID of a request, and wants it to agree' {
        $request = New-DeviceCertificateRequest -EndpointName dev-2 -AccountId $account
        ($request | New-Lwm2mDeviceCredential -Issuer $ca).AccountId | Should -BeExactly $account
        Assert-Failure {
            New-Lwm2mDeviceCredential -Request $request -AccountId other -Issuer $ca
        } -Id RequestAccountDiffers -Category InvalidOperation -Message '*other*'
    }

    It 'refuses <Id>: <Given>' -ForEach @(
        @{ Id = 'AccountIdMissing'; Given = @{}; Message = '*-AccountId*-ServerUri*' }
        @{ Id = 'AccountIdMissing'; Given = @{ AccountId = '' }; Message = '*-AccountId*' }
        @{ Id = 'AccountIdMissing'; Given = @{ AccountId = ''; ServerUri = '' }; Message = '*-AccountId*' }
        @{ Id = 'AccountIdTooLong'; Given = @{ AccountId = 'a' * 65 }; Message = '*65*64*' }
        @{ Id = 'AccountIdInvalidCharacter'; Given = @{ AccountId = "a`n" }; Message = '*U+000A*' }
        @{ Id = 'ServerUriScheme'; Given = @{ ServerUri = 'https://example.com?aid=a' }; Message = '*coaps://*' }
        @{ Id = 'ServerUriScheme'; Given = @{ ServerUri = 'nothing like it' }; Message = '*coaps://*' }
        @{ Id = 'ServerUriWithoutAccountId'; Given = @{ ServerUri = 'coaps://example.com' }; Message = '*?aid=*' }
        @{ Id = 'ServerUriAccountIdNotLast'; Given = @{ ServerUri = 'coaps://example.com?aid=a&b=c' }; Message = '*last*' }
        @{ Id = 'AccountIdAmbiguous'; Given = @{ AccountId = 'b'; ServerUri = 'coaps://example.com?aid=a' }; Message = '*one of them*' }
    ) {
        Assert-Failure {
            New-Lwm2mDeviceCredential -EndpointName dev-1 -Issuer $ca @Given
        } -Id $Id -Category InvalidArgument -Message $Message -Target dev-1
    }

    It 'issues to the second of two rows of a device when the first is refused, on <Threads> threads' -ForEach @(
        @{ Threads = 1 }, @{ Threads = 8 }
    ) {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $names = 1..25 | ForEach-Object { "twice-$_" }
        $null = $names | New-Lwm2mDeviceCredential -AccountId a -Issuer $ca -Ledger $ledger
        $rows = foreach ($name in $names) { 'a', 'b' | ForEach-Object { [pscustomobject]@{ EndpointName = $name; AccountId = $_ } } }
        $run = Invoke-Recorded { $rows | New-Lwm2mDeviceCredential -Issuer $ca -Ledger $ledger -ThrottleLimit $Threads }
        $run.Output.EndpointName | Should -BeExactly $names
        $run.Output.AccountId | Select-Object -Unique | Should -Be 'b'
        $run.Errors.FullyQualifiedErrorId | Select-Object -Unique | Should -BeLike 'EndpointHasCertificate,*'
        @($run.Errors).Count | Should -Be 25
    }
}
