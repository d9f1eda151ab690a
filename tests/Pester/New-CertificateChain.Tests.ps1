BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'New-CertificateChain' {
    BeforeAll {
        $made = New-CertificateChain -Name 'Root', 'Region', 'Line'
        $folder = New-Folder
    }

    Context 'by names, the root first' {
        It 'makes a chain, leaf first, as it promises' {
            $made | Should -BeOfType [DeviceCreds.CertificateChain]
            (Get-Command -Name New-CertificateChain).OutputType.Type | Should -Be ([DeviceCreds.CertificateChain])
            $made.Certificates.Subject | Should -Be 'CN=Line', 'CN=Region', 'CN=Root'
            $made.Length | Should -Be 3
            $made.Leaf.Subject | Should -BeExactly 'CN=Line'
            $made.Root.Subject | Should -BeExactly 'CN=Root'
            $made.Issuer.Name | Should -BeExactly 'Line'
            $made.Issuer.KeyLocation | Should -Not -BeNullOrEmpty
        }

        It 'takes the names by position, and the years' {
            $chain = New-CertificateChain 'A', 'B' -ValidYears 40
            $chain.Certificates.NotAfter |
                ForEach-Object { [Math]::Abs(($_ - (Get-Date).AddYears(40)).TotalSeconds) | Should -BeLessThan 60 }
        }

        It 'is recorded in the ledger as a whole, or not made' {
            $ledger = Join-Path (New-Folder) 'index.txt'
            $chain = New-CertificateChain -Name 'A', 'B' -Ledger $ledger
            (Get-IssuedCertificate -Ledger $ledger).SerialNumber | Should -Be $chain.Authorities.SerialNumber
            Assert-Failure { New-CertificateChain -Name 'C', 'B' -Ledger $ledger } -Id NameHasCertificate -Category ResourceExists
            @(Get-IssuedCertificate -Ledger $ledger).Count | Should -Be 2
            (New-CertificateChain -Name 'C', 'B' -Ledger $ledger -AllowDuplicate).Length | Should -Be 2
        }

        It 'is verified by openssl' {
            Assert-Tool openssl
            [System.IO.File]::WriteAllText("$folder/root.pem", $made.Root.CertificatePem)
            [System.IO.File]::WriteAllText("$folder/region.pem", $made.Certificates[1].CertificatePem)
            [System.IO.File]::WriteAllText("$folder/line.pem", $made.Leaf.CertificatePem)
            Invoke-Tool openssl verify -x509_strict -CAfile "$folder/root.pem" -untrusted "$folder/region.pem" "$folder/line.pem" |
                Should -BeLike '*OK'
        }

        It 'refuses <Given>: <Id>' -ForEach @(
            @{ Given = @{ Name = 'A', '' }; Id = 'NameEmpty'; Category = 'InvalidArgument' }
            @{ Given = @{ Name = 'A', 'A' }; Id = 'NameDuplicate'; Category = 'InvalidOperation' }
            @{ Given = @{ Name = 'A', 'B'; ValidYears = 0 }; Id = 'ValidityTooShort'; Category = 'InvalidArgument' }
        ) {
            $run = Invoke-Recorded { New-CertificateChain @Given }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors.Count | Should -Be 1
            if ($Given.Name -contains '') { $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError*' }
            else {
                $run.Errors[0].FullyQualifiedErrorId, $run.Errors[0].CategoryInfo.Category |
                    Should -Be "$Id,DeviceCreds.PowerShell.Cmdlets.NewCertificateChainCommand", $Category
            }
        }
    }

    Context 'from certificates, in any order' {
        BeforeAll {
            $device = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $made
            $all = $device.Chain.Certificates
            $expected = 'CN=dev-1', 'CN=Line', 'CN=Region', 'CN=Root'
        }

        It 'orders <_>' -ForEach '0,1,2,3', '3,2,1,0', '2,0,3,1', '1,3,0,2' {
            $order = $_.Split(',')
            ($all[$order] | New-CertificateChain).Certificates.Subject | Should -Be $expected
            (New-CertificateChain -Certificate $all[$order]).Certificates.Subject | Should -Be $expected
        }

        It 'takes <_>' -ForEach 'X509Certificate2 in the pipeline', 'a CA and a certificate', 'paths', 'FileInfo', 'a chain' {
            $path = Join-Path $folder 'shuffled.pem'
            [System.IO.File]::WriteAllText($path, ($all[2, 0, 3, 1].CertificatePem -join "`n"))
            $chain = switch ($_) {
                'X509Certificate2 in the pipeline' { $all[2, 0, 3, 1].Certificate | New-CertificateChain }
                'a CA and a certificate' { New-CertificateChain -Certificate $made.Issuer, $device.Certificate }
                'paths' { New-CertificateChain -Certificate $path }
                'FileInfo' { Get-ChildItem -LiteralPath $path | New-CertificateChain }
                'a chain' { $device.Chain | New-CertificateChain }
            }
            $chain.Certificates.Subject | Should -Be $expected
            $chain.Issuer | Should -BeNullOrEmpty
        }

        It 'is in PEM what openssl reads, leaf first' {
            Assert-Tool openssl
            $path = Join-Path $folder 'ordered.pem'
            [System.IO.File]::WriteAllText($path, ($all[3, 1, 0, 2] | New-CertificateChain).ToPem())
            Invoke-Tool openssl x509 -in $path -noout -subject | Should -Match 'dev-1'
            (Get-DeviceCertificate -Path $path).Subject | Should -Be $expected
        }

        It 'refuses <What>: <Id>' -ForEach @(
            @{ What = 'a missing link'; Id = 'Chain*'; Pick = { $all[0, 2, 3] } }
            @{ What = 'a stranger'; Id = 'Chain*'; Pick = { $all; (New-CertificateAuthority -Name Stranger).Chain.Certificates } }
            @{
                What = 'two devices'
                Id = 'Chain*'
                Pick = { $all; (New-BootstrapDeviceCredential -EndpointName dev-2 -Issuer $made).Chain.Leaf }
            }
            @{
                What = 'another CA of the same name'
                Id = 'ChainSignatureInvalid'
                Pick = { $device.Chain.Leaf; (New-CertificateChain -Name 'Root', 'Region', 'Line').Certificates }
            }
        ) {
            Assert-Failure { & $Pick | New-CertificateChain } -Id $Id -Category InvalidData
        }

        It 'refuses a path with nothing at it' {
            { New-CertificateChain -Certificate (Join-Path $folder 'gone.pem') } |
                Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage '*gone.pem*'
        }
    }

    It 'is shown as a tree, the root on top' {
        $lines = ($made | Out-String -Width 200).Trim() -split '\r?\n'
        $lines.Count | Should -Be 3
        $lines[0] | Should -Match '^CN=Root  \(root CA\)  \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d$'
        $lines[1] | Should -Match '^└─ CN=Region  \(CA\)  '
        $lines[2] | Should -Match '^   └─ CN=Line  \(CA\)  '
        ((New-BootstrapDeviceCredential -EndpointName dev-3 -Issuer $made).Chain | Out-String -Width 200).Trim() -split '\r?\n' |
            Select-Object -Last 1 | Should -Match '^      └─ CN=dev-3  \(device\)  '
    }
}
