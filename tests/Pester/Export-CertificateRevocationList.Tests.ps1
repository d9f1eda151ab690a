BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'OutputPaths.ps1')) -Command Export-CertificateRevocationList -Subject RevocationList

Describe 'Export-CertificateRevocationList' {
    BeforeAll {
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $lists = New-CertificateRevocationList -Issuer $chain -Ledger (New-Ledger -Revoked '01FF')
        $folder = New-Folder
    }

    It 'puts all lists of one path into one file, in their order' {
        $file = $lists | Export-CertificateRevocationList -Path "$folder/crl.pem"
        @($file).Count | Should -Be 1
        Get-Content -LiteralPath $file.FullName -Raw | Should -BeExactly ($lists[0].ToPem() + $lists[1].ToPem())
        Assert-Tool openssl
        Invoke-Tool openssl storeutl -noout -crls $file.FullName | Should -Match 'Total found: 2'
        (Export-CertificateRevocationList -RevocationList $lists -Path "$folder/given.pem").Length | Should -Be $file.Length
    }

    It 'evaluates a script block as the path for each list' {
        $files = $lists | Export-CertificateRevocationList -Path { "$folder/$($_.Issuer.Substring(3)).der" }
        $files.Name | Should -Be 'Root.der', 'Line.der'
        Assert-Tool openssl
        Invoke-Tool openssl crl -inform DER -in "$folder/Line.der" -noout -text | Should -Match 'Serial Number: 01FF'
    }

    It 'writes <Form> to <Name>' -ForEach @(
        @{ Name = 'a.pem'; Form = 'PEM'; With = @{} }
        @{ Name = 'a.crl'; Form = 'PEM'; With = @{} }
        @{ Name = 'a.DER'; Form = 'DER'; With = @{} }
        @{ Name = 'b.crl'; Form = 'DER'; With = @{ Format = 'Der' } }
        @{ Name = 'b.der'; Form = 'PEM'; With = @{ Format = 'Pem' } }
    ) {
        $file = $lists[1] | Export-CertificateRevocationList -Path "$folder/$Name" @With
        $bytes = [System.IO.File]::ReadAllBytes($file.FullName)
        if ($Form -eq 'DER') { $bytes | Should -Be $lists[1].Der }
        else { [System.Text.Encoding]::ASCII.GetString($bytes) | Should -BeExactly $lists[1].ToPem() }
    }

    It 'refuses several lists for a file in DER, and writes none' {
        $expected = @{ Id = 'RevocationListSeveral'; Category = 'InvalidArgument'; Message = '*found 2*-Format Pem*' }
        Assert-Failure { $lists | Export-CertificateRevocationList -Path "$folder/both.der" } @expected
        "$folder/both.der" | Should -Not -Exist
    }

    It 'writes the other files when one cannot be written' {
        $null = $lists[0] | Export-CertificateRevocationList -Path "$folder/taken.pem"
        $run = Invoke-Recorded {
            $lists | Export-CertificateRevocationList -Path { "$folder/$(if ($_.Issuer -eq 'CN=Root') { 'taken' } else { 'free' }).pem" }
        }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        $run.Output.Name | Should -Be free.pem
    }

    It 'is read by Test-DeviceCertificate' {
        $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $chain
        $ledger = New-Ledger -Revoked $credential.SerialNumber
        $null = New-CertificateRevocationList -Issuer $chain -Ledger $ledger | Export-CertificateRevocationList -Path "$folder/test.pem"
        ($credential | Test-DeviceCertificate -RevocationList "$folder/test.pem").Failed.Id | Should -Be NotRevoked
    }
}
