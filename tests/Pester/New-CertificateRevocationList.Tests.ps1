BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'New-CertificateRevocationList' {
    BeforeAll { $ca = New-CertificateAuthority -Name 'List CA' }

    It 'lists what the ledger says is revoked' {
        $list = New-CertificateRevocationList -Issuer $ca -Ledger (New-Ledger -Revoked '01FF', '0A')
        $list | Should -BeOfType [DeviceCreds.CertificateRevocationList]
        (Get-Command -Name New-CertificateRevocationList).OutputType.Type | Should -Be ([DeviceCreds.CertificateRevocationList])
        $list.Issuer, $list.Number, $list.Count | Should -Be 'CN=List CA', '01', 2
        $list.Revoked.SerialNumber | Should -Be '01FF', '0A'
        @($list.Revoked)[0].Reason | Should -Be KeyCompromise
        ($list.NextUpdate - $list.ThisUpdate).TotalDays | Should -Be 30
        $list.ToPem() | Should -BeLike '-----BEGIN X509 CRL-----*'
        $list.ToPem() | Should -BeExactly $list.Pem
    }

    It 'counts on, beside the ledger, and -NextUpdate is kept' {
        $ledger = New-Ledger
        1..3 | ForEach-Object { (New-CertificateRevocationList -Issuer $ca -Ledger $ledger).Number } | Should -Be '01', '02', '03'
        Get-Content -LiteralPath "$ledger.crlnumber" | Should -Be '04'
        $until = [datetime]::Now.AddDays(7)
        ((New-CertificateRevocationList -Issuer $ca -Ledger $ledger -NextUpdate $until).NextUpdate - $until).TotalSeconds |
            Should -BeLessThan 1
    }

    It 'makes a list for each CA of a chain, the root first' -ForEach @(
        @{ How = 'given'; Make = { New-CertificateRevocationList -Issuer $chain -Ledger $ledger } }
        @{ How = 'from the pipeline'; Make = { $chain | New-CertificateRevocationList -Ledger $ledger } }
        @{ How = 'one by one'; Make = { $chain.Authorities | New-CertificateRevocationList -Ledger $ledger } }
        @{ How = 'as an array'; Make = { New-CertificateRevocationList -Issuer $chain.Authorities -Ledger $ledger } }
    ) {
        $chain = New-CertificateChain -Name 'Root', 'Region', 'Line'
        $ledger = New-Ledger -Revoked '01FF'
        $lists = @(& $Make)
        $lists.Issuer | Should -Be 'CN=Root', 'CN=Region', 'CN=Line' -Because $How
        # What nobody noted is of the CA that issues devices.
        $lists.Count | Should -Be 3
        $lists.ForEach({ @($_.Revoked).Count }) | Should -Be 0, 0, 1
        $lists.Number | Should -Be '01', '02', '03'
    }

    It 'puts a revoked CA into its issuer''s list, and no other' {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $chain = New-CertificateChain -Name 'Root', 'Line' -Ledger $ledger
        $null = $chain.Issuer | Revoke-DeviceCertificate -Ledger $ledger -Reason CACompromise -Confirm:$false
        $root, $line = New-CertificateRevocationList -Issuer $chain -Ledger $ledger
        @($root.Revoked).SerialNumber, @($root.Revoked).Reason | Should -Be $chain.Issuer.SerialNumber, 'CACompromise'
        $line.Revoked | Should -BeNullOrEmpty
    }

    It 'makes the lists of the other CAs when one cannot be made' {
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $null = $chain.Issuer | Export-CertificateAuthority -Path "$TestDrive/keyless" -NoPrivateKey
        $keyless = Import-CertificateAuthority -Path "$TestDrive/keyless"
        $run = Invoke-Recorded { $keyless, $chain.Authorities[0] | New-CertificateRevocationList -Ledger (New-Ledger) }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'IssuerWithoutKey,*'
        $run.Output.Issuer | Should -Be 'CN=Root'
    }

    It 'takes an X509Certificate2 with its key as the issuer' {
        $folder = New-Folder
        $null = $ca | Export-CertificateAuthority -Path $folder -NoPassword
        $type = [System.Security.Cryptography.X509Certificates.X509Certificate2]
        $certificate = $type::CreateFromPemFile("$folder/CA_cert.pem", "$folder/CA_private.pem")
        (New-CertificateRevocationList -Issuer $certificate -Ledger (New-Ledger)).Issuer | Should -Be 'CN=List CA'
    }

    It 'refuses <_> and gives nothing' -ForEach 'nothing', 'a text' {
        $given = if ($_ -eq 'nothing') { $null } else { 'List CA' }
        $run = Invoke-Recorded { New-CertificateRevocationList -Issuer $given -Ledger (New-Ledger) }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.Count | Should -Be 1
    }

    It 'is read by openssl, and verified' {
        Assert-Tool openssl
        $folder = New-Folder
        Set-Content -LiteralPath "$folder/list.pem" `
            -Value (New-CertificateRevocationList -Issuer $ca -Ledger (New-Ledger -Revoked '01FF')).ToPem()
        Set-Content -LiteralPath "$folder/ca.pem" -Value $ca.CertificatePem
        $text = Invoke-Tool openssl crl -in "$folder/list.pem" -noout -text -CAfile "$folder/ca.pem" -verify
        foreach ($part in 'verify OK', 'Serial Number: 01FF', 'Key Compromise', 'CRL Number') { $text | Should -Match $part }
    }

    It 'is shown as a row, without its bytes' {
        $text = New-CertificateRevocationList -Issuer $ca -Ledger (New-Ledger -Revoked '01FF') | Out-String -Width 200
        $text | Should -Match 'CN=List CA'
        $text | Should -Not -Match 'BEGIN'
    }

    It 'refuses <Given>: <Id>' -ForEach @(
        @{ Given = 'a ledger that is not there'; Id = 'FileNotFound'; Category = 'ObjectNotFound' }
        @{ Given = 'a next update in the past'; Id = 'NextUpdateTooEarly'; Category = 'InvalidArgument' }
        @{ Given = 'a CA without its key'; Id = 'IssuerWithoutKey'; Category = 'InvalidArgument' }
        @{ Given = 'a number that is none'; Id = 'RevocationListNumberInvalid'; Category = 'InvalidData' }
    ) {
        $ledger = New-Ledger
        $folder = Split-Path -Path $ledger
        Assert-Failure -Id $Id -Category $Category -Action {
            switch ($Given) {
                'a ledger that is not there' { New-CertificateRevocationList -Issuer $ca -Ledger "$ledger.gone" }
                'a next update in the past' { New-CertificateRevocationList -Issuer $ca -Ledger $ledger -NextUpdate (Get-Date).AddDays(-1) }
                'a CA without its key' {
                    $null = $ca | Export-CertificateAuthority -Path "$folder/ca" -NoPrivateKey
                    New-CertificateRevocationList -Issuer (Import-CertificateAuthority -Path "$folder/ca/CA_cert.pem") -Ledger $ledger
                }
                default {
                    Set-Content -LiteralPath "$ledger.crlnumber" -Value 'x'
                    New-CertificateRevocationList -Issuer $ca -Ledger $ledger
                }
            }
        }
    }
}
