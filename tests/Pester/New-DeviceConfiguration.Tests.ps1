BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'New-DeviceConfiguration' {
    BeforeAll {
        $folder = New-Folder
        $server = New-CertificateAuthority -Name 'Server CA'
        [System.IO.File]::WriteAllText((Join-Path $folder 'server.pem'), $server.Certificate.ExportCertificatePem())
        [System.IO.File]::WriteAllText((Join-Path $folder 'base.json'), @'
{
  "ServerUri": "coaps://bootstrap.example.com:5684?aid=0123",
  "ServerCertificate": "server.pem",
  "Manufacturer": "Acme", "ModelNumber": "M1", "MemoryTotalKB": 512, "FirstToClaim": false, "SkipVerify": true,
  "ClassId": "00112233-4455-6677-8899-aabbccddeeff",
  "CustomParameter": { "acme.line": 7, "acme.text": "x", "acme.bytes": [1, 255] }
}
'@)
        [System.IO.File]::WriteAllText((Join-Path $folder 'base.yaml'), @'
ServerUri: coaps://bootstrap.example.com:5684?aid=0123
ServerCertificate: server.pem
Manufacturer: Acme
ModelNumber: M1
MemoryTotalKB: 512
FirstToClaim: false
SkipVerify: true
ClassId: 00112233-4455-6677-8899-aabbccddeeff
CustomParameter:
  acme.line: 7
  acme.text: x
  acme.bytes: [1, 255]
'@)
        [System.IO.File]::WriteAllText((Join-Path $folder 'base.psd1'), @'
# what all devices share
@{
    ServerUri = 'coaps://bootstrap.example.com:5684?aid=0123'
    ServerCertificate = 'server.pem'
    Manufacturer = 'Acme'; ModelNumber = 'M1'; MemoryTotalKB = 512
    FirstToClaim = $false; SkipVerify = $true
    ClassId = '00112233-4455-6677-8899-aabbccddeeff'
    CustomParameter = @{ 'acme.line' = 7; 'acme.text' = 'x'; 'acme.bytes' = 1, 255 }
}
'@)
    }

    It 'makes a configuration, as it promises' {
        $configuration = New-DeviceConfiguration -Manufacturer Acme
        $configuration | Should -BeOfType [DeviceCreds.DeviceConfiguration]
        (Get-Command -Name New-DeviceConfiguration).OutputType.Type | Should -Be ([DeviceCreds.DeviceConfiguration])
        $configuration.Manufacturer | Should -BeExactly Acme
        $configuration.EndpointName | Should -BeNullOrEmpty
        $configuration.CurrentTime | Should -BeNullOrEmpty
    }

    It 'reads <_>, from its own folder, wherever one is' -ForEach 'base.json', 'base.yaml', 'base.psd1' {
        $configuration = New-DeviceConfiguration (Join-Path $folder $_)
        $configuration.ServerUri | Should -BeExactly 'coaps://bootstrap.example.com:5684?aid=0123'
        $configuration.ServerCertificate.Subject | Should -BeExactly 'CN=Server CA'
        $configuration.MemoryTotalKB | Should -Be 512
        $configuration.SkipVerify | Should -BeTrue
        [Convert]::ToHexString($configuration.ClassId) | Should -BeExactly 00112233445566778899AABBCCDDEEFF
        $configuration.CustomParameters['acme.line'] | Should -BeOfType [long]
        $configuration.CustomParameters['acme.bytes'] | Should -Be 1, 255
        $configuration.Equals((New-DeviceConfiguration (Join-Path $folder 'base.json'))) | Should -BeTrue
    }

    It 'gives one configuration a row, columns before the file, empty cells for nothing' {
        $csv = @'
EndpointName,SerialNumber,Manufacturer,MemoryTotalKB,SkipVerify,ClassId,ServerCertificate,acme.text
dev-1,S1,,,,,,
dev-2,S2,Other,1024,false,ffeeddcc-bbaa-9988-7766-554433221100,,y
'@ | ConvertFrom-Csv
        $one, $two = $csv | New-DeviceConfiguration -Path (Join-Path $folder 'base.json')
        $one.EndpointName, $one.SerialNumber, $one.Manufacturer, $one.MemoryTotalKB, $one.SkipVerify |
            Should -Be 'dev-1', 'S1', 'Acme', 512, $true
        $one.CustomParameters['acme.text'] | Should -BeExactly x
        $two.EndpointName, $two.SerialNumber, $two.Manufacturer, $two.MemoryTotalKB, $two.SkipVerify |
            Should -Be 'dev-2', 'S2', 'Other', 1024, $false
        [Convert]::ToHexString($two.ClassId) | Should -BeExactly FFEEDDCCBBAA99887766554433221100
        $two.CustomParameters['acme.text'], $two.CustomParameters['acme.line'] | Should -Be 'y', 7
        $two.ServerCertificate.Subject | Should -BeExactly 'CN=Server CA'
    }

    It 'takes a column with a dot as -CustomParameter takes the same name, or refuses it too: <Name>' -ForEach @(
        @{ Name = 'acme.batch'; Value = 'B7' }
        @{ Name = 'acme.pin'; Value = '1234' }
        @{ Name = 'acme.apikey'; Value = 'abcd1234' }
        @{ Name = 'acme.psk'; Value = '00112233445566778899aabbccddeeff' }
        @{ Name = 'acme.password'; Value = 'hunter22' }
        @{ Name = 'acme.secret'; Value = 'x' }
        @{ Name = 'acme.token'; Value = 'abc' }
    ) {
        $file = Join-Path (New-Folder) 'list.csv'
        [pscustomobject]@{ EndpointName = 'dev-1'; $Name = $Value } | Export-Csv $file -NoTypeInformation
        $given = try { New-DeviceConfiguration -CustomParameter @{ $Name = $Value } } catch { $null }
        foreach ($rows in (Import-Csv $file), (Import-DeviceList $file)) {
            $run = Invoke-Recorded { $rows | New-DeviceConfiguration }
            if ($given) { $run.Output[0].CustomParameters[$Name] | Should -BeExactly $given.CustomParameters[$Name] }
            else {
                $run.Output.Count | Should -Be 0
                $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'ConfigurationValueInvalid,*'
                $run.Errors[0].Exception.Message | Should -BeLike "*$Name*not shown*"
            }
        }
    }

    It 'refuses a file whose text is not Unicode, with its line: <Name>' -ForEach @(
        @{ Name = 'base.json'; Text = "{`n`"Manufacturer`": `"Müller`"}" }
        @{ Name = 'base.yaml'; Text = "#`nManufacturer: Müller`n" }
        @{ Name = 'base.psd1'; Text = "@{`nManufacturer = 'Müller' }`n" }
    ) {
        $path = Join-Path (New-Folder) $Name
        $text = $Text.Replace('\u00FC', [string][char]0xFC)
        [System.IO.File]::WriteAllText($path, $text, [System.Text.Encoding]::GetEncoding('iso-8859-1'))
        Assert-Failure { New-DeviceConfiguration $path } -Id ConfigurationMalformed -Category InvalidData -Message '*line 2*UTF-8*'
        [System.IO.File]::WriteAllText($path, $text, [System.Text.Encoding]::Unicode)
        (New-DeviceConfiguration $path).Manufacturer | Should -BeExactly "M$([char]0xFC)ller"
    }

    It 'lets the command line win over columns' {
        $row = [pscustomobject]@{ EndpointName = 'dev-1'; Manufacturer = 'Row'; SkipVerify = 'true'; 'acme.a' = 'row' }
        $configuration = $row | New-DeviceConfiguration -Manufacturer Line -SkipVerify:$false -CustomParameter @{ 'acme.a' = 'line' }
        $configuration.Manufacturer, $configuration.SkipVerify, $configuration.CustomParameters['acme.a'] |
            Should -Be 'Line', $false, 'line'
    }

    It 'lets a switch turn off what the file turns on' {
        (New-DeviceConfiguration (Join-Path $folder 'base.json') -SkipVerify:$false).SkipVerify | Should -BeFalse
        (New-DeviceConfiguration (Join-Path $folder 'base.json')).SkipVerify | Should -BeTrue
    }

    It 'takes each parameter by property name' {
        $parameters = (Get-Command -Name New-DeviceConfiguration).Parameters.Values |
            Where-Object {
                $_.Name -notin [System.Management.Automation.Cmdlet]::CommonParameters -and
                    $_.Name -notin 'Path', 'InputObject', 'LogFormat'
            }
        $parameters.Count | Should -BeGreaterThan 20
        foreach ($parameter in $parameters) {
            $parameter.ParameterSets['__AllParameterSets'].ValueFromPipelineByPropertyName | Should -BeTrue -Because $parameter.Name
        }
    }

    It 'takes the endpoint name by <_>' -ForEach 'EndpointName', 'Endpoint', 'endpoint_name', 'CommonName', 'CN' {
        ([pscustomobject]@{ $_ = 'dev-2' } | New-DeviceConfiguration).EndpointName | Should -BeExactly dev-2
    }

    It 'takes names as text' { ('a', 'b' | New-DeviceConfiguration).EndpointName | Should -Be a, b }

    It 'takes a certificate as <_>' -ForEach 'path', 'relative path', 'FileInfo', 'PEM', 'X509Certificate2', 'DeviceCertificate',
        'CertificateAuthority' {
        $path = Join-Path $folder 'server.pem'
        Push-Location -LiteralPath $folder
        try {
            $value = switch ($_) {
                'path' { $path }
                'relative path' { './server.pem' }
                'FileInfo' { Get-Item -LiteralPath $path }
                'PEM' { Get-Content -LiteralPath $path -Raw }
                'X509Certificate2' { $server.Certificate }
                'DeviceCertificate' { Get-DeviceCertificate -Path $path }
                'CertificateAuthority' { $server }
            }
            (New-DeviceConfiguration -ServerCertificate $value).ServerCertificate.Subject | Should -BeExactly 'CN=Server CA'
        }
        finally { Pop-Location }
    }

    It 'takes a time as <_>' -ForEach 'date', 'text', 'seconds' {
        $value = switch ($_) {
            'date' { [datetimeoffset]'2030-01-31T12:00:00Z' } 'text' { '2030-01-31T14:00:00+02:00' } 'seconds' { '1896091200' }
        }
        (New-DeviceConfiguration -CurrentTime $value).CurrentTime.ToUnixTimeSeconds() | Should -Be 1896091200
    }

    It 'completes <Line>' -ForEach @(
        @{ Line = 'New-DeviceConfiguration -Timezone Europe/Hel'; Expected = "'Europe/Helsinki'" }
        @{ Line = 'New-DeviceConfiguration -Timezone helsi'; Expected = "'Europe/Helsinki'" }
        @{ Line = 'New-DeviceConfiguration -Timezone Etc/U'; Expected = "'Etc/UTC'" }
        @{ Line = 'New-DeviceConfiguration -UtcOffset +05:3'; Expected = "'+05:30'" }
        @{ Line = 'Export-DeviceCredential -Format Fcc'; Expected = 'FccBundle' }
    ) {
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText | Should -Contain $Expected
    }

    It 'refuses <Message>: <Id>' -ForEach @(
        @{ Given = @{ UtcOffset = '+15:00' }; Id = 'ConfigurationValueInvalid'; Message = 'UtcOffset: *' }
        @{ Given = @{ ServerUri = 'http://x?aid=1' }; Id = 'ConfigurationValueInvalid'; Message = 'ServerUri: *' }
        @{ Given = @{ ServerUri = 'coaps://x?aid=1'; FirstToClaim = $true }; Id = 'ServerUriAccountIdNotAllowed'; Message = 'ServerUri: *' }
        @{ Given = @{ ClassId = '00' }; Id = 'ConfigurationValueInvalid'; Message = 'ClassId: *16*' }
        @{ Given = @{ Entropy = '00' * 47 }; Id = 'ConfigurationValueInvalid'; Message = 'Entropy: *48*' }
        @{ Given = @{ RootOfTrust = '00' * 15 }; Id = 'ConfigurationValueInvalid'; Message = 'RootOfTrust: *16*' }
        @{ Given = @{ MemoryTotalKB = -1 }; Id = 'ConfigurationValueInvalid'; Message = 'MemoryTotalKB: *' }
        @{ Given = @{ CurrentTime = '2016-12-31T00:00:00Z' }; Id = 'ConfigurationValueInvalid'; Message = 'CurrentTime: *' }
        @{ Given = @{ Manufacturer = "a`0b" }; Id = 'ConfigurationValueInvalid'; Message = 'Manufacturer: *NUL*' }
        @{ Given = @{ CustomParameter = @{ 'mbed.x' = 1 } }; Id = 'ConfigurationValueInvalid'; Message = 'CustomParameter: *mbed.*' }
        @{ Given = @{ CustomParameter = @{ 'acme.x' = 1.5 } }; Id = 'ConfigurationWrongType'; Message = 'CustomParameter: acme.x*' }
        @{
            Given = @{ CustomParameter = @{ 'acme.x' = $null; 'acme.y' = 1 } }
            Id = 'ConfigurationWrongType'
            Message = 'CustomParameter: acme.x: expected a value*'
        }
        @{ Given = @{ CustomKey = @{ 'acme.x' = $null } }; Id = 'ConfigurationWrongType'; Message = 'CustomKey: acme.x*' }
        @{ Given = @{ CustomParameter = @{ 'acme.x' = $true } }; Id = 'ConfigurationWrongType'; Message = 'CustomParameter: acme.x*' }
        @{ Given = @{ KeepSession = $true; Disable = $true }; Id = 'DisableNotAllowed'; Message = 'Disable: *-KeepSession*' }
    ) {
        Assert-Failure {
            New-DeviceConfiguration @Given
        } -Id $Id -Category $(if ($Id -like '*NotAllowed') { 'InvalidOperation' } else { 'InvalidArgument' }) `
            -Message $Message
    }

    It 'refuses <Given.Keys> <Given.Values> as soon as it is given' -ForEach @(
        @{
            Given = @{ ClassId = 'zz' }
        }, @{
            Given = @{ MemoryTotalKB = 'lots' }
        }, @{ Given = @{ CurrentTime = 'tomorrow' } }, @{ Given = @{ ServerCertificate = 'nowhere.pem' } }
    ) {
        { New-DeviceConfiguration @Given } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage "*$($Given.Keys)*"
    }

    It 'names file and line in <Name>: <Id>' -ForEach @(
        @{
            Name = 'a.json'
            Text = "{`n`"ServerUrl`": `"x`" }"
            Id = 'ConfigurationUnknownField'
            Message = '*a.json, line 2:*ServerUrl*ServerUri*'
        }
        @{
            Name = 'a.yaml'
            Text = "Manufacturer: a`nManufakturer: b"
            Id = 'ConfigurationUnknownField'
            Message = '*a.yaml, line 2:*Manufacturer*'
        }
        @{
            Name = 'a.psd1'
            Text = "@{`n Manufacturer = 'a'`n TimeZoned = 'b' }"
            Id = 'ConfigurationUnknownField'
            Message = '*a.psd1, line 3:*Timezone*'
        }
        @{
            Name = 'b.psd1'
            Text = "@{ MemoryTotalKB = 'lots' }"
            Id = 'ConfigurationWrongType'
            Message = '*b.psd1, line 1: MemoryTotalKB*'
        }
        @{ Name = 'c.psd1'; Text = "@{`n Manufacturer = Get-Date }"; Id = 'ConfigurationMalformed'; Message = '*c.psd1, line 2*constants*' }
        @{
            Name = 'd.psd1'
            Text = "@{`n Manufacturer = `"`$(Get-Date)`" }"
            Id = 'ConfigurationMalformed'
            Message = '*d.psd1, line 2*constants*'
        }
        @{ Name = 'e.psd1'; Text = '@{ Manufacturer = '; Id = 'ConfigurationMalformed'; Message = '*e.psd1, line 1*' }
        @{ Name = 'f.psd1'; Text = 'Get-Date'; Id = 'ConfigurationMalformed'; Message = '*f.psd1*' }
        @{ Name = 'g.psd1'; Text = '@{ Manufacturer = ''a'' }; Get-Date'; Id = 'ConfigurationMalformed'; Message = '*g.psd1*' }
        @{ Name = 'h.json'; Text = '{ "UtcOffset": "2" }'; Id = 'ConfigurationValueInvalid'; Message = '*h.json, line 1: UtcOffset*' }
    ) {
        $path = Join-Path $folder $Name
        [System.IO.File]::WriteAllText($path, $Text)
        Assert-Failure { New-DeviceConfiguration -Path $path } -Id $Id -Category InvalidData -Message $Message
    }

    It 'takes PEM of certificates and chains, also as Get-Content gives it, and refuses that of keys' {
        $chain = (New-CertificateChain -Name 'Custom Root', 'Custom Sub').ToPem()
        $lines = $chain -split "`n"
        $configuration = New-DeviceConfiguration -CustomCertificate @{ 'acme.chain' = $chain; 'acme.lines' = $lines } -ErrorAction Stop
        $configuration.CustomCertificates.Certificates.Count | Should -Be 4
        $key = (New-DeviceKey).ToPem('Sec1', $null)
        $run = Invoke-Recorded { New-DeviceConfiguration -CustomCertificate @{ 'acme.chain' = $key } }
        $run.Errors.Count | Should -Be 1
        "$($run.Errors)" | Should -Not -BeLike "*$($key.Substring(40, 20))*"
    }

    It 'takes digests and bytes as custom parameters: <What>' -ForEach @(
        @{ What = 'a digest'; Value = { 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855' } }
        @{ What = 'Get-Content -AsByteStream'; Value = { Get-Content -LiteralPath (Join-Path $folder 'bytes') -AsByteStream } }
        @{ What = 'an array'; Value = { , [object[]]([byte]1, [byte]255) } }
        @{ What = 'a list'; Value = { , [System.Collections.Generic.List[object]]([byte]1, [byte]255) } }
    ) {
        if ($What -like 'Get-Content*' -and $PSVersionTable.PSVersion.Major -lt 6) {
            Set-ItResult -Skipped -Because 'Windows PowerShell has no -AsByteStream'
        }
        [System.IO.File]::WriteAllBytes((Join-Path $folder 'bytes'), [byte[]](1, 255))
        $configuration = New-DeviceConfiguration -CustomParameter @{ 'acme.x' = (& $Value) } -ErrorAction Stop
        if ($What -eq 'a digest') { $configuration.CustomParameters['acme.x'] | Should -BeExactly (& $Value) }
        else { $configuration.CustomParameters['acme.x'] | Should -Be 1, 255 }
    }

    It 'takes certificates, chains and keys of your own, and shows no key' {
        $key = New-DeviceKey
        $chain = (New-CertificateChain -Name 'Custom Root', 'Custom Sub').ToPem()
        [System.IO.File]::WriteAllText((Join-Path $folder 'chain.pem'), $chain)
        $null = Export-DeviceKey -Key $key -Path (Join-Path $folder 'custom.key')
        Push-Location -LiteralPath $folder
        try {
            $configuration = New-DeviceConfiguration -CustomCertificate @{
                'acme.ca' = $server; 'acme.chain' = 'chain.pem'
            } -CustomKey @{ 'acme.secret' = $key; 'acme.file' = 'custom.key' } -KeepSession
        }
        finally { Pop-Location }
        $configuration.KeepSession | Should -BeTrue
        ($configuration.CustomCertificates | Where-Object Name -eq 'acme.chain').Certificates.Count | Should -Be 2
        ($configuration.CustomKeys | Sort-Object -Property Name).Key.Fingerprint | Should -Be $key.Fingerprint, $key.Fingerprint
        $text = ($configuration | Format-List | Out-String) + ($configuration.CustomKeys | Out-String) +
            ($configuration | ConvertTo-Json -Depth 3 -WarningAction Ignore)
        $text.Contains(($key.ToPem('Sec1', $null) -split "`n")[1]) | Should -BeFalse
        { New-DeviceConfiguration -CustomKey $key.ToPem('Sec1', $null) } | Should -Throw '*which is not shown*'
    }

    It 'reads the certificate, the vendor and the class from the manifest tool''s file' {
        $bytes = { param($Value) '{ ' + (($Value | ForEach-Object { '0x{0:x2}' -f $_ }) -join ', ') + ' }' }
        $source = Join-Path $folder 'update_default_resources.c'
        [System.IO.File]::WriteAllText($source, @"
const uint8_t arm_uc_vendor_id[] = $(& $bytes (1..16));
const uint16_t arm_uc_vendor_id_size = sizeof(arm_uc_vendor_id);
const uint8_t arm_uc_class_id[] = $(& $bytes (101..116));
const uint16_t arm_uc_class_id_size = sizeof(arm_uc_class_id);
const uint8_t arm_uc_default_certificate[] = $(& $bytes $server.Certificate.RawData);
const uint16_t arm_uc_default_certificate_size = sizeof(arm_uc_default_certificate);
"@)
        $configuration = New-DeviceConfiguration -UpdateCertificate $source
        $configuration.UpdateCertificate.Subject | Should -BeExactly 'CN=Server CA'
        $configuration.VendorId | Should -Be (1..16)
        $configuration.ClassId | Should -Be (101..116)
    }

    It 'runs nothing of a data file' {
        $path = Join-Path $folder 'evil.psd1'
        $proof = Join-Path $folder 'proof'
        [System.IO.File]::WriteAllText($path, "@{ Manufacturer = [System.IO.File]::WriteAllText('$proof', 'x') }")
        Assert-Failure { New-DeviceConfiguration -Path $path } -Id ConfigurationMalformed -Category InvalidData
        Test-Path -LiteralPath $proof | Should -BeFalse
    }

    It 'ends when the file is not there' {
        $run = Invoke-Recorded { 'a', 'b' | New-DeviceConfiguration -Path (Join-Path $folder 'gone.json') }
        $run.Ended | Should -BeTrue
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
    }

    It 'goes on after a bad row, whose error has the row as its target and its number' {
        $rows = [pscustomobject]@{
            CN = 'a'; UtcOffset = ''
        }, [pscustomobject]@{
            CN = 'b'; UtcOffset = 'x'
        }, [pscustomobject]@{ CN = ''; UtcOffset = '' }, [pscustomobject]@{ CN = 'c'; UtcOffset = '+01:00' }
        $run = Invoke-Recorded { $rows | New-DeviceConfiguration }
        $run.Output.EndpointName | Should -Be a, c
        $run.Errors.Count | Should -Be 2
        $run.Errors[0].TargetObject.CN | Should -Be b
        $run.Errors[0].Exception.Message | Should -BeLike 'Row 2: UtcOffset:*'
        $run.Errors[1].FullyQualifiedErrorId | Should -BeLike 'EndpointNameEmpty,*'
    }

    It 'gives the credentials of both kinds of a device one configuration' {
        $ca = New-CertificateAuthority -Name 'Both CA'
        $both = (New-BootstrapDeviceCredential both -Issuer $ca), (New-Lwm2mDeviceCredential both -AccountId a -Issuer $ca)
        ($both | New-DeviceConfiguration).EndpointName | Should -Be 'both', 'both'
    }

    It 'refuses a second row of a device, as the issuer does, unless the first one was refused' {
        $rows = @'
EndpointName,SerialNumber,UtcOffset
d1,SN1,
d1,SN2,
d2,SN1,x
d2,SN2,
'@ | ConvertFrom-Csv
        $run = Invoke-Recorded { $rows | New-DeviceConfiguration }
        $run.Output.SerialNumber | Should -Be SN1, SN2
        $run.Errors.FullyQualifiedErrorId | ForEach-Object { $_.Split(',')[0] } |
            Should -Be EndpointNameDuplicate, ConfigurationValueInvalid
        $run.Errors[0].Exception.Message | Should -BeLike "Row 2: *'d1' is a duplicate in this run; the first one is kept.*"
        $run.Errors[0].TargetObject.SerialNumber | Should -BeExactly SN2
    }

    It 'refuses <What>, which would be the configuration of all devices' -ForEach @(
        @{ What = 'an empty name'; Action = { New-DeviceConfiguration (Join-Path $folder 'base.json') -EndpointName '' } }
        @{ What = 'a name that is $null'; Action = { New-DeviceConfiguration -EndpointName $null -Manufacturer a } }
        @{ What = 'a cell that is NULL'; Action = { New-DeviceConfiguration -EndpointName ([DBNull]::Value) } }
        @{
            What = 'a row with an empty name beside it'
            Action = { [pscustomobject]@{ CN = 'a' } | New-DeviceConfiguration -EndpointName '' }
        }
        @{ What = '$null of the pipeline'; Action = { $null | New-DeviceConfiguration } }
        @{ What = 'an empty text of the pipeline'; Action = { '' | New-DeviceConfiguration } }
    ) {
        Assert-Failure $Action -Id EndpointNameEmpty -Category InvalidArgument
    }

    It 'refuses a time of a list whose day would be a guess, with the forms' {
        $run = Invoke-Recorded {
            '01.02.2030 08:00', '12:30', '2030-02-01 08:00' | ForEach-Object { [pscustomobject]@{ EndpointName = $_; CurrentTime = $_ } } |
                New-DeviceConfiguration
        }
        $run.Output.CurrentTime.DateTime | Should -Be ([datetime]::new(2030, 2, 1, 8, 0, 0))
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'ConfigurationWrongType,*'
        $run.Errors[0].Exception.Message | Should -BeLike '*2030-01-31 12:00*'
        { New-DeviceConfiguration -CurrentTime '01/02/2030' } | Should -Throw '*2030-01-31 12:00*'
    }

    It 'refuses rows without a device' {
        Assert-Failure { [pscustomobject]@{ Name = 'x' } | New-DeviceConfiguration } -Id EndpointNameMissing -Category InvalidArgument
    }

    It 'shows neither entropy nor root of trust' {
        $text = New-DeviceConfiguration -Entropy ('AB' * 48) -RootOfTrust ('CD' * 16) | Out-String -Width 200
        $text | Should -Not -Match '171|205|ABAB|CDCD|Entropy|RootOfTrust'
    }

    It 'shows neither by <_>' -ForEach 'Format-List -Property * -Force', 'Format-Table -Property *', 'Format-Custom', 'ConvertTo-Json',
        'ConvertTo-Csv', 'Select-Object -Property *', 'Select-Object -Property * | ConvertTo-Json' {
        $configuration = New-DeviceConfiguration -Entropy ('AB' * 48) -RootOfTrust ('CD' * 16)
        $show = [scriptblock]::Create("`$input | $_ | Out-String -Width 4096")
        $configuration, [pscustomobject]@{ Configuration = $configuration } | & $show | Should -Not -Match '171|205|ABAB|CDCD|System.Byte'
    }

    It 'copies a configuration with all its values, and changes those that are given' {
        $ca = New-CertificateAuthority 'Server CA'
        $first = New-DeviceConfiguration -EndpointName dev-1 -Manufacturer ACME -ServerCertificate $ca -FirstToClaim -MemoryTotalKB 7 `
            -Entropy ('AB' * 48) -RootOfTrust ('CD' * 16) -CustomParameter @{ 'acme.batch' = 7 } -CurrentTime '2027-01-01T00:00:00Z'
        ($first | New-DeviceConfiguration).Equals($first) | Should -BeTrue
        $second = $first | New-DeviceConfiguration -SerialNumber S2 -Manufacturer Other -CustomParameter @{ 'acme.line' = 'L1' }
        $second.SerialNumber, $second.Manufacturer, $second.MemoryTotalKB | Should -Be 'S2', 'Other', 7
        $second.Entropy | Should -Be $first.Entropy
        $second.CustomParameters.Keys | Sort-Object | Should -Be 'acme.batch', 'acme.line'
    }

    It 'refuses a row whose cell for a secret is empty: <Name>' -ForEach @(
        @{ Name = 'a text'; Cell = '' }, @{ Name = 'DBNull'; Cell = [System.DBNull]::Value }, @{ Name = 'null'; Cell = $null }
    ) {
        Assert-Failure {
            [pscustomobject]@{ EndpointName = 'dev-1'; HasEntropy = 'True'; Entropy = $Cell } | New-DeviceConfiguration
        } -Id ConfigurationSecretMissing -Category InvalidArgument
        $row = [pscustomobject]@{ EndpointName = 'dev-1'; HasEntropy = 'False'; Entropy = $Cell; HasLifetime = 'True' }
        ($row | New-DeviceConfiguration).HasEntropy | Should -BeFalse
    }

    It 'copies what was read so that it is exported as before' {
        $folder = New-Folder
        $ca = New-CertificateAuthority 'CA'
        $made = New-DeviceConfiguration -ServerUri 'coaps://bootstrap.example.com:5684?aid=0166d2a1c9f84b7f8c3a5de2471b9c60' `
            -ServerCertificate $ca -Manufacturer M -ModelNumber M -SerialNumber S -DeviceType T -HardwareVersion H -MemoryTotalKB 512
        $null = New-BootstrapDeviceCredential dev-1 -Issuer $ca |
            Export-DeviceCredential "$folder/a" -Format FccBundle -Configuration $made
        $read = Import-DeviceCredential "$folder/a"
        $before = [datetime]::UtcNow.AddSeconds(-2)
        Start-Sleep -Seconds 3
        $null = $read | Export-DeviceCredential "$folder/b" -Format FccBundle -Configuration ($read.Configuration | New-DeviceConfiguration)
        (Import-DeviceCredential "$folder/b").Configuration.CurrentTime.UtcDateTime | Should -BeGreaterThan $before.AddSeconds(2)
    }

    It 'refuses a configuration of another process, which has lost its certificates' {
        $path = Join-Path (New-Folder) 'c.xml'
        New-DeviceConfiguration -EndpointName dev-1 -Manufacturer ACME | Export-Clixml $path
        Assert-Failure { Import-Clixml $path | New-DeviceConfiguration } -Id InputNotExpected -Category InvalidArgument
    }

    It 'gives both to who asks for them by name' {
        $configuration = New-DeviceConfiguration -Entropy ('AB' * 48) -RootOfTrust ('CD' * 16)
        $configuration.Entropy | Should -Be (, [byte] 0xAB * 48)
        $configuration.RootOfTrust | Should -Be (, [byte] 0xCD * 16)
        $configuration.HasEntropy, $configuration.HasRootOfTrust | Should -Be $true, $true
    }

    It 'refuses a copy that lost its secret, in <_>' -ForEach 'New-DeviceConfiguration', 'Export-DeviceKeyRequest -Path $folder' {
        $folder = New-Folder
        $configuration = New-DeviceConfiguration -EndpointName dev-1 -Entropy ('AB' * 48)
        $take = [scriptblock]::Create("`$input | $_")
        Assert-Failure { $configuration | Select-Object -Property * | & $take } -Id ConfigurationSecretMissing -Category InvalidArgument
        $kept = Invoke-Recorded { $configuration | Select-Object -Property *, Entropy | & $take }
        $kept.Errors | Should -BeNullOrEmpty
    }
}

Describe 'Export-DeviceCredential -Format FccBundle' {
    BeforeAll { $ca = New-CertificateAuthority -Name 'Factory CA' }

    It 'writes a bundle a device, and reads it back with its configuration' {
        $folder = New-Folder
        $sample = Get-ConfigurationSample
        $rows = 1..3 | ForEach-Object { [pscustomobject]@{ EndpointName = "dev-$_"; SerialNumber = "S$_" } }
        $sample.Remove('SerialNumber')
        $configurations = $rows | New-DeviceConfiguration @sample -CurrentTime '2030-01-31T12:00:00Z' -CustomParameter @{ 'acme.a' = 7 }
        $credentials = $rows | New-BootstrapDeviceCredential -Issuer $ca
        $files = $credentials | Export-DeviceCredential -Path $folder -Format FccBundle -Configuration $configurations
        Get-Tree $folder | Should -Be 'dev-1/device.cbor', 'dev-2/device.cbor', 'dev-3/device.cbor'
        $read = Import-DeviceCredential -Path $folder
        $read.EndpointName | Should -Be dev-1, dev-2, dev-3
        foreach ($i in 0..2) {
            $read[$i].Configuration.Equals($configurations[$i]) | Should -BeTrue
            $read[$i].Fingerprint, $read[$i].PrivateKey | Should -Be $credentials[$i].Fingerprint, $credentials[$i].PrivateKey
        }
        if (-not $OnWindows) { $files | Get-WrittenFile | ForEach-Object { Get-Mode $_.FullName | Should -Be 600 } }
    }

    It 'goes on after a device that has no configuration' {
        $folder = New-Folder
        $sample = Get-ConfigurationSample
        $configuration = New-DeviceConfiguration @sample -EndpointName dev-2
        $run = Invoke-Recorded {
            'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential -Path $folder -Format FccBundle -Configuration $configuration
        }
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'ConfigurationMissing,*'
        Get-Tree $folder | Should -Be 'dev-2/device.cbor'
    }

    It 'refuses two configurations of one device that differ, and issues to the others' {
        $folder = New-Folder
        $sample = Get-ConfigurationSample
        $configurations = @(New-DeviceConfiguration @sample) + ('SN1', 'SN2' | ForEach-Object {
                $own = $sample.Clone()
                $own.SerialNumber = $_
                New-DeviceConfiguration @own -EndpointName dev-1
            })
        $run = Invoke-Recorded {
            'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential -Path $folder -Format FccBundle -Configuration $configurations
        }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'ConfigurationAmbiguous,*NewBootstrapDeviceCredentialCommand'
        Get-Tree $folder | Should -Be 'dev-2/device.cbor'
        Assert-Failure {
            New-BootstrapDeviceCredential dev-1 -Issuer $ca | Test-DeviceConfiguration $configurations
        } -Id ConfigurationAmbiguous -Category InvalidOperation
    }

    It 'refuses the account of another credential before it is issued' {
        $sample = Get-ConfigurationSample
        Assert-Failure {
            New-Lwm2mDeviceCredential dev-1 -AccountId another -Issuer $ca |
                Export-DeviceCredential -Path (New-Folder) -Format FccBundle -Configuration (New-DeviceConfiguration @sample)
        } -Id AccountIdAmbiguous -Category InvalidOperation -Message '*another*'
    }

    It 'names what is missing' {
        $configuration = New-DeviceConfiguration -Manufacturer Acme
        Assert-Failure {
            New-BootstrapDeviceCredential dev-1 -Issuer $ca |
                Export-DeviceCredential -Path (New-Folder) -Format FccBundle -Configuration $configuration
        } -Id ConfigurationIncomplete -Category InvalidArgument -Message 'ServerUri: missing*ServerCertificate*ModelNumber*'
    }

    It 'does not write an encrypted bundle' {
        $sample = Get-ConfigurationSample
        Assert-Failure {
            New-BootstrapDeviceCredential dev-1 -Issuer $ca |
                Export-DeviceCredential -Path (New-Folder) -Format FccBundle -Configuration (New-DeviceConfiguration @sample) `
                -Password (New-Password)
        } -Id PasswordNotPossible -Category InvalidArgument
    }

    It 'warns once, of the same entropy or root of trust for several devices, by <How>' -ForEach @(
        @{ How = 'parameter'; Action = { $devices | New-DeviceConfiguration -Entropy ('ab' * 48) } }
        @{ How = 'file'; Action = { $devices | New-DeviceConfiguration -Path $file } }
        @{ How = 'column'; Action = {
                $devices | Select-Object -Property *, @{ Name = 'Entropy'; Expression = { 'ab' * 48 } } | New-DeviceConfiguration
            }
        }
        @{ How = 'key request'; Action = { $devices | Export-DeviceKeyRequest -Path (New-Folder) -Entropy ('ab' * 48) } }
        @{ How = 'export'; Action = {
                $sample = Get-ConfigurationSample
                $all = New-DeviceConfiguration @sample -Entropy ('ab' * 48)
                $devices | New-BootstrapDeviceCredential -Issuer $ca |
                    Export-DeviceCredential -Path (New-Folder) -Format FccBundle -Configuration $all
            }
        }
    ) {
        $devices = 1..4 | ForEach-Object { [pscustomobject]@{ EndpointName = "dev-$_" } }
        $file = Join-Path (New-Folder) 'all.json'
        [System.IO.File]::WriteAllText($file, "{ `"Entropy`": `"$('ab' * 48)`" }")
        $warnings = & $Action 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] -and "$_" -like '*same value*' }
        @($warnings).Count | Should -Be 1
        "$warnings" | Should -BeLike 'Entropy: *'
        "$warnings" | Should -Not -BeLike '*abab*'
    }

    It 'does not warn of values that differ, or of one device' {
        $warnings = @(
            1..3 | ForEach-Object { [pscustomobject]@{ EndpointName = "dev-$_"; Entropy = "a$_" * 48 } } | New-DeviceConfiguration
            New-DeviceConfiguration -EndpointName dev-1 -Entropy ('ab' * 48)
        ) 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }
        $warnings | Should -BeNullOrEmpty
    }
}
