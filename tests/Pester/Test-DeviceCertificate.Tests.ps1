BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'InputPaths.ps1')) -Command Test-DeviceCertificate -Sample Certificate

Describe 'Test-DeviceCertificate' {
    BeforeAll {
        $account = '0123456789abcdef0123456789abcdef'
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $bootstrap = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $chain
        $lwm2m = New-Lwm2mDeviceCredential -EndpointName dev-1 -AccountId $account -Issuer $chain
        $out = New-Folder
        $bootstrap, $lwm2m | Export-DeviceCredential -Path $out | Out-Null
        $folder = Join-Path $out 'dev-1'
        $file = Join-Path $folder 'BootstrapDeviceCert.pem'
        $lwm2mFile = Join-Path $folder 'LwM2MDeviceCert.pem'
        $rootFile = Join-Path $out 'root.pem'
        [System.IO.File]::WriteAllText($rootFile, $chain.Root.CertificatePem)

        function Get-Outcome($Report, [string] $Id) { ($Report.Checks | Where-Object Id -EQ $Id).Outcome }
    }

    It 'gives a report with a check a rule, as it promises' {
        $report = Test-DeviceCertificate -Path $file -Issuer $chain
        $report | Should -BeOfType [DeviceCreds.DeviceCertificateReport]
        (Get-Command -Name Test-DeviceCertificate).OutputType.Type | Should -Be ([DeviceCreds.DeviceCertificateReport]), ([bool])
        $report.Passed | Should -BeTrue
        $report.EndpointName | Should -BeExactly dev-1
        $report.Path | Should -BeExactly $file
        $report.Failed.Count, $report.Warnings.Count | Should -Be 0, 0
        $report.Checks.Count | Should -BeGreaterThan 30
        @($report.Checks.Id | Sort-Object -Unique).Count | Should -Be $report.Checks.Count
        foreach ($check in $report.Checks) {
            foreach ($property in 'Id', 'Rule', 'Outcome', 'Message', 'Source') { "$($check.$property)" | Should -Not -BeNullOrEmpty }
        }
        $report.Checks[0].Id | Should -Not -BeNullOrEmpty
    }

    It 'tests what comes as <_>' -ForEach 'Path', 'position', 'LiteralPath', 'Get-ChildItem', 'Get-DeviceCertificate in the pipeline',
        'X509Certificate2 in the pipeline', 'X509Certificate2', 'Certificate', 'Credential', 'Credential in the pipeline', 'New and on',
        'Import and on', 'a chain' {
        $given = @{ Issuer = $chain; Kind = 'Bootstrap' }
        $reports = switch ($_) {
            'Path' { Test-DeviceCertificate -Path $file @given }
            'position' { Test-DeviceCertificate $file @given }
            'LiteralPath' { Test-DeviceCertificate -LiteralPath $file @given }
            'Get-ChildItem' { Get-ChildItem -Path $folder -Filter 'BootstrapDeviceCert.pem' | Test-DeviceCertificate @given }
            'Get-DeviceCertificate in the pipeline' { Get-DeviceCertificate -Path $file | Test-DeviceCertificate @given }
            'X509Certificate2 in the pipeline' { $bootstrap.Certificate | Test-DeviceCertificate @given }
            'X509Certificate2' { Test-DeviceCertificate -Certificate $bootstrap.Certificate @given }
            'Certificate' { Test-DeviceCertificate -Certificate (Get-DeviceCertificate -Path $file) @given }
            'Credential' { Test-DeviceCertificate -Credential $bootstrap @given }
            'Credential in the pipeline' { $bootstrap | Test-DeviceCertificate @given }
            'New and on' { 'dev-1' | New-BootstrapDeviceCredential -Issuer $chain | Test-DeviceCertificate @given }
            'Import and on' { Import-DeviceCredential -Path (Join-Path $folder 'Bootstrap*') | Test-DeviceCertificate @given }
            'a chain' { $bootstrap.Chain | Test-DeviceCertificate @given }
        }
        @($reports).Count | Should -Be 1
        $reports.Failed.Message | Should -BeNullOrEmpty
        $reports.Passed | Should -BeTrue
        $reports.EndpointName | Should -BeExactly dev-1
        Get-Outcome $reports TrustedIssuer | Should -Be Passed
    }

    It 'tests each of many files, and takes the kind from their names' {
        $reports = Get-ChildItem -Path $folder -Filter '*Cert*' | Sort-Object Name | Test-DeviceCertificate -Issuer $chain
        $reports.Kind | Should -Be 'Bootstrap', 'Bootstrap', 'Lwm2m', 'Lwm2m'
        $reports.Passed | Should -Be $true, $true, $true, $true
    }

    Context 'the issuer to trust' {
        It 'may be <_>' -ForEach 'an authority', 'a chain', 'a certificate of ours', 'an X509Certificate2', 'a path',
            'a path on a drive', 'a FileInfo', 'several', 'an imported CA without its key' {
            $issuer = switch ($_) {
                'an authority' { $chain.Issuer }
                'a chain' { $chain }
                'a certificate of ours' { $chain.Root }
                'an X509Certificate2' { $chain.Root.Certificate }
                'a path' { $rootFile }
                'a path on a drive' { $null = New-PSDrive -Name trust -PSProvider FileSystem -Root $out; 'trust:/root.pem' }
                'a FileInfo' { Get-Item -LiteralPath $rootFile }
                'several' { (New-CertificateAuthority -Name 'Another'), $rootFile, $chain.Leaf }
                default { Import-CertificateAuthority -Path $rootFile }
            }
            $report = Test-DeviceCertificate -Path $file -Issuer $issuer
            Get-Outcome $report TrustedIssuer | Should -Be Passed
            $report.Passed | Should -BeTrue
        }

        It 'fails what another issued: <_>' -ForEach 'another CA', 'a CA of the same name' {
            $other = if ($_ -eq 'another CA') { New-CertificateAuthority -Name 'Other' } else { New-CertificateChain -Name 'Root', 'Line' }
            $report = Test-DeviceCertificate -Path $file -Issuer $other
            $report.Passed | Should -BeFalse
            Get-Outcome $report TrustedIssuer | Should -Be Failed
            ($report.Failed | Where-Object Id -EQ TrustedIssuer).Recommendation | Should -BeLike '*-Issuer*'
        }

        It 'is no certificate of the file itself: without -Issuer nobody is trusted, and the check says so' {
            $report = Test-DeviceCertificate -Path $file
            Get-Outcome $report TrustedIssuer | Should -Be Skipped
            ($report.Checks | Where-Object Id -EQ TrustedIssuer).Message | Should -BeLike '*-Issuer*'
        }

        It 'may not be <_>' -ForEach 'a path that is not there', 'a key file', 'a number' {
            $issuer, $message = switch ($_) {
                'a path that is not there' { (Join-Path $out 'gone.pem'), '*gone.pem*' }
                'a key file' { (Join-Path $folder 'BootstrapDevicePrivateKey.pem'), '*no certificate*' }
                'a number' { 42, '*Issuer*' }
            }
            { Test-DeviceCertificate -Path $file -Issuer $issuer } | Should -Throw -ExpectedMessage $message
        }
    }

    Context 'paths of issuers and of revocation lists' {
        BeforeAll {
            $many = New-Folder
            [System.IO.File]::WriteAllText((Join-Path $many 'root.pem'), $chain.Root.CertificatePem)
            [System.IO.File]::WriteAllText((Join-Path $many 'line[1].pem'), $chain.Certificates[0].CertificatePem)
            $ledger = Join-Path $many 'index.txt'
            $recorded = New-BootstrapDeviceCredential dev-2 -Issuer $chain -Ledger $ledger
            $lists = Join-Path $many '1.crl'
            [System.IO.File]::WriteAllText($lists, (New-CertificateRevocationList -Issuer $chain.Issuer -Ledger $ledger).ToPem())
            $recordedFile = Join-Path (New-Folder) 'device.pem'
            [System.IO.File]::WriteAllText($recordedFile, $recorded.CertificatePem)
        }

        It 'takes wildcards' {
            $report = Test-DeviceCertificate $recordedFile -Issuer "$many/*.pem" -RevocationList "$many/*.crl"
            $report.Failed.Message | Should -BeNullOrEmpty
            Get-Outcome $report NotRevoked | Should -Be Passed
            Get-Outcome $report NotBeforeAfterIssuer | Should -Be Passed
        }

        It 'takes a file whose name has brackets by its exact name' {
            (Test-DeviceCertificate $recordedFile -Issuer "$many/line[1].pem").Passed | Should -BeTrue
        }

        It 'says of a folder and of a pattern without a file what to give' {
            { Test-DeviceCertificate $recordedFile -Issuer $many } |
                Should -Throw '*this is a folder*folder/[*].pem if the parameter takes*'
            { Test-DeviceCertificate $recordedFile -RevocationList $many } | Should -Throw '*this is a folder*'
            { Test-DeviceCertificate $recordedFile -Issuer "$many/*.none" } |
                Should -Throw '*no file matches this pattern. Check the pattern.'
        }
    }

    Context '-RevocationList' {
        BeforeAll {
            $revoked = New-CertificateRevocationList -Issuer $chain -Ledger (New-Ledger -Revoked $lwm2m.SerialNumber)
            $other = New-CertificateRevocationList -Issuer $chain -Ledger (New-Ledger -Revoked '01')
        }

        It 'fails what is revoked, with the reason, and nothing else: <_>' -ForEach 'an object', 'a path in PEM', 'a path in DER',
            'a file' {
            $path = Join-Path (New-Folder) 'list.crl'
            $given = switch ($_) {
                'an object' { $revoked }
                'a path in PEM' { Set-Content -LiteralPath $path -Value $revoked.ToPem(); $path }
                'a path in DER' { [System.IO.File]::WriteAllBytes($path, $revoked.Der); $path }
                'a file' { Set-Content -LiteralPath $path -Value $revoked.Pem; Get-Item -LiteralPath $path }
            }
            $report = Test-DeviceCertificate -Path $lwm2mFile -Issuer $chain -RevocationList $given
            $report.Failed.Id | Should -Be NotRevoked
            $report.Failed[0].Message | Should -BeLike '*KeyCompromise*'
            Test-DeviceCertificate -Path $lwm2mFile -Issuer $chain -RevocationList $other -Quiet | Should -BeTrue
        }

        It 'fails what one of several lists says is revoked, in any order: <_>' -ForEach 'objects', 'one file in PEM', 'one file in DER' {
            $path = Join-Path (New-Folder) 'lists.crl'
            $form = $_
            foreach ($lists in @($revoked, $other), @($other, $revoked)) {
                $given = switch ($form) {
                    'objects' { $lists }
                    'one file in PEM' { [System.IO.File]::WriteAllText($path, -join $lists.ToPem()); $path }
                    'one file in DER' { [System.IO.File]::WriteAllBytes($path, @($lists.Der)); $path }
                }
                (Test-DeviceCertificate -Path $lwm2mFile -Issuer $chain -RevocationList $given).Failed.Id | Should -Be NotRevoked
            }
        }

        It 'is an error when what is given holds nothing, and so for -Issuer' {
            foreach ($nothing in $null, @()) {
                Assert-Failure {
                    Test-DeviceCertificate -Path $lwm2mFile -Issuer $chain -RevocationList $nothing
                } -Id ParameterArgumentValidationError -Category InvalidData
                Assert-Failure {
                    Test-DeviceCertificate -Path $lwm2mFile -Issuer $nothing
                } -Id ParameterArgumentValidationError -Category InvalidData
            }
        }

        It 'names a list that it did not use' {
            $foreign = New-CertificateRevocationList -Issuer (New-CertificateAuthority Other) -Ledger (New-Ledger)
            $report = Test-DeviceCertificate -Path $lwm2mFile -Issuer $chain -RevocationList $other, $foreign
            ($report.Checks | Where-Object Id -EQ RevocationLists).Message |
                Should -BeLike "*Of no CA in the path: the list of 'CN=Other' of *"
        }

        It 'is skipped, and never passed, without a list, and with one of another CA' {
            foreach ($given in @{}, @{
                RevocationList = New-CertificateRevocationList -Issuer (New-CertificateAuthority Other) `
                    -Ledger (New-Ledger -Revoked $lwm2m.SerialNumber)
            }) {
                $report = Test-DeviceCertificate -Path $lwm2mFile -Issuer $chain @given
                foreach ($id in 'RevocationLists', 'NotRevoked') { Get-Outcome $report $id | Should -Be Skipped }
                $report.Passed | Should -BeTrue
            }
        }

        It 'fails a list that is out of date' {
            $report = Test-DeviceCertificate -Path $lwm2mFile -Issuer $chain -RevocationList $other -At (Get-Date).AddDays(31)
            $report.Failed.Id | Should -Be RevocationLists
        }

        It 'may not be a certificate' {
            { Test-DeviceCertificate -Path $file -RevocationList $rootFile } | Should -Throw -ExpectedMessage '*no revocation list*'
        }
    }

    Context 'names, accounts, keys' {
        It '<Id> is <Outcome> with <Given>' -ForEach @(
            @{ Id = 'EndpointName'; Given = { @{ EndpointName = 'dev-1' } }; Outcome = 'Passed' }
            @{ Id = 'EndpointName'; Given = { @{ CN = 'dev-2' } }; Outcome = 'Failed' }
            @{ Id = 'EndpointName'; Given = { @{ endpoint_name = 'DEV-1' } }; Outcome = 'Failed' }
            @{ Id = 'EndpointName'; Given = { @{} }; Outcome = 'Skipped' }
            @{ Id = 'AccountId'; Given = { @{ AccountId = $account } }; Outcome = 'Passed' }
            @{ Id = 'AccountId'; Given = { @{ aid = 'other' } }; Outcome = 'Failed' }
            @{ Id = 'AccountId'; Given = { @{ ServerUri = "coaps://example.com?aid=$account" } }; Outcome = 'Passed' }
            @{ Id = 'AccountId'; Given = { @{ ServerUri = 'coaps://example.com?aid=other' } }; Outcome = 'Failed' }
            @{ Id = 'AccountId'; Given = { @{} }; Outcome = 'Skipped' }
            @{ Id = 'PrivateKeyMatches'; Given = { @{ Key = $lwm2m.PrivateKey } }; Outcome = 'Passed' }
            @{ Id = 'PrivateKeyMatches'; Given = { @{ Key = New-DeviceKey } }; Outcome = 'Failed' }
            @{ Id = 'PrivateKeyMatches'; Given = { @{} }; Outcome = 'Skipped' }
            @{ Id = 'ChainLength'; Given = { @{ ChainDepth = 3 } }; Outcome = 'Passed' }
            @{ Id = 'ChainLength'; Given = { @{ ChainDepth = 2 } }; Outcome = 'Failed' }
        ) {
            $given = & $Given
            $report = Test-DeviceCertificate -Path $lwm2mFile -Issuer $chain @given
            Get-Outcome $report $Id | Should -Be $Outcome
            $report.Passed | Should -Be ($Outcome -ne 'Failed')
        }

        It 'compares each row''s own names' {
            $rows = @(
                [pscustomobject]@{ FullName = $lwm2mFile; EndpointName = 'dev-1'; AccountId = $account }
                [pscustomobject]@{ FullName = $lwm2mFile; CN = 'dev-2'; aid = $account }
                [pscustomobject]@{ FullName = $lwm2mFile; Endpoint = 'dev-1'; aid = 'another' }
            )
            $reports = $rows | Test-DeviceCertificate -Issuer $chain
            $reports.Passed | Should -Be $true, $false, $false
            $reports[1].Failed.Id | Should -Be EndpointName
            $reports[2].Failed.Id | Should -Be AccountId
        }

        It 'compares a credential with the names and the key that it was made with' {
            $report = Test-DeviceCertificate -Credential $lwm2m -Issuer $chain
            foreach ($id in 'EndpointName', 'AccountId', 'PrivateKeyMatches') { Get-Outcome $report $id | Should -Be Passed -Because $id }
        }

        It 'refuses <What>' -ForEach @(
            @{
                What = 'a URI without an account'
                Given = @{ ServerUri = 'coaps://example.com' }
                Id = 'ServerUriWithoutAccountId'
                Message = '*?aid=*'
            }
            @{
                What = 'two accounts'
                Given = @{ ServerUri = 'coaps://example.com?aid=a'; AccountId = 'b' }
                Id = 'AccountIdAmbiguous'
                Message = '*one of them*'
            }
        ) {
            Assert-Failure { Test-DeviceCertificate -Path $lwm2mFile @Given } -Id $Id -Category InvalidArgument -Message $Message
        }
    }

    Context 'the time' {
        It 'passes with <Warnings> warnings <Years> years on' -ForEach @(
            @{ Years = 0; Warnings = 0 }
            @{ Years = 9; Warnings = 0 }
            @{ Years = 11; Warnings = 1 }
        ) {
            $report = Test-DeviceCertificate -Path $file -Issuer $chain -At (Get-Date).AddYears($Years)
            $report.Passed | Should -BeTrue
            $report.Warnings.Count | Should -Be $Warnings
            if ($Warnings) { $report.Warnings.Id | Should -Be TimeLeft }
        }

        It 'fails <Id> <Years> years on' -ForEach @(
            @{ Years = 21; Id = 'NotExpired' }
            @{ Years = -1; Id = 'NotBeforeInPast' }
        ) {
            $report = Test-DeviceCertificate -Path $file -Issuer $chain -At (Get-Date).AddYears($Years)
            $report.Passed | Should -BeFalse
            $report.Failed.Id | Should -Contain $Id
        }

        It 'fails a life of 10 years: 3650 days are not more' {
            Assert-Tool openssl
            $path = Join-Path $out 'BootstrapDeviceTen.pem'
            $null = Invoke-Tool openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout (Join-Path $out 'ten.key') `
                -subj /CN=ten -days 3650 -out $path
            (Test-DeviceCertificate -Path $path).Failed.Id | Should -Contain LifetimeOverTenYears
        }
    }

    Context '-Quiet' {
        It 'is <Expected> for <What>' -ForEach @(
            @{ What = 'what passes'; Given = { @{ Path = $file; Issuer = $chain } }; Expected = $true }
            @{ What = 'what fails'; Given = { @{ Path = $file; Issuer = $chain; EndpointName = 'x' } }; Expected = $false }
            @{ What = 'what only warns'; Given = { @{ Path = $file; Issuer = $chain; At = (Get-Date).AddYears(11) } }; Expected = $true }
        ) {
            $given = & $Given
            $answer = Test-DeviceCertificate @given -Quiet
            $answer | Should -BeOfType [bool]
            $answer | Should -Be $Expected
        }

        It 'is false, with an error, for what cannot be read' {
            $run = Invoke-Recorded { Test-DeviceCertificate -Path (Join-Path $folder 'BootstrapDevicePrivateKey.pem') -Quiet }
            $run.Output | Should -Be @($false)
            $run.Errors.Count | Should -Be 1
        }

        It 'is false, with an error, for <_>' -ForEach 'a file that is not there', 'a pattern that nothing matches' {
            $path = if ($_ -like 'a file*') { Join-Path $folder 'gone.pem' } else { Join-Path $folder 'gone*.pem' }
            $run = Invoke-Recorded { Test-DeviceCertificate -Path $path -Quiet }
            $run.Output | Should -Be @($false)
            $run.Errors.Count | Should -Be 1
        }

        It 'is false, with an error, for an empty path: <_>' -ForEach @(
            "[pscustomobject]@{ Path = '' }", "[pscustomobject]@{ LiteralPath = '' }", "@{ FullName = '' }", "''"
        ) {
            $row = & ([scriptblock]::Create($_))
            $run = Invoke-Recorded { $row | Test-DeviceCertificate -Quiet }
            $run.Output | Should -Be @($false)
            $run.Errors.FullyQualifiedErrorId | Should -Be 'PathEmpty,DeviceCreds.PowerShell.Cmdlets.TestDeviceCertificateCommand'
        }

        It 'gives one answer a file' {
            Get-ChildItem -Path $folder -Filter '*Cert*' | Test-DeviceCertificate -Issuer $chain -Quiet |
                Should -Be $true, $true, $true, $true
        }
    }

    Context 'bundles' {
        It 'passes the order device, issuer, root, and no other: <_>' -ForEach '0,1,2', '0,1', '2,1,0', '1,0,2', '0,2,1' {
            $path = Join-Path $out "BootstrapDeviceCert-$($_ -replace ',').pem"
            [System.IO.File]::WriteAllText($path, ($bootstrap.Chain.Certificates[$_.Split(',')].CertificatePem -join "`n"))
            $report = @(Test-DeviceCertificate -Path $path -Issuer $chain)
            $report.Count | Should -Be 1
            $report[0].EndpointName | Should -BeExactly dev-1
            $report[0].Passed | Should -Be ($_ -in '0,1,2', '0,1')
            if (-not $report[0].Passed) { $report[0].Failed.Id | Should -Be ChainOrder }
        }

        It 'tests each device of certificates that come together' {
            $two = 'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $chain
            $reports = $two.Certificate | Test-DeviceCertificate -Issuer $chain -Kind Bootstrap
            $reports.EndpointName | Should -Be 'dev-1', 'dev-2'
            $reports.Passed | Should -Be $true, $true
        }

        It 'reads <_> as well' -ForEach 'text around it', 'CRLF', 'a byte-order mark', 'UTF-16' {
            $path = Join-Path $out ('BootstrapDevice' + ($_ -replace '\W') + '.pem')
            switch ($_) {
                'text around it' { [System.IO.File]::WriteAllText($path, "subject=CN = dev-1`n$($bootstrap.ChainPem)`n`nend") }
                'CRLF' { [System.IO.File]::WriteAllText($path, $bootstrap.ChainPem.Replace("`n", "`r`n")) }
                'a byte-order mark' { [System.IO.File]::WriteAllText($path, $bootstrap.ChainPem, [System.Text.UTF8Encoding]::new($true)) }
                'UTF-16' { [System.IO.File]::WriteAllText($path, $bootstrap.ChainPem, [System.Text.Encoding]::Unicode) }
            }
            Test-DeviceCertificate -Path $path -Issuer $chain -EndpointName dev-1 -Quiet | Should -BeTrue
        }

        It 'fails a CA''s certificate, and says what it is: <_>' -ForEach 'alone', 'trusted', 'a chain of CAs' {
            $report = switch ($_) {
                'alone' { Test-DeviceCertificate -Path $rootFile }
                'trusted' { Test-DeviceCertificate -Path $rootFile -Issuer $rootFile }
                default { $chain | Test-DeviceCertificate -Issuer $chain }
            }
            $report.Passed | Should -BeFalse
            ($report.Failed | Where-Object Id -EQ BasicConstraints).Message | Should -BeLike '*CA*'
        }
    }

    Context '-Service' {
        BeforeAll {
            $all = 'AzureDps', 'AwsIot', 'Leshan', 'ThingsBoard', 'Cumulocity', 'Mosquitto'
            $plain = Test-DeviceCertificate -Path $file -Issuer $chain
            # What the whole chain of authorities, known to every service, makes of a device that sends its chain.
            $odd = New-BootstrapDeviceCredential -EndpointName 'a, b' -Issuer $chain

            function Get-OfService($Report) { $Report.Checks | Select-Object -Skip $plain.Checks.Count }
        }

        It 'adds checks of each service to the same others: <_>' -ForEach 'AzureDps', 'AwsIot', 'Leshan', 'ThingsBoard', 'Cumulocity',
            'Mosquitto' {
            $report = Test-DeviceCertificate -Path $file -Issuer $chain -Service $_
            $report.Checks[0..($plain.Checks.Count - 1)].Id | Should -Be $plain.Checks.Id
            $checks = @(Get-OfService $report)
            $checks.Count | Should -BeGreaterThan 1
            foreach ($check in $checks) {
                $check.Id | Should -BeLike "$_*"
                $check.Source | Should -Match 'https://.*\(read on \d{4}-\d\d-\d\d\)$'
                $check.Outcome | Should -BeIn Passed, Skipped -Because "$($check.Id): $($check.Message)"
            }
            $report.Passed | Should -BeTrue
        }

        It 'takes several services, each once, in their own order' {
            $report = Test-DeviceCertificate -Path $file -Issuer $chain -Service Mosquitto, AwsIot, mosquitto
            @(Get-OfService $report).Id -replace '(?<=Iot|tto).*' | Select-Object -Unique | Should -Be AwsIot, Mosquitto
            @(Get-OfService $report).Id | Should -Be @((Get-OfService $report).Id | Select-Object -Unique)
            @(Get-OfService (Test-DeviceCertificate -Path $file -Service $all)).Id -replace 'Name$' | Where-Object { $_ -in $all } |
                Should -Be $all
        }

        It 'fails a report whose certificate a service refuses, and warns where it depends on the service' {
            $report = $odd | Test-DeviceCertificate -Issuer $chain -Service $all
            $report.Passed | Should -BeFalse
            $report.Failed.Id | Should -Be AzureDpsName, LeshanName
            $report.Failed[0].Message | Should -BeLike "CN = 'a, b': expected a-z A-Z 0-9 . _ : -, found ',' at position 2."
            $report.Failed[0].Recommendation | Should -Not -BeNullOrEmpty
            $report.Warnings.Id | Should -Contain AwsIotName
            ($odd | Test-DeviceCertificate -Issuer $chain -Service Mosquitto).Passed | Should -BeTrue
            $odd | Test-DeviceCertificate -Issuer $chain -Service Leshan -Quiet | Should -BeFalse
        }

        It 'judges what the device sends, and what the service knows' {
            $root = @{ Issuer = $chain.Root.CertificatePem; Service = 'Mosquitto' }
            $alone = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $chain -ChainDepth 1
            Get-Outcome ($bootstrap | Test-DeviceCertificate @root) MosquittoChain | Should -Be Passed
            Get-Outcome ($alone | Test-DeviceCertificate @root) MosquittoChain | Should -Be Failed
            Get-Outcome ($alone | Test-DeviceCertificate -Service Mosquitto) MosquittoChain | Should -Be Skipped
        }

        It 'applies to every object of the pipeline' {
            $reports = @($bootstrap, $odd, $lwm2m | Test-DeviceCertificate -Issuer $chain -Service AzureDps)
            $reports.ForEach({ Get-Outcome $_ AzureDpsName }) | Should -Be Passed, Failed, Passed
            @(Get-ChildItem -Path $folder -Filter '*DeviceCert.pem' | Test-DeviceCertificate -Issuer $chain -Service AzureDps).
                ForEach({ Get-Outcome $_ AzureDpsName }) | Should -Be Passed, Passed
        }

        It 'shows the checks in the views' {
            $odd | Test-DeviceCertificate -Issuer $chain -Service Leshan | Out-String -Width 80 | Should -Match 'LeshanName'
            $odd | Test-DeviceCertificate -Issuer $chain -Service Leshan -Detailed | Out-String -Width 200 |
                Should -Match '(?m)^  ✗ LeshanName .*(?s).*^  ✓ LeshanPurpose '
        }

        It 'is in every form of report' {
            $reports = $odd | Test-DeviceCertificate -Issuer $chain -Service $all
            foreach ($format in 'Html', 'JUnit', 'Sarif', 'Csv', 'Markdown') {
                $path = Join-Path (New-Folder) 'report'
                $null = $reports | Export-DeviceCertificateReport -Path $path -Format $format
                Get-Content -LiteralPath $path -Raw | Should -Match 'LeshanName' -Because $format
            }
        }

        It 'refuses <_>, and names the services' -ForEach 'Azure', 'AwsIot,Leshan', 99 {
            $value = $_
            $failure = { Test-DeviceCertificate -Path $file -Service $value } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            "$failure" | Should -Match 'AzureDps,AwsIot,Leshan,ThingsBoard,Cumulocity,Mosquitto'
        }

        It 'completes the services' {
            (Get-Command -Name Test-DeviceCertificate).Parameters['Service'].Attributes.ValidValues |
                Should -Be ([Enum]::GetNames([DeviceCreds.DeviceService]))
            $line = 'Test-DeviceCertificate -Path x -Service A'
            [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText |
                Sort-Object | Should -Be AwsIot, AzureDps
        }
    }

    Context 'what a check may say' {
        It 'never takes what was skipped for passed: <_>' -ForEach 'file', 'file with everything given', 'credential', 'CA' {
            $report = switch ($_) {
                'file' { Test-DeviceCertificate -Path $file }
                'file with everything given' {
                    Test-DeviceCertificate -Path $lwm2mFile -Issuer $chain -EndpointName dev-1 -AccountId $account `
                        -Key $lwm2m.PrivateKey -RevocationList (New-CertificateRevocationList -Issuer $chain -Ledger (New-Ledger))
                }
                'credential' { Test-DeviceCertificate -Credential $bootstrap }
                'CA' { Test-DeviceCertificate -Path $rootFile }
            }
            $counts = $report.Checks | Group-Object -Property Outcome -AsHashTable -AsString
            foreach ($check in $counts.Skipped) { $check.Message | Should -Not -BeNullOrEmpty }
            $header = ($report | Out-String -Width 400).Trim() -split '\r?\n' | Select-Object -First 1
            $header | Should -Match "\b$(@($counts.Passed).Count) passed\b"
            if ($counts.Skipped) {
                $header | Should -Match "\b$(@($counts.Skipped).Count) skipped\b"
            } else { $header | Should -Not -Match skipped }
            if ($_ -eq 'file with everything given') { $counts.Skipped | Should -BeNullOrEmpty }
        }

        It 'gives advice with what fails, and only then' {
            foreach ($check in (Test-DeviceCertificate -Path $rootFile -Kind Lwm2m).Checks) {
                [bool]$check.Recommendation | Should -Be ($check.Outcome -in 'Failed', 'Warning') -Because $check.Id
            }
        }
    }

    It 'names the kinds when one is mistyped, and completes them' {
        { Test-DeviceCertificate -Path $file -Kind Lwmm } |
            Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,*' -ExpectedMessage '*Bootstrap, Lwm2m*'
        (TabExpansion2 -inputScript 'Test-DeviceCertificate -Kind ' -cursorColumn 29).CompletionMatches.CompletionText |
            Should -Be 'Bootstrap', 'Lwm2m'
    }

    It 'is shown with its verdict, the file, and a line for each check that failed' {
        $text = Test-DeviceCertificate -Path $file -EndpointName dev-2 -Issuer $chain | Out-String -Width 200
        $text | Should -Match '(?m)^Failed  Bootstrap CN=dev-1  \(\d+ passed, 1 failed'
        $text | Should -Match ([regex]::Escape($file))
        $text | Should -Match '(?m)^  ✗ EndpointName +The CN is ''dev-1'', the endpoint name is ''dev-2'''
        $text | Should -Not -Match 'KeyIsP256|PrivateKeyMatches'
    }

    It 'is one line when it passed, however many there are' {
        $reports = 1..50 | ForEach-Object { "dev-$_" } | New-BootstrapDeviceCredential -Issuer $chain |
            Test-DeviceCertificate -Issuer $chain
        $lines = @(($reports | Out-String -Width 200).Trim() -split '\r?\n')
        $lines.Count | Should -Be 50
        @($lines | Select-Object -Unique).Count | Should -Be 50
    }

    It 'is shown with a line for each check with -Detailed, and with all of them by Format-List' {
        $detailed = Test-DeviceCertificate -Path $file -EndpointName dev-2 -Issuer $chain -Detailed
        $detailed | Should -BeOfType [DeviceCreds.DeviceCertificateReport]
        $text = $detailed | Out-String -Width 200
        $text | Should -Match ([regex]::Escape($file))
        $text | Should -Match '(?m)^  ✗ EndpointName '
        $text | Should -Match '(?m)^  ✓ KeyIsP256 '
        $text | Should -Match '(?m)^  - PrivateKeyMatches '
        $text | Should -Not -Match '\x1b|BEGIN'
        $list = Test-DeviceCertificate -Path $file -EndpointName dev-2 -Issuer $chain | Format-List | Out-String -Width 200
        foreach ($check in $detailed.Checks) { $list | Should -Match "$($check.Outcome) +$($check.Id)\b" }
    }

    It 'shows checks as rows' {
        (Test-DeviceCertificate -Path $file).Checks | Out-String -Width 200 |
            Should -Match '(?ms)^Id +Outcome +Message.*^VersionIs3 +Passed +Version 3\.'
    }

    It 'says the same whatever the culture: <_>' -ForEach 'de-DE', 'th-TH', 'ar-SA', 'tr-TR' {
        $at = [datetime]::new(2046, 5, 6, 7, 8, 9, [System.DateTimeKind]::Utc)
        $expected = (Test-DeviceCertificate -Path $file -Issuer $chain -At $at).Checks.Message
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = $_
            (Test-DeviceCertificate -Path $file -Issuer $chain -At $at).Checks.Message | Should -Be $expected
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }
    }

    It 'takes its issuer from $PSDefaultParameterValues' {
        $PSDefaultParameterValues = @{ 'Test-DeviceCertificate:Issuer' = $chain }
        Get-Outcome (Test-DeviceCertificate -Path $file) TrustedIssuer | Should -Be Passed
        $PSDefaultParameterValues.Count | Should -Be 1
    }

    Context 'several certificates of one CA' {
        BeforeAll {
            $key = New-DeviceKey
            $old = New-CertificateAuthority -Name 'Renewed' -Key $key -ValidYears 30
            $exported = Join-Path (New-Folder) 'device.pem'
            [System.IO.File]::WriteAllText($exported, (New-BootstrapDeviceCredential dev-1 -Issuer $old).CertificatePem)
            # Any other tool may renew a CA: same name and key, later dates.
            $renewedFile = Join-Path (New-Folder) 'renewed.pem'
            if (Get-Command -Name openssl -CommandType Application -ErrorAction Ignore) {
                $null = Export-DeviceKey -Key $key -Path "$renewedFile.key"
                Invoke-Tool openssl req -x509 -new -key "$renewedFile.key" -subj '/CN=Renewed' -days 12000 `
                    -addext 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature' -out $renewedFile | Out-Null
            }
        }

        It 'takes both in either order, and the renewed one alone with a warning' {
            Assert-Tool openssl
            foreach ($issuer in @($old, $renewedFile), @($renewedFile, $old)) {
                $report = Test-DeviceCertificate $exported -Issuer $issuer
                $report.Passed, $report.Warnings.Count | Should -Be $true, 0
            }
            $report = Test-DeviceCertificate $exported -Issuer $renewedFile
            $report.Passed | Should -BeTrue
            $report.Warnings.Id | Should -Be NotBeforeAfterIssuer
        }
    }

    Context 'a file in another format' {
        It 'is named with the command that reads it: <_>' -ForEach 'SenmlJson', 'SenmlCbor', 'Lwm2mTlv', 'Pfx' {
            $written = New-Folder
            $given = if ($_ -eq 'Pfx') { @{ Password = New-Password secret } } else {
                @{ Configuration = New-DeviceConfiguration `
                        -ServerUri "coaps://bootstrap.example.com?aid=$account" -ServerCertificate $chain.Root }
            }
            $bootstrap | Export-DeviceCredential -Path $written -Format $_ @given -WarningAction SilentlyContinue | Out-Null
            $one = (Get-ChildItem -Path $written -Recurse -File | Where-Object Name -NotLike '*Server*')[0].FullName
            foreach ($command in 'Test-DeviceCertificate', 'Get-DeviceCertificate') {
                $problem = { & $command $one -ErrorAction Stop } | Should -Throw -PassThru
                "$problem" | Should -BeLike "*a device's credential in the format $_."
                $problem.ErrorDetails.RecommendedAction | Should -BeLike 'Read it first: Import-DeviceCredential FILE | *'
            }
            $password = if ($_ -eq 'Pfx') { @{ Password = $given.Password } } else { @{} }
            (Import-DeviceCredential $one @password | Test-DeviceCertificate -Issuer $chain).Passed | Should -BeTrue
        }
    }

    Context 'what was issued' {
        It 'passes, or a warning says before the first device how the chain is shortened' {
            $deep = New-CertificateChain -Name A, B, C, D, E, F
            $device = New-BootstrapDeviceCredential dev-1 -Issuer $deep -WarningVariable warning -WarningAction SilentlyContinue
            "$warning" | Should -BeLike '*7 certificates*(rule ChainLength)*-ChainDepth 5*'
            ($device | Test-DeviceCertificate -Issuer $deep).Failed.Id | Should -Be ChainLength
            $device = New-BootstrapDeviceCredential dev-1 -Issuer $deep -ChainDepth 5 -WarningVariable warning
            $warning.Count | Should -Be 0
            ($device | Test-DeviceCertificate -Issuer $deep).Failed | Should -BeNullOrEmpty
            $device.Chain.Length | Should -Be 5
            $device = New-BootstrapDeviceCredential dev-1 -Issuer (New-CertificateChain -Name A, B, C, D,
                E) -ExcludeRoot -WarningVariable warning
            $warning.Count, $device.Chain.Length | Should -Be 0, 5
            ($device | Update-DeviceCredential -Issuer (New-CertificateChain -Name A, B, C) -ChainDepth 2).Chain.Length | Should -Be 2
        }

        It 'is refused where no chain would do, naming the rule and the cure' {
            Assert-Tool openssl
            $folder = New-Folder
            $null = Export-DeviceKey -Key (New-DeviceKey) -Path "$folder/ca.key"
            Set-Content -LiteralPath "$folder/v3.cnf" -Value 'basicConstraints=critical,CA:TRUE,pathlen:0',
                'keyUsage=critical,keyCertSign,digitalSignature,cRLSign', 'subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid'
            Invoke-Tool openssl req -x509 -newkey rsa:2048 -nodes -keyout "$folder/root.key" -subj '/CN=RSA Root' -days 12000 `
                -out "$folder/root.pem" | Out-Null
            Invoke-Tool openssl req -new -key "$folder/ca.key" -subj '/CN=Factory' -out "$folder/ca.csr" | Out-Null
            Invoke-Tool openssl x509 -req -in "$folder/ca.csr" -CA "$folder/root.pem" -CAkey "$folder/root.key" -CAcreateserial `
                -days 11000 -extfile "$folder/v3.cnf" -out "$folder/ca.pem" | Out-Null
            Get-Content -LiteralPath "$folder/ca.pem", "$folder/root.pem" | Set-Content -LiteralPath "$folder/both.pem"
            Start-Sleep -Seconds 2
            $ca = Import-CertificateAuthority "$folder/ca.pem" -KeyPath "$folder/ca.key"
            Assert-Failure {
                New-BootstrapDeviceCredential dev-1 -Issuer $ca
            } -Id IssuerChainUnsupported -Category InvalidArgument -Message '*sha256WithRSAEncryption*(rule ChainAlgorithms)*-ChainDepth 1*'
            $device = New-BootstrapDeviceCredential dev-1 -Issuer $ca -ChainDepth 1
            ($device | Test-DeviceCertificate -Issuer $ca).Failed | Should -BeNullOrEmpty
            Assert-Failure {
                Import-CertificateAuthority "$folder/both.pem" -KeyPath "$folder/ca.key"
            } -Id ChainSignatureInvalid -Category InvalidData -Message '*sha256WithRSAEncryption*RSA key*P-256*'
        }
    }

    It 'does not mix its inputs' {
        { Test-DeviceCertificate -Path $file -Credential $bootstrap } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}
