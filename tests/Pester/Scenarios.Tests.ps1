BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

# The two examples of the vendor's "Properties for manually generated keys and certificates".
Describe 'A key and a certificate' {
    Context 'made here' {
        BeforeAll {
            $folder = New-Folder
            $ca = New-CertificateAuthority -Name 'Factory CA'
            $null = $ca | Export-CertificateAuthority -Path "$folder/ca" -NoPassword
            $null = New-BootstrapDeviceCredential -EndpointName device_endpoint_name -Issuer $ca | Export-DeviceCredential -Path $folder
            $device = "$folder/device_endpoint_name"
        }

        It 'is verified by openssl, strictly' {
            Assert-Tool openssl
            Invoke-Tool openssl verify -x509_strict -purpose sslclient `
                -CAfile "$folder/ca/CA_cert.pem" "$device/BootstrapDeviceCert.pem" | Should -BeLike '*OK'
        }

        It 'has what the document''s table asks for: <Says>' -ForEach @(
            @{ Says = 'Subject: CN ?= ?device_endpoint_name' }
            @{ Says = 'Issuer: CN ?= ?Factory CA' }
            @{ Says = 'ASN1 OID: prime256v1\s+NIST CURVE: P-256' }
            @{ Says = '(?s)Signature Algorithm: ecdsa-with-SHA256.*Signature Algorithm: ecdsa-with-SHA256' }
            @{ Says = 'Version: 3' }
            @{ Says = 'X509v3 Basic Constraints: critical\s+CA:FALSE' }
            @{ Says = 'X509v3 Key Usage: critical\s+Digital Signature\s' }
            @{ Says = 'X509v3 Extended Key Usage:\s+TLS Web Client Authentication' }
        ) {
            Assert-Tool openssl
            Invoke-Tool openssl x509 -in "$device/BootstrapDeviceCert.pem" -noout -text | Should -Match $Says
        }

        It 'outlives 10 years by openssl''s clock' {
            Assert-Tool openssl
            Invoke-Tool openssl x509 -in "$device/BootstrapDeviceCert.pem" -noout -checkend 315360000 | Should -BeLike '*will not expire*'
        }

        It 'is the same in PEM and DER, key and certificate' {
            Assert-Tool openssl
            $public = foreach ($form in 'pem', 'der') {
                Invoke-Tool openssl x509 -in "$device/BootstrapDeviceCert.$form" -inform $form.ToUpperInvariant() -noout -pubkey
                Invoke-Tool openssl pkey -in "$device/BootstrapDevicePrivateKey.$form" -inform $form.ToUpperInvariant() -pubout
            }
            $public.Count | Should -Be 4
            @($public | Sort-Object -Unique).Count | Should -Be 1
        }

        It 'is verified by certtool' {
            Assert-Tool certtool
            Invoke-Tool certtool --verify --load-ca-certificate "$folder/ca/CA_cert.pem" --infile "$device/BootstrapDeviceCert.pem" |
                Should -BeLike '*Verified*'
        }

        It 'passes our test, read from the files' {
            Import-DeviceCredential -Path $device |
                Test-DeviceCertificate -Issuer "$folder/ca/CA_cert.pem" -EndpointName device_endpoint_name -Quiet | Should -BeTrue
        }
    }

    Context 'made by the document''s commands as they stand' {
        BeforeAll {
            $folder = New-Folder
            if (Get-Command -Name openssl -CommandType Application -ErrorAction Ignore) {
                Push-Location -LiteralPath $folder
                $ca = New-CertificateAuthority -Name 'Factory CA'
                $null = $ca | Export-CertificateAuthority -Path . -NoPassword
                $null = Invoke-Tool openssl ecparam -out BootstrapDevicePrivateKey.pem -name prime256v1 -genkey
                $null = Invoke-Tool openssl ec -in BootstrapDevicePrivateKey.pem -out BootstrapDevicePrivateKey.der -outform der
                $null = Invoke-Tool openssl req -key BootstrapDevicePrivateKey.pem -new -sha256 -out BootstrapDeviceCsr.pem `
                    -subj /CN=device_endpoint_name
                $null = Invoke-Tool openssl x509 -req -in BootstrapDeviceCsr.pem -sha256 -out BootstrapDeviceCert.der -outform der `
                    -CA CA_cert.pem -CAkey CA_private.pem -CAcreateserial -days 3650
                Pop-Location
            }
        }

        It 'has its CA, key and request read here' {
            Assert-Tool openssl
            (Import-DeviceKey -Path "$folder/BootstrapDevicePrivateKey.der") |
                Should -Be (Import-DeviceKey -Path "$folder/BootstrapDevicePrivateKey.pem")
            (Import-DeviceCertificateRequest -Path "$folder/BootstrapDeviceCsr.pem").EndpointName | Should -BeExactly device_endpoint_name
        }

        It 'has its request signed here, and that passes' {
            Assert-Tool openssl
            $credential = Import-DeviceCertificateRequest -Path "$folder/BootstrapDeviceCsr.pem" |
                New-BootstrapDeviceCredential -Issuer (Import-CertificateAuthority -Path $folder)
            $key = Import-DeviceKey -Path "$folder/BootstrapDevicePrivateKey.der"
            Test-DeviceCertificate -Credential $credential -Issuer $ca -Key $key -EndpointName device_endpoint_name -Quiet | Should -BeTrue
        }

        It 'has a certificate that does not meet the document''s own table, and is told so: <Id>' -ForEach @{
            Id = 'LifetimeOverTenYears'
        }, @{ Id = 'VersionIs3' } {
            Assert-Tool openssl
            $report = Test-DeviceCertificate -Path "$folder/BootstrapDeviceCert.der" -Issuer $ca -EndpointName device_endpoint_name
            # OpenSSL 3.2 and later make version 3 of it.
            if ($Id -eq 'VersionIs3' -and
                (Invoke-Tool openssl x509 -in "$folder/BootstrapDeviceCert.der" -inform DER -noout -text) -match 'Version: 3') {
                Set-ItResult -Skipped -Because 'this openssl makes version 3 certificates'
            }
            $report.Passed | Should -BeFalse
            $report.Failed.Id | Should -Contain $Id
            foreach ($kept in 'KeyIsP256', 'SignatureAlgorithm', 'EndpointName', 'NotSelfSigned', 'ChainSignatures', 'TrustedIssuer') {
                ($report.Checks | Where-Object Id -EQ $kept).Outcome | Should -Be Passed -Because $kept
            }
        }
    }
}

Describe 'A key and a certificate chain' {
    Context 'made here' {
        BeforeAll {
            $folder = New-Folder
            $chain = New-CertificateChain -Name 'ROOT_CA', 'INT_CA'
            $null = $chain.Issuer | Export-CertificateAuthority -Path "$folder/ca" -NoPassword
            $null = New-BootstrapDeviceCredential -EndpointName device_endpoint_name -Issuer $chain | Export-DeviceCredential -Path $folder
            $bundle = "$folder/device_endpoint_name/BootstrapDeviceCert.pem"
        }

        It 'is verified by openssl with the chain file as the document has it, but for its folder that is not there' {
            Assert-Tool openssl
            Invoke-Tool openssl verify -verbose -x509_strict -CAfile "$folder/ca/CA_chain.pem" $bundle | Should -BeLike '*OK'
        }

        It 'is verified by openssl from the root alone, with what stands in the file' {
            Assert-Tool openssl
            [System.IO.File]::WriteAllText("$folder/root.pem", $chain.Root.CertificatePem)
            Invoke-Tool openssl verify -x509_strict -CAfile "$folder/root.pem" -untrusted $bundle $bundle | Should -BeLike '*OK'
        }

        It 'stands in the file as device, intermediate, root' {
            (Get-DeviceCertificate -Path $bundle).Subject | Should -Be 'CN=device_endpoint_name', 'CN=INT_CA', 'CN=ROOT_CA'
        }

        It 'is verified by certtool' {
            Assert-Tool certtool
            [System.IO.File]::WriteAllText("$folder/root.pem", $chain.Root.CertificatePem)
            Invoke-Tool certtool --verify --load-ca-certificate "$folder/root.pem" --infile $bundle | Should -BeLike '*Verified*'
        }
    }

    Context 'made by the document''s commands as they stand' {
        BeforeAll {
            $folder = New-Folder
            if (Get-Command -Name openssl -CommandType Application -ErrorAction Ignore) {
                Push-Location -LiteralPath $folder
                $config = "[ req ]`ndistinguished_name=dn`nprompt = no`n" +
                    "[ ext ]`nbasicConstraints = CA:TRUE`nkeyUsage = digitalSignature, keyCertSign, cRLSign`n[ dn ]`n"
                [System.IO.File]::WriteAllText("$folder/ca_config.cnf", $config)
                foreach ($name in 'root_key', 'intermediate_key', 'BootstrapDevicePrivateKey') {
                    $null = Invoke-Tool openssl ecparam -out "$name.pem" -name prime256v1 -genkey
                }
                [System.IO.File]::WriteAllText("$folder/root.cnf", $config + "CN = ROOT_CA`n")
                $null = Invoke-Tool openssl req -key root_key.pem -new -x509 -days 7300 -sha256 -out root_cert.pem -config root.cnf `
                    -extensions ext
                [System.IO.File]::WriteAllText("$folder/int.cnf", $config + "CN = INT_CA`n")
                $null = Invoke-Tool openssl req -new -sha256 -key intermediate_key.pem -out intermediate_csr.pem -config int.cnf
                $null = Invoke-Tool openssl x509 -sha256 -req -in intermediate_csr.pem -out intermediate_cert.pem -CA root_cert.pem `
                    -CAkey root_key.pem -days 7300 -extfile ca_config.cnf -extensions ext -CAcreateserial
                [System.IO.File]::WriteAllText("$folder/intermediate_chain.pem",
                    [System.IO.File]::ReadAllText("$folder/intermediate_cert.pem") + [System.IO.File]::ReadAllText("$folder/root_cert.pem"))
                [System.IO.File]::WriteAllText("$folder/device.cnf",
                    "[ req ]`ndistinguished_name=dn`nprompt = no`n[ dn ]`nCN = device_endpoint_name`n")
                $null = Invoke-Tool openssl req -key BootstrapDevicePrivateKey.pem -new -sha256 -out device_csr.pem -config device.cnf
                $null = Invoke-Tool openssl x509 -sha256 -req -in device_csr.pem -out device_cert.pem -CA intermediate_cert.pem `
                    -CAkey intermediate_key.pem -days 7300 -extensions ext -CAcreateserial
                [System.IO.File]::WriteAllText("$folder/BootstrapDeviceCert.pem",
                    [System.IO.File]::ReadAllText("$folder/device_cert.pem") +
                    [System.IO.File]::ReadAllText("$folder/intermediate_chain.pem"))
                Pop-Location
            }
        }

        It 'is a chain here, in whatever order its files come' {
            Assert-Tool openssl
            $ordered = Get-DeviceCertificate -Path "$folder/root_cert.pem", "$folder/device_cert.pem", "$folder/intermediate_cert.pem" |
                New-CertificateChain
            $ordered.Certificates.Subject | Should -Be 'CN=device_endpoint_name', 'CN=INT_CA', 'CN=ROOT_CA'
        }

        It 'has its credential imported whole' {
            Assert-Tool openssl
            $credential = Import-DeviceCredential -Path "$folder/BootstrapDeviceCert.pem", "$folder/BootstrapDevicePrivateKey.pem"
            $credential.EndpointName | Should -BeExactly device_endpoint_name
            $credential.Chain.Length | Should -Be 3
            $credential.PrivateKey | Should -Be (Import-DeviceKey -Path "$folder/BootstrapDevicePrivateKey.pem")
        }

        It 'has intermediate CAs whose extensions the test finds wanting, and says how' {
            Assert-Tool openssl
            $report = Test-DeviceCertificate -Path "$folder/BootstrapDeviceCert.pem" -Issuer "$folder/root_cert.pem" `
                -EndpointName device_endpoint_name
            ($report.Checks | Where-Object Id -EQ AuthoritiesMaySign).Outcome | Should -Be Warning
            ($report.Checks | Where-Object Id -EQ AuthoritiesMaySign).Message | Should -BeLike '*not critical*'
            foreach ($kept in 'ChainOrder', 'ChainSignatures', 'TrustedIssuer', 'LifetimeOverTenYears', 'EndpointName') {
                ($report.Checks | Where-Object Id -EQ $kept).Outcome | Should -Be Passed -Because $kept
            }
        }

        It 'has a request that its intermediate CA signs here, and that passes' {
            Assert-Tool openssl
            # The CA begins in the second in which it was made; a device must begin later, and before now.
            $begin = (Get-DeviceCertificate -Path "$folder/intermediate_cert.pem").NotBefore
            while ((Get-Date) -le $begin.AddSeconds(2)) { Start-Sleep -Milliseconds 100 }
            $ca = Import-CertificateAuthority -Path "$folder/intermediate_chain.pem" -KeyPath "$folder/intermediate_key.pem"
            $credential = Import-DeviceCertificateRequest -Path "$folder/device_csr.pem" | New-BootstrapDeviceCredential -Issuer $ca
            $report = Test-DeviceCertificate -Credential $credential -Issuer "$folder/root_cert.pem" `
                -Key (Import-DeviceKey -Path "$folder/BootstrapDevicePrivateKey.pem")
            $report.Failed.Message | Should -BeNullOrEmpty
            [System.IO.File]::WriteAllText("$folder/ours.pem", $credential.CertificatePem)
            Invoke-Tool openssl verify -verbose -CAfile "$folder/intermediate_chain.pem" "$folder/ours.pem" | Should -BeLike '*OK'
        }
    }
}

Describe 'The LwM2M certificate' {
    It 'names the account of the server''s URI, for openssl, too' {
        Assert-Tool openssl
        $folder = New-Folder
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $null = New-Lwm2mDeviceCredential -EndpointName d `
            -ServerUri 'coaps://lwm2m.example.com:5684?aid=0123456789abcdef0123456789abcdef' -Issuer $ca |
            Export-DeviceCredential -Path $folder
        Invoke-Tool openssl x509 -in "$folder/d/LwM2MDeviceCert.pem" -noout -subject -nameopt RFC2253 |
            Should -Match 'OU=0123456789abcdef0123456789abcdef'
        Invoke-Tool openssl x509 -in "$folder/d/LwM2MDeviceCert.pem" -noout -subject -nameopt RFC2253 | Should -Match 'CN=d(,|$)'
    }
}

Describe 'Another culture, another time zone' {
    It 'changes nothing in files: culture <_>' -ForEach 'de-DE', 'th-TH', 'ar-SA', 'tr-TR' {
        Assert-Tool openssl
        $folder = New-Folder
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = $_
            $year = [datetime]::UtcNow.AddYears(20).ToString('yyyy', [cultureinfo]::InvariantCulture)
            $ca = New-CertificateAuthority -Name 'Factory CA'
            $credential = 'KILLINGI-1.5' | New-BootstrapDeviceCredential -Issuer $ca
            $null = $credential | Export-DeviceCredential -Path $folder
            ($credential | Out-String -Width 200) | Should -Match "$year-\d\d-\d\d"
            ($ca | Out-String -Width 200) | Should -Match '\d{4}-\d\d-\d\d'
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }
        Get-Tree $folder |
            Should -Be ('BootstrapDeviceCert.der', 'BootstrapDeviceCert.pem', 'BootstrapDevicePrivateKey.der',
            'BootstrapDevicePrivateKey.pem' | ForEach-Object { "KILLINGI-1.5/$_" })
        Invoke-Tool openssl x509 -in "$folder/KILLINGI-1.5/BootstrapDeviceCert.pem" -noout -enddate | Should -Match "$year GMT"
        Import-DeviceCredential -Path $folder | Test-DeviceCertificate -Issuer $ca -EndpointName 'KILLINGI-1.5' -Quiet | Should -BeTrue
    }

    It 'changes nothing in files: <Zone>' -ForEach @{ Zone = 'Pacific/Kiritimati' }, @{ Zone = 'America/St_Johns' } {
        Assert-Tool openssl
        if ($OnWindows) { Set-ItResult -Skipped -Because 'Windows has no TZ' }
        $folder = New-Folder
        $offset = Invoke-ChildShell -Environment @{ TZ = $Zone } -Script @"
`$ca = New-CertificateAuthority -Name CA
`$null = `$ca | Export-CertificateAuthority -Path '$folder/ca' -NoPassword
`$null = 'dev' | New-BootstrapDeviceCredential -Issuer `$ca -NotAfter 2044-05-06T07:08:09Z | Export-DeviceCredential -Path '$folder'
if (-not (Import-DeviceCredential '$folder/dev' | Test-DeviceCertificate -Issuer '$folder/ca/CA_cert.pem' -Quiet)) { 'failed' }
[TimeZoneInfo]::Local.GetUtcOffset([datetime]'2030-01-01').TotalMinutes
"@
        $offset | Should -Be @{ 'Pacific/Kiritimati' = '840'; 'America/St_Johns' = '-210' }[$Zone]
        Invoke-Tool openssl x509 -in "$folder/dev/BootstrapDeviceCert.pem" -noout -enddate | Should -Be 'notAfter=May  6 07:08:09 2044 GMT'
        $begin = (Get-DeviceCertificate -Path "$folder/dev/BootstrapDeviceCert.pem").NotBefore
        [Math]::Abs(((Get-Date).AddHours(-1) - $begin).TotalMinutes) | Should -BeLessThan 2
        Import-DeviceCredential -Path "$folder/dev" | Test-DeviceCertificate -Issuer "$folder/ca/CA_cert.pem" -Quiet | Should -BeTrue
    }
}

# What OpenSSL's own rules say, and what a run must be told before it issues.
Describe 'A ledger' {
    BeforeAll {
        $ca = New-CertificateAuthority -Name 'Factory CA'
        function New-LedgerOf([string] $Content, [string] $Attributes = "unique_subject = no`n") {
            $path = Join-Path (New-Folder) 'index.txt'
            [System.IO.File]::WriteAllText($path, $Content)
            [System.IO.File]::WriteAllText("$path.attr", $Attributes)
            $path
        }
    }

    It 'of openssl with unique_subject = yes gets no second line for a device, and openssl still takes it' {
        $ledger = New-LedgerOf "V`t20510718125159Z`t`t01`tunknown`t/CN=o1`n" "unique_subject = yes`n"
        Assert-Failure {
            New-BootstrapDeviceCredential -EndpointName o1 -Issuer $ca -Ledger $ledger -AllowDuplicate
        } -Id SubjectNotUnique -Category ResourceExists -Message '*serial number 01*'
        (New-BootstrapDeviceCredential -EndpointName o2 -Issuer $ca -Ledger $ledger).EndpointName | Should -Be 'o2'
        Assert-Tool openssl
        [System.IO.File]::WriteAllText("$ledger.cnf", "[ca]`ndefault_ca = this`n[this]`ndatabase = $ledger`n")
        & openssl ca -config "$ledger.cnf" -status 01 2>&1 | Out-String | Should -BeLike '*01=Valid*'
    }

    It 'gets a second valid certificate of a device only with -AllowDuplicate' {
        $ledger = New-LedgerOf ''
        $first = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca -Ledger $ledger
        $run = Invoke-Recorded { 'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca -Ledger $ledger }
        $run.Output.EndpointName | Should -Be 'dev-2'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'EndpointHasCertificate,*'
        "$($run.Errors)" | Should -BeLike "*$($first.SerialNumber)*"
        (New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca -Ledger $ledger -AllowDuplicate).EndpointName | Should -Be 'dev-1'
        (New-Lwm2mDeviceCredential -EndpointName dev-1 -AccountId acc -Issuer $ca -Ledger $ledger).EndpointName | Should -Be 'dev-1'
    }

    It 'that is damaged is said before anything is issued: <Damage>' -ForEach @(
        @{
            Damage = 'an empty line'
            Content = "V`t461126000000Z`t`t0A1B`tunknown`t/CN=led-1`n`nV`t461126000000Z`t`t0A1D`tunknown`t/CN=led-3`n"
            Id = 'LedgerFieldCount'
        }
        @{ Damage = 'a byte order mark'; Content = "$([char]0xFEFF)V`t461126000000Z`t`t0A1B`tunknown`t/CN=led-1`n"; Id = 'LedgerState' }
        @{
            Damage = 'a serial number twice'
            Content = "V`t461126000000Z`t`t0A1B`tunknown`t/CN=led-1`n" * 2
            Id = 'LedgerSerialNumberDuplicate'
        }
    ) {
        $ledger = New-LedgerOf $Content
        $before = Get-Content -LiteralPath $ledger -Raw
        Assert-Failure { New-BootstrapDeviceCredential -EndpointName new-1 -Issuer $ca -Ledger $ledger } -Id $Id -Category InvalidData
        Get-Content -LiteralPath $ledger -Raw | Should -BeExactly $before
    }

    It 'is not a device' {
        Assert-Unix
        Assert-Failure {
            New-BootstrapDeviceCredential -EndpointName new-1 -Issuer $ca -Ledger /dev/null
        } -Id FileNotRegular -Category InvalidArgument
    }

    It 'is waited for with -LedgerTimeout' {
        $ledger = New-LedgerOf "V`t461126000000Z`t`t0A1B`tunknown`t/CN=led-1`n"
        $run = Invoke-Recorded {
            'dev-1' | New-BootstrapDeviceCredential -Issuer $ca -Ledger $ledger | ForEach-Object {
                Revoke-DeviceCertificate -SerialNumber 0A1B -Ledger $ledger -Confirm:$false -LedgerTimeout 1
            }
        }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'LedgerInUse,*'
        "$($run.Errors)" | Should -BeLike "*process $PID on*"
        (Revoke-DeviceCertificate -SerialNumber 0A1B -Ledger $ledger -Confirm:$false -LedgerTimeout 1).State | Should -Be 'Revoked'
    }
}

Describe 'A run that goes on after another' {
    BeforeAll { $ca = New-CertificateAuthority -Name 'Factory CA' }

    It 'says of each folder why it does not count, and issues nothing for it' {
        $out = New-Folder
        $null = 'a', 'b', 'c' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out
        Remove-Item -Path "$out/b/*PrivateKey*"
        $run = Invoke-Recorded {
            'a', 'b', 'd' | New-BootstrapDeviceCredential -Issuer $ca -SkipExported $out -Summary | Export-DeviceCredential -Path $out
        }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'ExportedCredentialUnusable,*'
        $run.Errors.Exception.Message | Should -BeLike '*private key is missing*Nothing was issued*'
        $run.Errors.Exception.Message | Should -Not -BeLike '*-Force*'
        $summary = $run.Output | Where-Object { $_ -is [DeviceCreds.PowerShell.RunSummary] }
        $summary.Succeeded, $summary.Skipped, $summary.Failed | Should -Be 1, 1, 1
    }

    It 'does not write through a link' {
        $out, $elsewhere = (New-Folder), (New-Folder)
        $null = New-Item -ItemType SymbolicLink -Path "$out/a" -Target $elsewhere
        Assert-Failure {
            New-BootstrapDeviceCredential -EndpointName a -Issuer $ca | Export-DeviceCredential -Path $out -Force
        } -Id FolderIsLink -Category InvalidOperation
        Get-Tree $elsewhere | Should -BeNullOrEmpty
    }

    It 'leaves all devices in the file that a service takes' {
        $out = New-Folder
        foreach ($count in 3, 5, 5) {
            $null = 1..$count | ForEach-Object { "d$_" } | New-Lwm2mDeviceCredential -AccountId acc -Issuer $ca -SkipExported $out |
                Export-DeviceCredential -Path $out -Format Pem, AwsIot, Leshan
            @(Get-Content -LiteralPath "$out/aws-iot.jsonl").Count | Should -Be $count
            @(Get-Content -LiteralPath "$out/leshan-security.json" -Raw | ConvertFrom-Json).Count | Should -Be $count
        }
    }

    It 'says which certificate never reached the folder, and gives the device another' {
        $out, $ledger = (New-Folder), (Join-Path (New-Folder) 'index.txt')
        $lost = New-BootstrapDeviceCredential -EndpointName a -Issuer $ca -Ledger $ledger
        $run = New-BootstrapDeviceCredential -EndpointName a -Issuer $ca -Ledger $ledger -SkipExported $out 3>&1
        "$($run[0])" | Should -BeLike "*$($lost.SerialNumber)*Get-IssuedCertificate -NotIn*"
        $run[1].Renews | Should -BeExactly $lost.SerialNumber
    }
}
