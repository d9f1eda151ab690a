# What devices, tools and servers take, besides PEM and DER: written and read again through the cmdlets.
BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Export-DeviceCredential -Format <Format>, <Kind>' -ForEach @(
    @{ Format = 'DeveloperSource'; Kind = 'Bootstrap'; Files = 'mbed_cloud_dev_credentials.c'; Secret = 'mbed_cloud_dev_credentials.c' }
    @{ Format = 'Kcm'; Kind = 'Bootstrap'; Files = @(
            'mbed.BootstrapDeviceCert', 'mbed.BootstrapDevicePrivateKey', 'mbed.BootstrapServerCACert', 'mbed.BootstrapServerURI',
                'mbed.DeviceType', 'mbed.EndpointName'
            'mbed.HardwareVersion', 'mbed.Manufacturer', 'mbed.MemoryTotalKB', 'mbed.ModelNumber', 'mbed.SerialNumber', 'mbed.UseBootstrap'
        ); Secret = 'mbed.BootstrapDevicePrivateKey'
    }
    @{ Format = 'Lwm2mTlv'; Kind = 'Bootstrap'; Files = 'BootstrapSecurity.tlv'; Secret = 'BootstrapSecurity.tlv' }
    @{ Format = 'Lwm2mTlv'; Kind = 'Lwm2m'; Files = 'LwM2MSecurity.tlv', 'LwM2MServer.tlv'; Secret = 'LwM2MSecurity.tlv' }
    @{ Format = 'SenmlJson'; Kind = 'Bootstrap'; Files = 'BootstrapObjects.senml.json'; Secret = 'BootstrapObjects.senml.json' }
    @{ Format = 'SenmlJson'; Kind = 'Lwm2m'; Files = 'LwM2MObjects.senml.json'; Secret = 'LwM2MObjects.senml.json' }
    @{ Format = 'SenmlCbor'; Kind = 'Bootstrap'; Files = 'BootstrapObjects.senml.cbor'; Secret = 'BootstrapObjects.senml.cbor' }
    @{ Format = 'SenmlCbor'; Kind = 'Lwm2m'; Files = 'LwM2MObjects.senml.cbor'; Secret = 'LwM2MObjects.senml.cbor' }
) {
    BeforeAll {
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $server = New-CertificateAuthority -Name 'Server CA'
        $account = '0123456789abcdef0123456789abcdef'
        $configuration = New-DeviceConfiguration -ServerUri "coaps://server.example.com:5684?aid=$account" `
            -ServerCertificate $server.Certificate -Manufacturer 'Example' -ModelNumber 'T-1' -SerialNumber 'S1' `
            -DeviceType 'thermostat' -HardwareVersion '1' -MemoryTotalKB 512
        $devices = 1..3 | ForEach-Object { [pscustomobject] @{ EndpointName = "dév `"$_`" ??/"; AccountId = $account } }
        $credentials = if ($Kind -eq 'Bootstrap') {
            $devices | New-BootstrapDeviceCredential -Issuer $ca
        } else { $devices | New-Lwm2mDeviceCredential -Issuer $ca }
    }

    BeforeEach { $out = New-Folder }

    It 'writes its files into a folder a device' {
        $written = $credentials |
            Export-DeviceCredential -Path $out -Format $Format -Configuration $configuration -ErrorAction Stop `
            -WarningVariable warnings | Get-WrittenFile
        $warnings | Should -BeNullOrEmpty
        $written | Group-Object -Property DirectoryName | ForEach-Object { $_.Group.Name | Sort-Object | Should -Be $Files }
        @($written | Group-Object -Property DirectoryName).Count | Should -Be 3
    }

    It 'lets only the owner read the key' {
        Assert-Unix
        $credentials[0] | Export-DeviceCredential -Path $out -Format $Format -Configuration $configuration | Get-WrittenFile |
            ForEach-Object {
            Get-Mode $_.FullName | Should -Be $(if ($_.Name -in $Secret) { '600' } else { '644' }) -Because $_.Name
        }
    }

    It 'is read again, by content, with what the device is told' {
        $null = $credentials | Export-DeviceCredential -Path $out -Format $Format -Configuration $configuration
        $read = @(Import-DeviceCredential -Path $out -ErrorAction Stop | Sort-Object -Property EndpointName)
        $read.EndpointName | Should -BeExactly $devices.EndpointName
        for ($i = 0; $i -lt 3; $i++) {
            $read[$i].Fingerprint | Should -BeExactly $credentials[$i].Fingerprint
            $read[$i].Kind | Should -Be $Kind
            $read[$i].PrivateKey | Should -Be $credentials[$i].PrivateKey
            $read[$i].Configuration.ServerUri | Should -BeExactly $configuration.ServerUri
            $read[$i].Configuration.ServerCertificate.Fingerprint | Should -Be $server.Fingerprint
        }
        # And what was read can be written as it is.
        $again = New-Folder
        $null = $read | Export-DeviceCredential -Path $again -Format $Format -ErrorAction Stop
        foreach ($file in Get-Tree $out) {
            (Get-FileHash -LiteralPath (Join-Path $again $file)).Hash |
                Should -Be (Get-FileHash -LiteralPath (Join-Path $out $file)).Hash -Because $file
        }
    }

    It 'is refused without a configuration, and with a password that it could not heed' {
        Assert-Failure {
            $credentials[0] | Export-DeviceCredential -Path $out -Format $Format
        } -Id ConfigurationMissing -Category InvalidArgument -Message '*-Configuration*'
        Assert-Failure {
            $credentials[0] | Export-DeviceCredential -Path $out -Format $Format -Configuration $configuration -Password (New-Password)
        } -Id PasswordNotPossible -Category InvalidArgument
        Get-Tree $out | Should -BeNullOrEmpty
    }

    It 'goes with others into one folder' {
        $null = $credentials[0] | Export-DeviceCredential -Path $out -Format Pem, Der, $Format -Configuration $configuration
        (Import-DeviceCredential -Path $out).Fingerprint | Should -Be $credentials[0].Fingerprint
    }

    It 'completes its name' {
        $line = "Export-DeviceCredential -Format $($Format.Substring(0, 3))"
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Contain $Format
    }
}

Describe 'LwM2M objects' {
    BeforeAll {
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $credential = New-Lwm2mDeviceCredential -EndpointName dev -AccountId a1 -Issuer $chain
    }

    BeforeEach { $out = New-Folder }

    It 'warns once when the server is not authenticated' {
        $configuration = New-DeviceConfiguration -ServerUri 'coaps://server.example.com'
        $null = 1..3 | ForEach-Object { "dev$_" } | New-Lwm2mDeviceCredential -AccountId a1 -Issuer $chain |
            Export-DeviceCredential -Path $out -Format SenmlCbor,
            Lwm2mTlv -Configuration $configuration -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -Be 1
        "$warnings" | Should -BeLike '*no server certificate*-ServerCertificate*'
    }

    It 'holds the leaf alone, and with -CertificateBundle the chain' {
        $configuration = New-DeviceConfiguration -ServerUri 'coaps://server.example.com' -ServerCertificate $chain.Root
        $null = Export-DeviceCredential -Credential $credential -Path $out -Format SenmlJson -Configuration $configuration
        (Import-DeviceCredential -Path $out).Chain.Length | Should -Be 1
        $null = Export-DeviceCredential -Credential $credential -Path $out -Format SenmlJson -Configuration $configuration `
            -CertificateBundle -Force
        (Import-DeviceCredential -Path $out).Chain.Certificates.Subject | Should -Be 'CN=dev,OU=a1', 'CN=Line', 'CN=Root'
    }

    It 'takes its fields from the command line, a file and a row alike' {
        $fields = [ordered] @{
            ServerUri = 'coaps://192.0.2.1'
            ShortServerId = 7
            Lifetime = 60
            Binding = 'UQ'
            StoreNotifications = $false
            MatchingType = 1; ServerName = 'server.example.com'; CertificateUsage = 2; CipherSuite = 49326, 49195
        }
        $path = Join-Path $out 'base.json'
        [System.IO.File]::WriteAllText($path, ($fields | ConvertTo-Json))
        $row = [pscustomobject] $fields
        $row.CipherSuite = '49326 49195'
        $row | Add-Member -NotePropertyName EndpointName -NotePropertyValue dev
        $csv = $row | ConvertTo-Csv -NoTypeInformation | ConvertFrom-Csv
        foreach ($configuration in (New-DeviceConfiguration @fields -ServerCertificate $chain.Root),
            (New-DeviceConfiguration -Path $path -ServerCertificate $chain.Root),
            ($csv | New-DeviceConfiguration -ServerCertificate $chain.Root)) {
            $null = Export-DeviceCredential -Credential $credential -Path $out -Format SenmlJson -Configuration $configuration -Force `
                -WarningVariable warnings
            $warnings | Should -BeNullOrEmpty
            $read = (Import-DeviceCredential -LiteralPath (Join-Path $out 'dev/LwM2MObjects.senml.json')).Configuration
            foreach ($name in 'ServerUri', 'ShortServerId', 'Lifetime', 'Binding', 'StoreNotifications', 'MatchingType', 'ServerName',
                'CertificateUsage') {
                $read.$name | Should -Be $fields.$name -Because $name
            }
            $read.CipherSuites | Should -Be 49326, 49195
            $read.ServerCertificateDigest.Length | Should -Be 32
        }
    }

    It 'refuses a URI without security' {
        Assert-Failure {
            Export-DeviceCredential -Credential $credential -Path $out -Format SenmlJson `
                -Configuration (New-DeviceConfiguration -ServerUri 'coap://server.example.com')
        } -Id ServerUriScheme -Category InvalidArgument -Message '*coaps://*'
    }

    It 'names the file and the resource of a damaged one' {
        $path = Join-Path $out 'x.json'
        [System.IO.File]::WriteAllText($path, '[{"n":"/0/0/1","v":1}]')
        Assert-Failure {
            Import-DeviceCredential -Path $path
        } -Id ObjectsWrongType -Category InvalidData -Message "$path*/0/0/1*" -Target $path
    }
}

Describe 'Developer source' {
    It 'compiles' {
        Assert-Tool gcc
        $out = New-Folder
        $account = '0123456789abcdef0123456789abcdef'
        $configuration = New-DeviceConfiguration -ServerUri "coaps://h?aid=$account" `
            -ServerCertificate (New-CertificateAuthority -Name 'Server CA').Certificate -Manufacturer '??/"\' -ModelNumber m `
            -SerialNumber s -DeviceType d -HardwareVersion h -MemoryTotalKB 1
        $file = New-BootstrapDeviceCredential -EndpointName 'a"??/漢' -Issuer (New-CertificateAuthority -Name 'Factory CA') |
            Export-DeviceCredential -Path $out -Format DeveloperSource -Configuration $configuration | Get-WrittenFile
        Invoke-Tool gcc -Wall -Wextra -Werror -std=c99 -c $file.FullName -o (Join-Path $out 'a.o')
        Join-Path $out 'a.o' | Should -Exist
    }

    It 'is for bootstrap alone' {
        $credential = New-Lwm2mDeviceCredential -EndpointName dev -AccountId a1 -Issuer (New-CertificateAuthority -Name 'Factory CA')
        Assert-Failure {
            Export-DeviceCredential -Credential $credential -Path (New-Folder) -Format DeveloperSource `
                -Configuration (New-DeviceConfiguration -ServerUri 'coaps://h?aid=a1')
        } -Id KindNotPossible -Category InvalidOperation
    }
}

Describe 'PKCS#12: <Format>' -ForEach @(
    @{ Format = 'Pfx'; File = 'BootstrapDevice.pfx' }
    @{ Format = 'PfxLegacy'; File = 'BootstrapDevice.legacy.pfx' }
) {
    BeforeAll {
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $credential = New-BootstrapDeviceCredential -EndpointName 'dév 1' -Issuer $chain
        $password = New-Password 'pässwörd'
        $out = New-Folder
        $written = $credential | Export-DeviceCredential -Path $out -Format $Format -Password $password -ErrorAction Stop | Get-WrittenFile
    }

    It 'is one file, for its owner alone' {
        $written.Name | Should -Be $File
        if (-not $OnWindows) { Get-Mode $written.FullName | Should -Be '600' }
    }

    It 'is read again with its password, key and chain included' {
        $read = Import-DeviceCredential -Path $out -Password $password -ErrorAction Stop
        $read.Fingerprint | Should -Be $credential.Fingerprint
        $read.PrivateKey | Should -Be $credential.PrivateKey
        $read.Kind | Should -Be 'Bootstrap'
        $read.Chain.Length | Should -Be 3
    }

    It 'says what is wrong with the password' {
        Assert-Failure {
            Import-DeviceCredential -Path $written.FullName
        } -Id PasswordMissing -Category AuthenticationError -Message "*$File*-Password*" -Target $written.FullName
        Assert-Failure {
            Import-DeviceCredential -Path $written.FullName -Password (New-Password 'x')
        } -Id PasswordWrong -Category AuthenticationError
        Assert-Failure {
            $credential | Export-DeviceCredential -Path (New-Folder) -Format $Format
        } -Id PasswordMissing -Category AuthenticationError -Message '*-Password*'
        Assert-Failure {
            $credential | Export-DeviceCredential -Path (New-Folder) -Format $Format -Password ([securestring]::new())
        } -Id PasswordEmpty -Category InvalidArgument
    }

    It 'is loaded by .NET' {
        $loaded = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($written.FullName, 'pässwörd')
        $loaded.Thumbprint | Should -Be $credential.Thumbprint
        $loaded.HasPrivateKey | Should -BeTrue
    }
}

Describe 'Registration with services' {
    BeforeAll {
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $credentials = 'dev-1', 'dev-2' | New-Lwm2mDeviceCredential -AccountId a1 -Issuer $chain
        $configuration = New-DeviceConfiguration -ServerUri 'coaps://lwm2m.example.com:5784' -DeviceType 'LwM2M devices'
        $lists = 'aws-iot.jsonl', 'cumulocity-lwm2m.csv', 'leshan-security.json'
        $services = 'AwsIot', 'Cumulocity', 'Leshan', 'ThingsBoard', 'AzureDps'
    }

    BeforeEach { $out = New-Folder }

    It 'is a list beside the folders, or a file in each, and holds no key' {
        $written = $credentials | Export-DeviceCredential -Path $out -Format $services -Configuration $configuration -ErrorAction Stop |
            Get-WrittenFile
        $written[-3..-1].Name | Should -Be 'aws-iot.jsonl', 'cumulocity-lwm2m.csv', 'leshan-security.json'
        Get-Tree $out |
            Should -Be (@($lists) + @(
                'dev-1', 'dev-2' | ForEach-Object { "$_/LwM2MDevice.azure.json"; "$_/LwM2MDevice.thingsboard.json" }
            ) | Sort-Object)
        foreach ($file in $written) {
            Find-Secret -Text ([System.IO.File]::ReadAllText($file.FullName)) -Key $credentials[0].PrivateKey |
                Should -BeNullOrEmpty -Because $file.Name
        }
    }

    It 'says what PowerShell reads' {
        $null = $credentials | Export-DeviceCredential -Path $out -Format $services -Configuration $configuration
        $things = Get-Content -LiteralPath (Join-Path $out 'aws-iot.jsonl') | ConvertFrom-Json
        $things.ThingName | Should -Be 'dev-1', 'dev-2'
        $things[0].CertificatePem.Trim() | Should -Be $credentials[0].CertificatePem
        $things[0].CACertificatePem.Trim() | Should -Be $chain.Leaf.CertificatePem
        $rows = Import-Csv -LiteralPath (Join-Path $out 'cumulocity-lwm2m.csv') -Delimiter ';'
        $rows.'endpoint id' | Should -Be 'dev-1', 'dev-2'
        $rows[0].'lwm2m server uri' | Should -Be 'coaps://lwm2m.example.com:5784'
        $clients = Get-Content -LiteralPath (Join-Path $out 'leshan-security.json') -Raw | ConvertFrom-Json
        $clients.endpoint | Should -Be 'dev-1', 'dev-2'
        $clients[0].tls.mode | Should -Be 'x509'
        $device = Get-Content -LiteralPath ([System.IO.Path]::Combine($out, 'dev-1', 'LwM2MDevice.thingsboard.json')) -Raw |
            ConvertFrom-Json
        $device.device.type | Should -Be 'LwM2M devices'
        [Convert]::FromBase64String(($device.credentials.credentialsValue | ConvertFrom-Json).client.cert) |
            Should -Be $credentials[0].CertificateDer
    }

    It 'gives the certificates back: <_>' -ForEach 'AwsIot', 'ThingsBoard', 'AzureDps' {
        $files = $credentials | Export-DeviceCredential -Path $out -Format $_ | Get-WrittenFile
        $read = @(
            $files | ForEach-Object { Import-DeviceCredential -LiteralPath $_.FullName -ErrorAction Stop } |
                Sort-Object -Property EndpointName
        )
        $read.Fingerprint | Should -Be $credentials.Fingerprint
        $read | Where-Object PrivateKey | Should -BeNullOrEmpty
    }

    It 'exports the first of two devices that Azure takes for one, and says of the second why not' {
        $devices = 'dev-1', 'DEV-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $chain -WarningAction Ignore
        $run = Invoke-Recorded { $devices | Export-DeviceCredential -Path $out -Format Pem, AzureDps, AwsIot -Summary }
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'EndpointNameDiffersInCase,*'
        $run.Errors[0].CategoryInfo.Category | Should -Be InvalidOperation
        $run.Errors[0].TargetObject.EndpointName | Should -BeExactly 'DEV-1'
        $run.Errors[0].Exception.Message |
            Should -BeLike "'DEV-1' differs only in case*AzureDps ignores case*Give one of the two devices another name*"
        (Get-ChildItem -LiteralPath $out -Directory).Name | Sort-Object -CaseSensitive | Should -BeExactly 'dev-1', 'dev-2'
        (Get-Content -LiteralPath (Join-Path $out 'aws-iot.jsonl') | ConvertFrom-Json).ThingName | Should -BeExactly 'dev-1', 'dev-2'
        $run.Output[-1].Failed | Should -Be 1
    }

    It 'leaves no list when the pipeline is stopped half-way' {
        $null = $credentials | Export-DeviceCredential -Path $out -Format AwsIot, Leshan | Select-Object -First 1
        try {
            $credentials | ForEach-Object { $_; throw 'half-way' } |
                Export-DeviceCredential -Path (Join-Path $out 'x') -Format AwsIot, Leshan
        } catch { $_.Exception.Message | Should -Be 'half-way' }
        Get-Tree (Join-Path $out 'x') | Should -BeNullOrEmpty
    }

    It 'does not replace a list without -Force, and does not add to it where no folders are written' {
        $null = $credentials[0] | Export-DeviceCredential -Path $out -Format AwsIot
        Assert-Failure {
            $credentials[1] | Export-DeviceCredential -Path $out -Format AwsIot
        } -Id FileExists -Category ResourceExists -Message '*aws-iot.jsonl*-Force*'
        Get-Tree $out | Should -Be 'aws-iot.jsonl'
        $null = $credentials[1] | Export-DeviceCredential -Path $out -Format AwsIot -Force
        (Get-Content -LiteralPath (Join-Path $out 'aws-iot.jsonl') | ConvertFrom-Json).ThingName | Should -Be 'dev-2'
    }

    It 'refuses one name and takes the others' {
        $devices = 'good', '=cmd()' | New-Lwm2mDeviceCredential -AccountId a1 -Issuer $chain
        Assert-Failure {
            $devices | Export-DeviceCredential -Path $out -Format Pem, Cumulocity -Configuration $configuration
        } -Id EndpointNameNotPossible -Category InvalidArgument -Message '*formula*'
        Get-Tree $out | Where-Object { $_ -like '*/*Cert.pem' } | Should -Be 'good/LwM2MDeviceCert.pem'
        @(Import-Csv -LiteralPath (Join-Path $out 'cumulocity-lwm2m.csv') -Delimiter ';').Count | Should -Be 1
    }
}

Describe 'Formats for firmware, consoles and other tools' {
    BeforeAll {
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $chain
    }

    BeforeEach { $out = New-Folder }

    It '<Format> is <Files>' -ForEach @(
        @{ Format = 'Hex'; Files = 'BootstrapDeviceCert.hex', 'BootstrapDevicePrivateKey.hex' }
        @{ Format = 'Base64'; Files = 'BootstrapDeviceCert.b64', 'BootstrapDevicePrivateKey.b64' }
        @{ Format = 'CHeader'; Files = 'BootstrapDevice.h' }
        @{ Format = 'P7b'; Files = 'BootstrapDeviceCert.p7b' }
    ) {
        $written = $credential | Export-DeviceCredential -Path $out -Format $Format | Get-WrittenFile
        $written.Name | Sort-Object | Should -Be $Files
        if ($PSVersionTable.Platform -eq 'Unix') {
            foreach ($file in $written) {
                Get-Mode $file.FullName | Should -Be $(if ($file.Name -match 'PrivateKey|\.h$') { '600' } else { '644' })
            }
        }
    }

    It '<_> is read again from its folder' -ForEach 'Hex', 'Base64' {
        $null = $credential | Export-DeviceCredential -Path $out -Format $_
        $read = Import-DeviceCredential -Path $out -ErrorAction Stop
        $read.Fingerprint | Should -Be $credential.Fingerprint
        $read.PrivateKey | Should -Be $credential.PrivateKey
    }

    It 'Hex is encrypted with -Password, and CHeader cannot be' {
        $null = $credential | Export-DeviceCredential -Path $out -Format Hex -Password (New-Password)
        $key = Get-ChildItem -LiteralPath $out -Recurse -Filter '*PrivateKey.hex'
        (Import-DeviceKey -Path $key.FullName -Password (New-Password)) | Should -Be $credential.PrivateKey
        $expected = @{ Id = 'PasswordNotPossible'; Category = 'InvalidArgument' }
        Assert-Failure { $credential | Export-DeviceCredential -Path $out -Format CHeader -Password (New-Password) } @expected
    }

    It 'CHeader takes -Prefix for its names' {
        $file = $credential | Export-DeviceCredential -Path $out -Format CHeader -Prefix factory_ | Get-WrittenFile
        Get-Content -LiteralPath $file.FullName -Raw | Should -Match 'factory_certificate_size = sizeof\(factory_certificate\)'
        $expected = @{ Id = 'PrefixInvalid'; Category = 'InvalidArgument'; Message = '*a-b*' }
        Assert-Failure { $credential | Export-DeviceCredential -Path "$out/x" -Format CHeader -Prefix 'a-b' } @expected
        "$out/x" | Should -Not -Exist
    }
}
