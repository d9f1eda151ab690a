BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'New-CertificateAuthorityProof' {
    BeforeAll {
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $code = '75B86466DA34D2B04C0C4C9557A119687ADAE7D4732BDDB3'
    }

    It 'gives the certificate, signed by <_>' -ForEach 'a CA', 'a chain', 'a CA from the pipeline' {
        $proof = switch ($_) {
            'a CA' { New-CertificateAuthorityProof -CertificateAuthority $chain.Authorities[1] -Code $code }
            'a chain' { New-CertificateAuthorityProof $code -CertificateAuthority $chain }
            'a CA from the pipeline' { $chain.Authorities[1] | New-CertificateAuthorityProof $code }
        }
        $proof | Should -BeOfType [DeviceCreds.DeviceCertificate]
        $proof.Subject, $proof.Issuer | Should -Be "CN=$code", 'CN=Line'
        $proof.EnhancedKeyUsage | Should -BeNullOrEmpty
        ($proof.NotAfter - (Get-Date)).TotalDays | Should -BeLessThan 8
        $proof | Test-DeviceCertificate -Issuer $chain -Quiet -WarningAction Ignore | Should -BeFalse
    }

    It 'writes PEM that openssl verifies, and replaces it only with -Force' {
        Assert-Tool openssl
        $folder = New-Folder
        $file = $chain | New-CertificateAuthorityProof $code "$folder/proof.pem"
        [System.IO.File]::WriteAllText("$folder/chain.pem", $chain.ToPem())
        Invoke-Tool openssl verify -CAfile "$folder/chain.pem" $file.FullName | Should -BeLike '*: OK'
        $before = Get-Content -LiteralPath $file.FullName -Raw
        Assert-Failure { $chain | New-CertificateAuthorityProof $code "$folder/proof.pem" } -Id FileExists -Category ResourceExists
        Get-Content -LiteralPath $file.FullName -Raw | Should -BeExactly $before
        $null = $chain | New-CertificateAuthorityProof $code "$folder/proof.pem" -Force
        Get-Content -LiteralPath $file.FullName -Raw | Should -Not -BeExactly $before
    }

    It 'refuses the code <_>' -ForEach '', 'a b', ('1' * 65) {
        $given = $_
        $expected = @{ Id = 'CodeInvalid'; Category = 'InvalidArgument'; Message = '*get-registration-code*' }
        Assert-Failure { $chain | New-CertificateAuthorityProof -Code $given } @expected
    }

    It 'refuses <_>' -ForEach 'a device''s credential', 'a CA without its key' {
        $given = if ($_ -like 'a CA*') {
            $folder = New-Folder
            $null = $chain.Issuer | Export-CertificateAuthority -Path $folder -NoPrivateKey
            Import-CertificateAuthority -Path $folder
        } else { New-BootstrapDeviceCredential -EndpointName dev -Issuer $chain }
        $run = Invoke-Recorded { $given | New-CertificateAuthorityProof $code }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.Count | Should -Be 1
    }
}
