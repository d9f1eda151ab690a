# What the two cmdlets that issue credentials have in common. Dot-source it with the cmdlet and what it needs besides a name and an issuer.
param([Parameter(Mandatory)] [string] $Command, [hashtable] $With = @{})

Describe "$Command, issuing" -ForEach @{ Command = $Command; With = $With } {
    BeforeAll {
        . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'common.ps1'))
        $name = $Command
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $tenYears = [TimeSpan]::FromSeconds(315360000)
    }

    It 'gives a DeviceCredential, as it promises' {
        $credential = & $name dev-1 -Issuer $ca @With
        $credential | Should -BeOfType [DeviceCreds.DeviceCredential]
        (Get-Command -Name $name).OutputType.Type | Should -Be ([DeviceCreds.DeviceCredential])
        $credential.EndpointName | Should -BeExactly dev-1
        $credential.Issuer | Should -BeExactly 'CN=Factory CA'
        $credential.PrivateKey.HasPrivateKey | Should -BeTrue
        $credential.Certificate | Should -BeOfType [System.Security.Cryptography.X509Certificates.X509Certificate2]
        $credential.Certificate.HasPrivateKey | Should -BeFalse
        $credential.Thumbprint | Should -Be $credential.Certificate.Thumbprint
        $credential.SerialNumber | Should -Be $credential.Certificate.SerialNumber
        $credential.NotAfter | Should -Be $credential.Certificate.NotAfter
        $credential.NotBefore | Should -BeLessThan (Get-Date)
        $credential.NotBefore | Should -BeGreaterThan $ca.NotBefore
    }

    It 'warns once of a column with <Holds> whose name is not for one' -ForEach @(
        @{ Holds = 'a private key'; Value = { (New-DeviceKey).ToPem() } }
        @{ Holds = 'a certificate request'; Value = { (New-DeviceCertificateRequest -EndpointName dev-1).Pem } }
    ) {
        $rows = 1..3 | ForEach-Object { [pscustomobject]@{ EndpointName = "dev-$_"; Material = & $Value } }
        $credentials = $rows |
            & $name -Issuer $ca @With -WarningVariable warnings -WarningAction SilentlyContinue
        $credentials.Count, $warnings.Count | Should -Be 3, 1
        "$warnings" | Should -BeLike "*'Material' holds $Holds*"
    }

    It 'takes no script block for a path: <_>' -ForEach 'SkipExported', 'Ledger' {
        $path = @{ $_ = { 'out' } }
        { 'dev-1' | & $name -Issuer $ca @With @path } | Should -Throw '*Expected a path, found a ScriptBlock*'
    }

    It 'passes its own test, and openssl''s' {
        Assert-Tool openssl
        $credential = & $name dev-1 -Issuer $ca @With
        Test-DeviceCertificate -Credential $credential -Issuer $ca -Quiet | Should -BeTrue
        $folder = New-Folder
        [System.IO.File]::WriteAllText("$folder/ca.pem", $ca.CertificatePem)
        [System.IO.File]::WriteAllText("$folder/dev.pem", $credential.CertificatePem)
        Invoke-Tool openssl verify -x509_strict -purpose sslclient -CAfile "$folder/ca.pem" "$folder/dev.pem" |
            Should -BeLike '*dev.pem: OK'
    }

    Context 'the endpoint name' {
        It 'is taken by <_>' -ForEach 'EndpointName', 'Endpoint', 'endpoint_name', 'CommonName', 'CN' {
            $given = @{ $_ = 'dev-named' }
            (& $name @given -Issuer $ca @With).EndpointName | Should -BeExactly dev-named
            ([pscustomobject]@{ Line = 3; $_ = 'dev-column' } | & $name -Issuer $ca @With).EndpointName | Should -BeExactly dev-column
        }

        It 'is taken from the pipeline as <Type>' -ForEach @(
            @{ Type = 'text'; Value = 'dev-text'; Expected = 'dev-text' }
            @{ Type = 'number'; Value = 4711; Expected = '4711' }
            @{ Type = 'column with a number'; Value = [pscustomobject]@{ EndpointName = 42 }; Expected = '42' }
            @{ Type = 'file line'; Value = (Get-Date -Year 2031 -Month 2 -Day 3).ToString('yyyyMMdd'); Expected = '20310203' }
        ) {
            ($Value | & $name -Issuer $ca @With).EndpointName | Should -BeExactly $Expected
        }

        It 'may have every recommended character, and others: <_>' -ForEach "a'(b)+c,d-e.f?g:h/i=j k", 'ünï-漢字', 'a/OU=evil', 'x"y;z<>#\' {
            $credential = & $name -EndpointName $_ -Issuer $ca @With
            $credential.Certificate.GetNameInfo('SimpleName', $false) | Should -BeExactly $_
            Test-DeviceCertificate -Credential $credential -Issuer $ca -Quiet | Should -BeTrue
        }

        It 'is refused: <Id>' -ForEach @(
            @{ Id = 'EndpointNameEmpty'; Value = '' }
            @{ Id = 'EndpointNameBlank'; Value = '   ' }
            @{ Id = 'EndpointNameTooLong'; Value = 'x' * 65; Message = '*65*64*' }
            @{ Id = 'EndpointNameInvalidCharacter'; Value = "dev`r"; Message = '*U+000D*' }
            @{ Id = 'EndpointNameInvalidCharacter'; Value = "$([char]0xFEFF)dev"; Message = '*U+FEFF*' }
            @{ Id = 'EndpointNameSurroundedBySpaces'; Value = ' dev' }
        ) {
            $pattern = if ($Message) { $Message } else { '*endpoint name*' }
            Assert-Failure {
                & $name -EndpointName $Value -Issuer $ca @With
            } -Id $Id -Category InvalidArgument -Message $pattern -Target $Value
            $row = [pscustomobject]@{ EndpointName = $Value; Line = 7 }
            Assert-Failure { $row | & $name -Issuer $ca @With } -Id $Id -Category InvalidArgument -Message 'Row 1: *' -Target $row
        }

        It 'is refused by a dry run, too' {
            $ledger = Join-Path -Path (New-Folder) -ChildPath index.txt
            $run = Invoke-Recorded { '', ' x', 'same', 'good', 'same' | & $name -Issuer $ca @With -Ledger $ledger -WhatIf -Summary }
            $run.Errors | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' } |
                Should -Be EndpointNameEmpty, EndpointNameSurroundedBySpaces, EndpointNameDuplicate
            $run.Output.Failed | Should -Be 3
            $ledger | Should -Not -Exist
        }

        It 'is missed by name when no column has it' {
            $row = [pscustomobject]@{ Serial = 1; Device = 'x' }
            Assert-Failure {
                $row | & $name -Issuer $ca @With
            } -Id EndpointNameMissing -Category InvalidArgument -Message '*Serial, Device*EndpointName*' -Target $row
        }

        It 'comes once in a run' {
            Assert-Failure {
                $null = 'a', 'b', 'a' | & $name -Issuer $ca @With
            } -Id EndpointNameDuplicate -Category InvalidOperation -Message 'Row 3:*' -Target a
        }
    }

    Context 'the issuer' {
        It 'may be <_>' -ForEach 'a CA', 'a chain', 'an X509Certificate2 with its key' {
            $issuer, $subject = switch ($_) {
                'a CA' { $ca, 'CN=Factory CA' }
                'a chain' { (New-CertificateChain -Name 'Root', 'Line'), 'CN=Line' }
                default {
                    $curve = [System.Security.Cryptography.ECCurve]::CreateFromFriendlyName('nistP256')
                    $key = [System.Security.Cryptography.ECDsa]::Create($curve)
                    $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=NET CA', $key,
                        [System.Security.Cryptography.HashAlgorithmName]::SHA256)
                    $request.CertificateExtensions.Add(
                        [System.Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
                    $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddYears(30)), 'CN=NET CA'
                }
            }
            $credential = & $name dev-1 -Issuer $issuer @With
            $credential.Issuer | Should -BeExactly $subject
            $trusted = if ($issuer -is [System.Security.Cryptography.X509Certificates.X509Certificate2]) {
                [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($issuer.RawData)
            } else { $issuer }
            Test-DeviceCertificate -Credential $credential -Issuer $trusted -Quiet | Should -BeTrue
        }

        It 'may not be <_>' -ForEach 'a path', 'a credential', 'a chain without its key', 'an X509Certificate2 without its key' {
            $issuer, $hint = switch ($_) {
                'a path' { 'ca.pem', '*Import-CertificateAuthority*' }
                'a credential' { (& $name dev-0 -Issuer $ca @With), '*device cannot issue*' }
                'a chain without its key' { ($ca.Certificate | New-CertificateChain), '*Import-CertificateAuthority*' }
                default { $ca.Certificate, '*private key*' }
            }
            { & $name dev-1 -Issuer $issuer @With } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage $hint
        }

        It 'may not be a CA without its key, nor nothing at all' {
            $folder = New-Folder
            $null = $ca | Export-CertificateAuthority -Path $folder -NoPrivateKey
            $public = Import-CertificateAuthority -Path $folder
            Assert-Failure {
                'a', 'b' | & $name -Issuer $public @With
            } -Id IssuerWithoutKey -Category InvalidArgument -Message '*-KeyPath*' -Target 'Factory CA'
            { & $name dev-1 -Issuer $null @With } | Should -Throw -ErrorId 'ParameterArgumentValidationError*,*'
        }

        It 'may not expire too soon' {
            $young = New-CertificateAuthority -Name 'Short CA' -ValidYears 5
            Assert-Failure {
                & $name dev-1 -Issuer $young @With
            } -Id IssuerExpiresTooSoon -Category InvalidOperation -Message '*10 years*' -Target 'Short CA'
        }

        It 'comes from $PSDefaultParameterValues as well' {
            $PSDefaultParameterValues = @{ "${name}:Issuer" = $ca }
            (& $name dev-1 @With).Issuer | Should -BeExactly $ca.Subject
            $PSDefaultParameterValues.Count | Should -Be 1
        }
    }

    Context 'a request' {
        It 'belongs to the device of its row: name, columns and account' {
            $request = New-DeviceCertificateRequest -EndpointName dev-1
            $row = [pscustomobject]@{ EndpointName = 'dev-1'; Site = 'Oulu' }
            $credential = $row | & $name -Request $request -Issuer $ca @With
            $credential.EndpointName, $credential.Columns.Site, $credential.PrivateKey |
                Should -Be 'dev-1', 'Oulu', $request.Key
            Assert-Failure {
                [pscustomobject]@{ EndpointName = 'dev-2' } | & $name -Request $request -Issuer $ca @With
            } -Id RequestNameDiffers -Category InvalidOperation -Message '*dev-1*dev-2*'
            Assert-Failure { 'dev-2' | & $name -Request $request -Issuer $ca @With } -Id RequestNameDiffers -Category InvalidOperation
            # A request that names nobody is the row's.
            $key = [System.Security.Cryptography.ECDsa]::Create([System.Security.Cryptography.ECCurve]::CreateFromFriendlyName('nistP256'))
            $nameless = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('O=nobody', $key, 'SHA256')
            $path = Join-Path (New-Folder) 'nameless.csr'
            [System.IO.File]::WriteAllBytes($path, $nameless.CreateSigningRequest())
            $read = Import-DeviceCertificateRequest -Path $path
            ($row | & $name -Request $read -Issuer $ca @With -WarningAction Ignore).EndpointName | Should -BeExactly dev-1
        }

        It 'is signed, and the device keeps its key' {
            $path = Join-Path (New-Folder) 'device.csr'
            $null = New-DeviceCertificateRequest -EndpointName dev-9 | Export-DeviceCertificateRequest -Path $path
            $request = Import-DeviceCertificateRequest -Path $path
            $credential = $request | & $name -Issuer $ca @With
            $credential.EndpointName | Should -BeExactly dev-9
            $credential.PrivateKey | Should -BeNullOrEmpty
            Test-DeviceCertificate -Credential $credential -Issuer $ca -Key $request.Key -Quiet | Should -BeTrue
            ($credential | Format-Table | Out-String -Width 200) | Should -Match "device +$($credential.SerialNumber)"
        }

        It 'that was made here brings its key' {
            $request = New-DeviceCertificateRequest -EndpointName dev-9
            ($request | & $name -Issuer $ca @With).PrivateKey | Should -Be $request.Key
        }

        It 'agrees with the name that is given, or is not signed' {
            $request = New-DeviceCertificateRequest -EndpointName dev-9
            (& $name -Request $request -EndpointName dev-9 -Issuer $ca @With).EndpointName | Should -BeExactly dev-9
            Assert-Failure {
                & $name -Request $request -EndpointName dev-8 -Issuer $ca @With
            } -Id RequestNameDiffers -Category InvalidOperation -Message '*dev-9*dev-8*' -Target 'CN=dev-9'
        }

        It 'comes with no -Key' {
            Assert-Failure {
                New-DeviceCertificateRequest -EndpointName d | & $name -Key (New-DeviceKey) -Issuer $ca @With
            } -Id KeyWithRequest -Category InvalidArgument -Message '*-Key*' -Target 'CN=d'
            { & $name -Request (New-DeviceCertificateRequest -EndpointName d) -Key (New-DeviceKey) -Issuer $ca @With } |
                Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        }
    }

    Context 'a key' {
        It 'is used when it is given' {
            $key = New-DeviceKey
            (& $name dev-1 -Key $key -Issuer $ca @With).PrivateKey | Should -Be $key
        }

        It 'is one device''s' {
            $key = New-DeviceKey
            Assert-Failure {
                $null = 'a', 'b' | & $name -Key $key -Issuer $ca @With
            } -Id KeyDuplicate -Category InvalidOperation -Message "*'b'*'a'*" -Target b
        }

        It 'is not the CA''s' {
            $key = New-DeviceKey
            $own = New-CertificateAuthority -Name 'Own CA' -Key $key
            Assert-Failure { & $name dev-1 -Key $key -Issuer $own @With } -Id KeyOfAuthority -Category InvalidArgument -Target dev-1
        }
    }

    Context 'the validity' {
        It 'is <Years> years with <Given>' -ForEach @(
            @{ Given = @{}; Years = 20 }
            @{ Given = @{ ValidYears = 11 }; Years = 11 }
            @{ Given = @{ ValidYears = 34 }; Years = 34 }
        ) {
            $now = Get-Date
            $credential = & $name dev-1 -Issuer $ca @Given @With
            $credential.NotAfter - $now.AddYears($Years) | ForEach-Object { [Math]::Abs($_.TotalSeconds) } | Should -BeLessThan 60
            $credential.NotAfter - $now | Should -BeGreaterThan $tenYears
        }

        It 'lasts until -NotAfter, to the second' {
            $until = [datetime]::new(2045, 6, 7, 8, 9, 10, [System.DateTimeKind]::Utc)
            (& $name dev-1 -Issuer $ca -NotAfter $until @With).NotAfter.ToUniversalTime() | Should -Be $until
        }

        It 'begins at -NotBefore, for devices without a clock, and within the CA' {
            $old = New-CertificateChain -Name 'Old Root', 'Old CA' -NotBefore '1970-01-01T00:00:00Z'
            $credential = & $name dev-1 -Issuer $old -NotBefore '20200229120000Z' @With
            $credential.NotBefore.ToUniversalTime() | Should -Be ([datetime]::new(2020, 2, 29, 12, 0, 0))
            $credential | Test-DeviceCertificate -Issuer $old -Quiet | Should -BeTrue
            $expected = @{ Id = 'NotBeforeTooEarly'; Category = 'InvalidOperation'; Message = '*earlier -NotBefore*' }
            Assert-Failure { & $name dev-1 -Issuer $ca -NotBefore '2020-02-29' @With } @expected
        }

        It 'has no end with -NoExpiration, from a CA without end' {
            $endless = New-CertificateAuthority -Name 'Endless CA' -NoExpiration
            (& $name dev-1 -Issuer $endless -NoExpiration @With).NotAfter.ToUniversalTime() |
                Should -Be ([datetime]::new(9999, 12, 31, 23, 59, 59))
        }

        It 'is refused with <Given>: <Id>' -ForEach @(
            @{ Given = @{ ValidYears = 10 }; Id = 'ValidityTooShort'; Category = 'InvalidArgument'; Message = '*11 years*' }
            @{ Given = @{ ValidYears = 0 }; Id = 'ValidityTooShort'; Category = 'InvalidArgument'; Message = '*' }
            @{ Given = @{ ValidYears = -3 }; Id = 'ValidityTooShort'; Category = 'InvalidArgument'; Message = '*' }
            @{ Given = @{ ValidYears = 40 }; Id = 'ValidityOutlivesIssuer'; Category = 'InvalidOperation'; Message = '*only until*' }
            @{ Given = @{ ValidYears = 9000 }; Id = 'ValidityTooLong'; Category = 'InvalidArgument'; Message = '*-NoExpiration*' }
            @{ Given = @{ NoExpiration = $true }; Id = 'ValidityOutlivesIssuer'; Category = 'InvalidOperation'; Message = '*9999*' }
            @{
                Given = @{ ValidYears = 12; NoExpiration = $true }
                Id = 'ValidityAmbiguous'
                Category = 'InvalidArgument'
                Message = '*one of them*'
            }
        ) {
            # Once, however many devices would follow.
            Assert-Failure { 'a', 'b' | & $name -Issuer $ca @Given @With } -Id $Id -Category $Category -Message $Message
        }
    }

    Context 'the subjectAltName' {
        It 'is the endpoint name with <Form>' -ForEach @(
            @{ Form = 'Dns'; Device = 'dev-1.example.com'; Shown = 'DNS:dev-1.example.com' }
            @{ Form = 'Uri'; Device = 'urn:imei:490154203237518'; Shown = 'URI:urn:imei:490154203237518' }
            @{ Form = 'None'; Device = 'dev-1.example.com'; Shown = 'No extensions' }
        ) {
            Assert-Tool openssl
            $credential = & $name $Device -Issuer $ca -SubjectAltName $Form @With
            $credential | Test-DeviceCertificate -Issuer $ca -Quiet | Should -BeTrue
            $file = Join-Path (New-Folder) 'dev.pem'
            [System.IO.File]::WriteAllText($file, $credential.CertificatePem)
            Invoke-Tool openssl x509 -in $file -noout -ext subjectAltName | Should -Match $Shown
        }

        It 'is refused for a name of another form, and the others go on' {
            $run = Invoke-Recorded { 'dev_1', 'dev-2' | & $name -Issuer $ca -SubjectAltName Dns @With }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'SubjectAltNameNotPossible,*'
            $run.Output.EndpointName | Should -Be dev-2
        }
    }

    Context 'the pipeline' {
        It 'keeps the order, and goes on after a bad row' {
            $run = Invoke-Recorded { 'c', '', 'a', 'b' | & $name -Issuer $ca @With }
            $run.Output.EndpointName | Should -Be 'c', 'a', 'b'
            $run.Errors.Count | Should -Be 1
            $run.Ended | Should -BeFalse
        }

        It 'stops what stands before it when Select-Object has enough' {
            $seen = [System.Collections.Generic.List[int]]::new()
            $first = 1..100 | ForEach-Object { $seen.Add($_); "dev-$_" } | & $name -Issuer $ca @With | Select-Object -First 2
            $first.EndpointName | Should -Be 'dev-1', 'dev-2'
            $seen.Count | Should -Be 2
        }

        It 'ends at the first bad row with -ErrorAction Stop' {
            $done = [System.Collections.Generic.List[object]]::new()
            { 'a', '', 'b' | & $name -Issuer $ca @With -ErrorAction Stop | ForEach-Object { $done.Add($_) } } |
                Should -Throw -ErrorId 'EndpointNameEmpty,*'
            $done.EndpointName | Should -Be a
        }

        It 'issues nothing from an empty pipeline' {
            @() | & $name -Issuer $ca @With | Should -BeNullOrEmpty
        }
    }

    It 'is shown as a row, without anything secret' {
        $credential = & $name dev-shown -Issuer $ca @With
        $text = $credential | Format-Table | Out-String -Width 200
        $text | Should -Match '(?m)^EndpointName +Kind +AccountId +NotAfter +Key +SerialNumber'
        $text | Should -Match ('dev-shown.*' + $credential.NotAfter.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture) +
            '.*here.*' + $credential.SerialNumber)
        Find-Secret -Text ($text + ($credential | Format-List -Property * -Force | Out-String -Width 200)) -Key $credential.PrivateKey |
            Should -BeNullOrEmpty
    }

    It 'keeps its columns at 80 characters' {
        (& $name dev-shown -Issuer $ca @With | Format-Table | Out-String -Width 80) | Should -Match '(?m)^EndpointName.*Key.*SerialNumber'
    }
}
