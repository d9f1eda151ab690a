BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared',
    'OutputPaths.ps1')) -Command Export-CertificateAuthority -Subject Authority -With @{ NoPassword = $true } -Files 'CA_cert.pem',
    'CA_chain.pem', 'CA_private.pem' -Secret 'CA_private.pem'

Describe 'Export-CertificateAuthority' {
    BeforeAll {
        $folder = New-Folder
        $chain = New-CertificateChain -Name 'Root', 'Line 1'
    }

    It 'writes <Names> with <Choice>' -ForEach @(
        @{ Choice = 'Password'; Names = 'CA_cert.pem', 'CA_chain.pem', 'CA_private.pem' }
        @{ Choice = 'NoPassword'; Names = 'CA_cert.pem', 'CA_chain.pem', 'CA_private.pem' }
        @{ Choice = 'NoPrivateKey'; Names = 'CA_cert.pem', 'CA_chain.pem' }
    ) {
        $path = Join-Path $folder $Choice
        $given = @{ $Choice = if ($Choice -eq 'Password') { New-Password } else { $true } }
        $files = $chain.Issuer | Export-CertificateAuthority -Path $path @given
        $files.Name | Should -Be $Names
        Get-Tree $path | Should -Be $Names
        @(Get-DeviceCertificate -Path (Join-Path $path 'CA_cert.pem')).Subject | Should -Be 'CN=Line 1'
        @(Get-DeviceCertificate -Path (Join-Path $path 'CA_chain.pem')).Subject | Should -Be 'CN=Line 1', 'CN=Root'
    }

    It 'asks how the key is to be kept, rather than writing it unprotected' {
        $sets = (Get-Command -Name Export-CertificateAuthority).ParameterSets
        # Without any of them the cmdlet asks for a new password, and here nobody can be asked.
        foreach ($set in $sets | Where-Object Name -NE Password) {
            @($set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -in 'NoPassword', 'NoPrivateKey', 'Format' }).Name |
                Should -Be $set.Name
        }
        Assert-Failure {
            $chain.Issuer | Export-CertificateAuthority -Path (Join-Path $folder nobody)
        } -Id PasswordMissing -Category AuthenticationError -Message '*-Password*-NoPassword*'
        Join-Path $folder nobody | Should -Not -Exist
        { Export-CertificateAuthority -CertificateAuthority $chain.Issuer -Path (Join-Path $folder both) -NoPassword -NoPrivateKey } |
            Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'encrypts the key' {
        Assert-Tool openssl
        $path = Join-Path $folder locked
        $null = $chain.Issuer | Export-CertificateAuthority -Path $path -Password (New-Password tall-order)
        [System.IO.File]::ReadAllText((Join-Path $path 'CA_private.pem')) | Should -BeLike '-----BEGIN ENCRYPTED PRIVATE KEY-----*'
        $public = Invoke-Tool openssl pkey -in (Join-Path $path 'CA_private.pem') -passin pass:tall-order -pubout
        $public | Should -Be (Invoke-Tool openssl x509 -in (Join-Path $path 'CA_cert.pem') -noout -pubkey)
    }

    It 'makes a folder for its owner alone, when a key goes into it' {
        Assert-Unix
        $null = $chain.Issuer | Export-CertificateAuthority -Path (Join-Path $folder mine) -NoPassword
        Get-Mode (Join-Path $folder mine) | Should -Be 700
    }

    It 'has no key to write of a CA that came without one' {
        $null = $chain.Issuer | Export-CertificateAuthority -Path (Join-Path $folder public) -NoPrivateKey
        $public = Import-CertificateAuthority -Path (Join-Path $folder public)
        Assert-Failure {
            $public | Export-CertificateAuthority -Path (Join-Path $folder again) -NoPassword
        } -Id IssuerWithoutKey -Category InvalidArgument -Message '*-NoPrivateKey*' -Target 'Line 1'
        Join-Path $folder again | Should -Not -Exist
    }

    It 'writes each CA of a chain into a folder of its own' {
        $path = Join-Path $folder 'each'
        $null = $chain.Authorities | Export-CertificateAuthority -Path { Join-Path $path $_.Name } -NoPassword
        (Import-CertificateAuthority -Path (Join-Path $path 'Root')).KeyLocation |
            Should -Be (Join-Path $path 'Root' | Join-Path -ChildPath 'CA_private.pem')
        $again = New-CertificateAuthority -Name 'Line 2' -Issuer (Import-CertificateAuthority -Path (Join-Path $path 'Root'))
        (New-BootstrapDeviceCredential -EndpointName d -Issuer $again | Test-DeviceCertificate -Issuer $chain.Root).Passed | Should -BeTrue
    }

    It 'writes of a chain the CA that issues devices, and says which keys are not saved' {
        $path = Join-Path $folder 'chain'
        $run = Invoke-Recorded { $chain | Export-CertificateAuthority -Path $path -NoPassword 3>&1 }
        $warning = @($run.Output | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
        "$warning" | Should -BeLike "Only 'Line 1' is written*'Root'*Authorities*"
        (Import-CertificateAuthority -Path $path).Name | Should -Be 'Line 1'
        @(
            $chain | Export-CertificateAuthority -Path (Join-Path $folder 'without') -NoPrivateKey 3>&1 |
                Where-Object { $_ -is [System.Management.Automation.WarningRecord] }
        ).Count | Should -Be 0
    }

    It 'refuses the chain of a supplier, whose keys nobody has' {
        $other = $chain.Certificates | New-CertificateChain
        $other.Authorities.Count | Should -Be 0
        { $other | Export-CertificateAuthority -Path (Join-Path $folder 'other') -NoPassword -ErrorAction Stop } |
            Should -Throw '*private key*'
    }

    It 'writes what Azure needs to know of a CA, and says how its name was changed' {
        $path = Join-Path $folder 'azure'
        $run = Invoke-Recorded { $chain.Issuer | Export-CertificateAuthority -Path $path -Format AzureDps 3>&1 }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output[0] | Should -BeOfType [System.Management.Automation.WarningRecord]
        "$($run.Output[0])" | Should -BeLike "'Line 1' cannot be the ID*found ' ' at position 5*The ID is 'Line-1'."
        Get-Tree $path | Should -Be 'CA_azure.json'
        $group = Get-Content -LiteralPath (Join-Path $path 'CA_azure.json') -Raw | ConvertFrom-Json
        $group.enrollmentGroupId, $group.provisioningStatus | Should -Be 'Line-1', 'enabled'
        $group.attestation.x509.signingCertificates.primary.certificate.Trim() | Should -Be $chain.Issuer.CertificatePem
    }

    It 'needs no key and no password for Azure, and replaces its file only with -Force' {
        $public = New-CertificateAuthority -Name 'Root-2'
        $null = $public | Export-CertificateAuthority -Path (Join-Path $folder 'root-2') -NoPrivateKey
        $public = Import-CertificateAuthority -Path (Join-Path $folder 'root-2')
        $path = Join-Path $folder 'azure-2'
        $warnings = @()
        ($public | Export-CertificateAuthority -Path $path -Format AzureDps -WarningVariable warnings).Name | Should -Be 'CA_azure.json'
        $warnings | Should -BeNullOrEmpty
        Assert-Failure { $public | Export-CertificateAuthority -Path $path -Format AzureDps } -Id FileExists -Category ResourceExists
        ($public | Export-CertificateAuthority -Path $path -Format AzureDps -Force).Name | Should -Be 'CA_azure.json'
        $null = $public | Export-CertificateAuthority -Path (Join-Path $folder 'azure-3') -Format AzureDps -WhatIf
        Join-Path $folder 'azure-3' | Should -Not -Exist
    }

    It 'refuses a name that nothing of is left for Azure' {
        $name = -join [char[]] (0x5DE5, 0x5834)
        Assert-Failure {
            New-CertificateAuthority -Name $name | Export-CertificateAuthority -Path (Join-Path $folder 'none') -Format AzureDps
        } -Id EnrollmentGroupNotPossible -Category InvalidArgument -Message '*found none*-NoPrivateKey*' -Target $name
        Join-Path $folder 'none' | Should -Not -Exist
    }
}
