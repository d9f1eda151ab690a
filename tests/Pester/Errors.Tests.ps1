# One thing that goes wrong with each cmdlet: its id, its category, what it is about, and what to do next.
BeforeDiscovery {
    $cases = @(
        @{
            Command = 'Compare-IssuanceLedger'
            What = 'no folder'
            Id = 'FolderNotFound'; Category = 'ObjectNotFound'
            Target = '*none'; Advice = '*Export-DeviceCredential*'
            Action = { Compare-IssuanceLedger -Ledger "$folder/index.txt" -Path "$folder/none" }
        }
        @{
            Command = 'Export-CertificateAuthority'
            What = 'files that are there'
            Id = 'FileExists'
            Category = 'ResourceExists'
            Target = 'Factory CA'; Advice = '*-Force*'; Action = { $ca | Export-CertificateAuthority -Path "$folder/ca" -NoPassword }
        }
        @{
            Command = 'Export-CertificateAuthorityRequest'
            What = 'a file that is there'
            Id = 'FileExists'
            Category = 'ResourceExists'
            Target = '*text.txt'; Advice = '*-Force*'
            Action = {
                New-CertificateAuthorityRequest -Name Sub -Key (New-DeviceKey) |
                    Export-CertificateAuthorityRequest -Path "$folder/text.txt"
            }
        }
        @{
            Command = 'Export-CertificateRevocationList'
            What = 'a file that is there'
            Id = 'FileExists'
            Category = 'ResourceExists'
            Target = '*text.txt'; Advice = '*-Force*'
            Action = {
                New-CertificateRevocationList -Issuer $ca -Ledger (New-Ledger) | Export-CertificateRevocationList -Path "$folder/text.txt"
            }
        }
        @{
            Command = 'Export-DeviceCertificateReport'
            What = 'a file that is there'
            Id = 'FileExists'
            Category = 'ResourceExists'
            Target = '*text.txt'
            Advice = '*-Force*'
            Action = { $credential | Test-DeviceCertificate | Export-DeviceCertificateReport -Path "$folder/text.txt" -Format Csv }
        }
        @{
            Command = 'Export-DeviceCertificateRequest'
            What = 'a file that is there'
            Id = 'FileExists'
            Category = 'ResourceExists'
            Target = '*'; Advice = '*-Force*'; Action = { $request | Export-DeviceCertificateRequest -Path "$folder/text.txt" }
        }
        @{
            Command = 'Export-DeviceCredential'
            What = 'an unknown format'
            Id = 'FormatUnknown'
            Category = 'InvalidArgument'
            Target = '*out'; Advice = '*FccBundle*'; Action = { $credential | Export-DeviceCredential -Path "$folder/out" -Format Pen }
        }
        @{
            Command = 'Export-DeviceKey'
            What = 'a file that is there'
            Id = 'FileExists'
            Category = 'ResourceExists'
            Target = '*text.txt'; Advice = '*-Force*'; Action = { $credential.PrivateKey | Export-DeviceKey -Path "$folder/text.txt" }
        }
        @{
            Command = 'Export-DeviceKeyRequest'
            What = 'a request that is there'
            Id = 'FileExists'
            Category = 'ResourceExists'
            Target = 'dev'; Advice = '*-Force*'; Action = { 'dev' | Export-DeviceKeyRequest -Path "$folder/requests" -Kind Bootstrap }
        }
        @{
            Command = 'Get-CertificateAuthority'
            What = 'no library'
            Id = 'Pkcs11LibraryNotFound'
            Category = 'ObjectNotFound'
            Target = '*'; Advice = '*'
            Action = { Get-CertificateAuthority -Pkcs11Library "$folder/none.so" -Uri 'pkcs11:token=t;object=o' -Pin (New-Password) }
        }
        @{
            Command = 'Get-DeviceCertificate'
            What = 'no file'
            Id = 'FileNotFound'
            Category = 'ObjectNotFound'
            Target = '*none.pem'
            Advice = '*path*'; Action = { Get-DeviceCertificate -Path "$folder/none.pem" }
        }
        @{
            Command = 'Get-DeviceInjection'
            What = 'no journal'
            Id = 'FileNotFound'
            Category = 'ObjectNotFound'
            Target = '*none.jsonl'
            Advice = '*path*'; Action = { Get-DeviceInjection -Journal "$folder/none.jsonl" }
        }
        @{
            Command = 'Get-IssuedCertificate'
            What = 'something else'
            Id = 'LedgerFieldCount'
            Category = 'InvalidData'
            Target = '*text.txt'; Advice = '*'; Action = { Get-IssuedCertificate -Ledger "$folder/text.txt" }
        }
        @{
            Command = 'Import-CertificateAuthority'
            What = 'no folder'
            Id = 'FileNotFound'
            Category = 'ObjectNotFound'
            Target = '*none'; Advice = '*'; Action = { Import-CertificateAuthority -Path "$folder/none" }
        }
        @{
            Command = 'Import-CertificateAuthorityRequest'
            What = 'another file'
            Id = 'RequestNotRecognised'
            Category = 'InvalidData'
            Target = '*text.txt'; Advice = '*'; Action = { Import-CertificateAuthorityRequest -Path "$folder/text.txt" }
        }
        @{
            Command = 'Import-DeviceCertificateRequest'
            What = 'a pattern without a file'
            Id = 'FileNotFound'
            Category = 'ObjectNotFound'
            Target = '*.req'
            Advice = '*-LiteralPath*'
            Action = { Import-DeviceCertificateRequest -Path "$folder/*.req" }
        }
        @{
            Command = 'Import-DeviceCredential'
            What = 'nothing in it'
            Id = 'CredentialNotFound'
            Category = 'ObjectNotFound'
            Target = '*'; Advice = '*'; Action = { Import-DeviceCredential -Path $empty }
        }
        @{
            Command = 'Import-DeviceKey'
            What = 'a folder'
            Id = 'PathIsFolder'
            Category = 'InvalidArgument'
            Target = '*ca'
            Advice = '*'; Action = { Import-DeviceKey -Path "$folder/ca" }
        }
        @{
            Command = 'Import-DeviceList'
            What = 'a bad row'
            Id = 'EndpointNameDuplicate'
            Category = 'InvalidData'
            Target = '*list.csv:3'; Advice = '*Remove*'; Action = { Import-DeviceList -Path "$folder/list.csv" | Select-Object -Skip 1 }
        }
        @{
            Command = 'Import-DeviceResponse'
            What = 'something else'
            Id = 'ResponseWrongType'
            Category = 'InvalidData'
            Target = '*text.txt'; Advice = '*'; Action = { Import-DeviceResponse -Path "$folder/text.txt" }
        }
        @{
            Command = 'Merge-IssuanceLedger'
            What = 'no ledger'
            Id = 'FileNotFound'
            Category = 'ObjectNotFound'
            Target = '*all.txt'
            Advice = '*'; Action = { Merge-IssuanceLedger -Path "$folder/none.txt" -Destination "$folder/all.txt" }
        }
        @{
            Command = 'New-BootstrapDeviceCredential'
            What = 'a name that is too long'
            Id = 'EndpointNameTooLong'
            Category = 'InvalidArgument'; Target = 'xxx*'; Advice = '*'; Action = { 'x' * 65 | New-BootstrapDeviceCredential -Issuer $ca }
        }
        @{
            Command = 'New-CertificateAuthority'
            What = 'to outlive the CA above'
            Id = 'ValidityOutlivesIssuer'
            Category = 'InvalidOperation'
            Target = '*'
            Advice = '*'
            Action = { New-CertificateAuthority -Name Sub -Issuer $ca -ValidYears 40 }
        }
        @{
            Command = 'New-CertificateAuthorityProof'
            What = 'a code with a space'
            Id = 'CodeInvalid'
            Category = 'InvalidArgument'
            Target = '*'; Advice = '*Azure*AWS*'
            Action = { $ca | New-CertificateAuthorityProof -Code '12 34' }
        }
        @{
            Command = 'New-CertificateAuthorityRequest'
            What = 'a negative path length'
            Id = 'PathLengthNegative'
            Category = 'InvalidArgument'
            Target = 'Sub'; Advice = '*0*'; Action = { New-CertificateAuthorityRequest -Name Sub -PathLength -1 }
        }
        @{
            Command = 'New-CertificateChain'
            What = 'a name twice'
            Id = 'NameDuplicate'
            Category = 'InvalidOperation'
            Target = '*'
            Advice = '*name of its own*'; Action = { New-CertificateChain -Name Root, Root }
        }
        @{
            Command = 'New-CertificateRevocationList'
            What = 'no ledger'
            Id = 'FileNotFound'
            Category = 'ObjectNotFound'
            Target = '*none.txt'; Advice = '*'; Action = { New-CertificateRevocationList -Issuer $ca -Ledger "$folder/none.txt" }
        }
        @{
            Command = 'New-DeviceCertificateRequest'
            What = 'an empty name'
            Id = 'EndpointNameEmpty'
            Category = 'InvalidArgument'
            Target = ''; Advice = '*'; Action = { '' | New-DeviceCertificateRequest }
        }
        @{
            Command = 'New-DeviceConfiguration'
            What = 'a file that is none'
            Id = 'ConfigurationMalformed'
            Category = 'InvalidData'
            Target = '*'; Advice = '*'; Action = { New-DeviceConfiguration -Path "$folder/text.txt" }
        }
        @{
            Command = 'New-Lwm2mDeviceCredential'
            What = 'no account ID'
            Id = 'AccountIdMissing'
            Category = 'InvalidArgument'
            Target = 'dev'; Advice = '*-ServerUri*'; Action = { 'dev' | New-Lwm2mDeviceCredential -Issuer $ca }
        }
        @{
            Command = 'Revoke-DeviceCertificate'
            What = 'an unknown one'
            Id = 'SerialNumberNotFound'
            Category = 'ObjectNotFound'
            Target = '*index.txt'
            Advice = '*-Ledger*'
            Action = { Revoke-DeviceCertificate -SerialNumber 77 -Ledger "$folder/index.txt" -Confirm:$false }
        }
        @{
            Command = 'Send-DeviceCredential'
            What = 'no address'
            Id = 'AddressMissing'
            Category = 'InvalidArgument'
            Target = '*dev*'
            Advice = '*'; Action = { $credential | Send-DeviceCredential -Configuration (New-DeviceConfiguration) }
        }
        @{
            Command = 'Test-DeviceCertificate'
            What = 'no certificate'
            Id = 'CertificateNotRecognised'
            Category = 'InvalidData'
            Target = '*text.txt'; Advice = '*'; Action = { Test-DeviceCertificate -Path "$folder/text.txt" }
        }
        @{
            Command = 'Test-DeviceConfiguration'
            What = 'no configuration'
            Id = 'ConfigurationMissing'
            Category = 'InvalidArgument'
            Target = '*dev*'; Advice = '*'; Action = { $credential | Test-DeviceConfiguration }
        }
        @{
            Command = 'Update-CertificateAuthority'
            What = 'no issuer for a CA that is no root'
            Id = 'IssuerMissing'
            Category = 'InvalidArgument'
            Target = 'Sub'; Advice = '*-Issuer*'
            Action = { New-CertificateAuthority -Name Sub -Issuer $ca | Update-CertificateAuthority }
        }
        @{
            Command = 'Update-DeviceCredential'
            What = 'a key on the device'
            Id = 'NewKeyOnDevice'
            Category = 'InvalidArgument'
            Target = '*dev*'
            Advice = '*request*'
            Action = {
                Import-DeviceCertificateRequest -Path "$folder/dev.csr" | New-BootstrapDeviceCredential -Issuer $ca |
                    Update-DeviceCredential -Issuer $ca -NewKey
            }
        }
    )
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $folder = New-Folder
    $empty = New-Folder
    $ca = New-CertificateAuthority -Name 'Factory CA'
    $null = $ca | Export-CertificateAuthority -Path "$folder/ca" -NoPassword
    $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $ca -Ledger "$folder/index.txt"
    $request = New-DeviceCertificateRequest -EndpointName dev
    $null = $request | Export-DeviceCertificateRequest -Path "$folder/dev.csr"
    $null = 'dev' | Export-DeviceKeyRequest -Path "$folder/requests" -Kind Bootstrap
    [System.IO.File]::WriteAllText("$folder/text.txt", "hello`n")
    [System.IO.File]::WriteAllText("$folder/list.csv", "EndpointName`ndev`ndev`n")
}

Describe 'An error of <Command>' -ForEach $cases {
    It 'says what, of which sort, about what, and what to do: <What>' {
        $before = Get-Tree $folder
        $run = Invoke-Recorded $Action
        $failure = @($run.Errors)[0]
        @($run.Errors).Count | Should -Be 1 -Because "one error is expected, not: $($run.Errors -join ' / ')"
        $failure.FullyQualifiedErrorId | Should -BeExactly "$Id,DeviceCreds.PowerShell.Cmdlets.$($Command -replace '-')Command"
        $failure.CategoryInfo.Category | Should -Be $Category
        "$($failure.TargetObject)" | Should -BeLike $Target
        $failure.ErrorDetails.RecommendedAction | Should -BeLike $Advice
        $failure.Exception.ErrorId, $failure.Exception.Message | Should -Not -BeNullOrEmpty
        Get-Tree $folder | Should -Be $before
    }
}

Describe 'The cases above' {
    It 'are of all cmdlets but New-DeviceKey, which needs nothing that could be wrong' -ForEach @(@{ Commands = $cases.Command }) {
        $Commands | Should -Be (Get-Command -Module DeviceCreds | Where-Object Name -NE 'New-DeviceKey').Name
    }
}
