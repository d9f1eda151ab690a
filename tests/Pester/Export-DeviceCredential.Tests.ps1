BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'OutputPaths.ps1')) -Command Export-DeviceCredential -Subject Credential -Files @(
    'dev/BootstrapDeviceCert.der', 'dev/BootstrapDeviceCert.pem', 'dev/BootstrapDevicePrivateKey.der', 'dev/BootstrapDevicePrivateKey.pem'
) -Secret 'BootstrapDevicePrivateKey.der', 'BootstrapDevicePrivateKey.pem'

Describe 'Export-DeviceCredential' {
    BeforeAll {
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $chain = New-CertificateChain -Name 'Root', 'Region', 'Line'
        $account = '0123456789abcdef0123456789abcdef'
    }

    BeforeEach { $out = New-Folder }

    It 'writes <Kind> in <Format>: <Files>' -ForEach @(
        @{ Kind = 'Bootstrap'; Format = 'Pem'; Files = 'BootstrapDeviceCert.pem', 'BootstrapDevicePrivateKey.pem' }
        @{ Kind = 'Bootstrap'; Format = 'Der'; Files = 'BootstrapDeviceCert.der', 'BootstrapDevicePrivateKey.der' }
        @{ Kind = 'Lwm2m'; Format = 'Pem'; Files = 'LwM2MDeviceCert.pem', 'LwM2MDevicePrivateKey.pem' }
        @{
            Kind = 'Lwm2m'
            Format = 'Pem', 'Der'
            Files = 'LwM2MDeviceCert.der', 'LwM2MDeviceCert.pem', 'LwM2MDevicePrivateKey.der', 'LwM2MDevicePrivateKey.pem'
        }
        @{ Kind = 'Lwm2m'; Format = 'pem', 'PEM'; Files = 'LwM2MDeviceCert.pem', 'LwM2MDevicePrivateKey.pem' }
    ) {
        $credential = if ($Kind -eq 'Bootstrap') {
            New-BootstrapDeviceCredential -EndpointName d -Issuer $ca
        } else { New-Lwm2mDeviceCredential -EndpointName d -AccountId $account -Issuer $ca }
        $null = Export-DeviceCredential -Credential $credential -Path $out -Format $Format
        Get-Tree $out | Should -Be ($Files | ForEach-Object { "d/$_" })
    }

    It 'keeps both kinds of one device in its folder' {
        $null = New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential -Path $out
        $null = New-Lwm2mDeviceCredential -EndpointName d -AccountId $account -Issuer $ca | Export-DeviceCredential -Path $out
        @(Get-Tree $out).Count | Should -Be 8
    }

    It 'names the folder of <Name> <Folder>' -ForEach @(
        @{ Name = 'Dev_1.a-B'; Folder = 'Dev_1.a-B' }
        @{ Name = 'a/b'; Folder = 'a%2Fb' }
        @{ Name = '..'; Folder = '%2E%2E' }
        @{ Name = '.'; Folder = '%2E' }
        @{ Name = '../../up'; Folder = '..%2F..%2Fup' }
        @{ Name = 'dot.'; Folder = 'dot%2E' }
        @{ Name = 'CON'; Folder = '%43ON' }
        @{ Name = 'nul.txt'; Folder = '%6Eul.txt' }
        @{ Name = 'a b[1]*?'; Folder = 'a%20b%5B1%5D%2A%3F' }
        @{ Name = '100%'; Folder = '100%25' }
        @{ Name = 'ü'; Folder = '%C3%BC' }
        @{ Name = 'C:\x'; Folder = 'C%3A%5Cx' }
        @{ Name = '~'; Folder = '%7E' }
    ) {
        $null = New-BootstrapDeviceCredential -EndpointName $Name -Issuer $ca |
            Export-DeviceCredential -Path $out -Format Pem -ErrorAction Stop
        [System.IO.Directory]::GetDirectories($out) | Split-Path -Leaf | Should -BeExactly $Folder
        (Import-DeviceCredential -Path $out).EndpointName | Should -BeExactly $Name
    }

    It 'makes the folder for its owner alone' {
        Assert-Unix
        $null = New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential -Path $out
        Get-Mode (Join-Path $out 'd') | Should -Be 700
    }

    Context 'chains' {
        It 'writes <Subjects> with <Given>' -ForEach @(
            @{ Given = @{}; Subjects = 'CN=d', 'CN=Line', 'CN=Region', 'CN=Root' }
            @{ Given = @{ ExcludeRoot = $true }; Subjects = 'CN=d', 'CN=Line', 'CN=Region' }
            @{ Given = @{ ChainDepth = 2 }; Subjects = 'CN=d', 'CN=Line' }
            @{ Given = @{ ChainDepth = 1 }; Subjects = @('CN=d') }
            @{ Given = @{ ChainDepth = 5 }; Subjects = 'CN=d', 'CN=Line', 'CN=Region', 'CN=Root' }
            @{ Given = @{ ChainDepth = 4; ExcludeRoot = $true }; Subjects = 'CN=d', 'CN=Line', 'CN=Region' }
        ) {
            $null = New-BootstrapDeviceCredential -EndpointName d -Issuer $chain | Export-DeviceCredential -Path $out @Given
            @(Get-DeviceCertificate -Path "$out/d/BootstrapDeviceCert.pem").Subject | Should -Be $Subjects
            @(Get-DeviceCertificate -Path "$out/d/BootstrapDeviceCert.der").Subject | Should -Be 'CN=d'
        }

        It 'writes the device''s certificate alone under a root' {
            $null = New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential -Path $out
            @(Get-DeviceCertificate -Path "$out/d/BootstrapDeviceCert.pem").Subject | Should -Be 'CN=d'
        }

        It 'refuses a depth of <_>' -ForEach 0, 6 {
            { New-BootstrapDeviceCredential -EndpointName d -Issuer $chain | Export-DeviceCredential -Path $out -ChainDepth $_ } |
                Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        }
    }

    Context 'keys' {
        It 'writes <Encoding> keys of <Length> bytes, with the head <Head>' -ForEach @(
            @{ Encoding = 'Sec1'; Length = 121; Head = 'EC PRIVATE KEY' }
            @{ Encoding = 'Pkcs8'; Length = 138; Head = 'PRIVATE KEY' }
        ) {
            $null = New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential -Path $out -Encoding $Encoding
            (Get-Item -LiteralPath "$out/d/BootstrapDevicePrivateKey.der").Length | Should -Be $Length
            [System.IO.File]::ReadAllText("$out/d/BootstrapDevicePrivateKey.pem") | Should -BeLike "-----BEGIN $Head-----*"
        }

        It 'encrypts keys with a password' {
            $credential = New-BootstrapDeviceCredential -EndpointName d -Issuer $ca
            $null = $credential | Export-DeviceCredential -Path $out -Format Pem -Password (New-Password)
            $text = [System.IO.File]::ReadAllText("$out/d/BootstrapDevicePrivateKey.pem")
            $text | Should -BeLike '-----BEGIN ENCRYPTED PRIVATE KEY-----*'
            Find-Secret -Text $text -Key $credential.PrivateKey | Should -BeNullOrEmpty
        }

        It 'writes certificates alone when the device has its key' {
            New-Sample Request "$out/device.csr"
            $null = Import-DeviceCertificateRequest -Path "$out/device.csr" | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential -Path "$out/to"
            Get-Tree "$out/to" | Should -Be 'sample/BootstrapDeviceCert.der', 'sample/BootstrapDeviceCert.pem'
        }
    }

    Context 'the pipeline' {
        It 'goes on after a device whose files are there already, and leaves none of its others' {
            $credentials = 'a', 'b', 'c' | New-BootstrapDeviceCredential -Issuer $ca
            $null = [System.IO.Directory]::CreateDirectory("$out/b")
            [System.IO.File]::WriteAllText("$out/b/BootstrapDeviceCert.der", 'mine')
            $run = Invoke-Recorded { $credentials | Export-DeviceCredential -Path $out }
            $run.Output.EndpointName | Should -Be a, c
            $run.Errors.Count | Should -Be 1
            $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
            $run.Errors[0].TargetObject.EndpointName | Should -BeExactly b
            Get-Tree "$out/b" | Should -Be 'BootstrapDeviceCert.der'
            [System.IO.File]::ReadAllText("$out/b/BootstrapDeviceCert.der") | Should -BeExactly mine
        }

        It 'keeps the entry of each kind in a list for all devices' {
            $both = @(New-BootstrapDeviceCredential -EndpointName d1 -Issuer $ca) +
                @(New-Lwm2mDeviceCredential -EndpointName d1 -AccountId acc -Issuer $ca)
            $null = $both | Export-DeviceCredential -Path $out -Format Pem, AwsIot
            $null = New-Lwm2mDeviceCredential -EndpointName d2 -AccountId acc -Issuer $ca |
                Export-DeviceCredential -Path $out -Format Pem, AwsIot
            (Get-Content -LiteralPath "$out/aws-iot.jsonl" | ConvertFrom-Json).ThingName | Sort-Object | Should -Be d1, d1, d2
        }

        It 'issues nothing that would come beside the files of another certificate' {
            $null = New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential -Path $out
            $before = Get-ChildItem -LiteralPath "$out/d" | Get-FileHash
            Assert-Failure {
                New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential -Path $out -Format Pem -Force
            } -Id FolderOfOtherCertificate -Category InvalidOperation -Message '*BootstrapDeviceCert.der, BootstrapDevicePrivateKey.der*'
            (Get-ChildItem -LiteralPath "$out/d" | Get-FileHash).Hash | Should -Be $before.Hash
            $null = New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential -Path $out -Force
            @(Import-DeviceCredential -Path $out).Count | Should -Be 1
        }

        It 'stops what stands before it when Select-Object has enough' {
            $null = 1..50 | ForEach-Object { "dev-$_" } | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential -Path $out | Select-Object -First 1
            [System.IO.Directory]::GetDirectories($out) | Split-Path -Leaf | Should -Be dev-1
            # What was begun is whole.
            @(Get-Tree $out).Count | Should -Be 4
        }

        # A PowerShell that is hosted, or a .NET tool, comes without the module of Compress-Archive.
        It 'hands the device''s folder on to <_>' -ForEach @(
            'Test-DeviceCertificate', 'Get-DeviceCertificate', 'Import-DeviceCredential', 'Remove-Item', 'Get-ChildItem', 'Get-Item',
                'Copy-Item', 'Move-Item'
            if (Get-Command -Name Compress-Archive -ErrorAction Ignore) { 'Compress-Archive' }
        ) {
            $exported = New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential -Path $out
            switch ($_) {
                'Test-DeviceCertificate' { $exported | Test-DeviceCertificate -Issuer $ca -Quiet | Should -BeTrue }
                'Get-DeviceCertificate' { ($exported | Get-DeviceCertificate).Subject | Should -BeExactly 'CN=d' }
                'Import-DeviceCredential' { ($exported | Import-DeviceCredential).PrivateKey.HasPrivateKey | Should -BeTrue }
                'Remove-Item' { $exported | Remove-Item -Recurse; "$out/d" | Should -Not -Exist }
                'Get-ChildItem' { ($exported | Get-ChildItem -File).Count | Should -Be 4 }
                'Get-Item' { ($exported | Get-Item).FullName | Should -Be $exported.Path }
                'Copy-Item' { $exported | Copy-Item -Destination "$out/copy" -Recurse; @(Get-Tree "$out/copy").Count | Should -Be 4 }
                'Compress-Archive' { $exported | Compress-Archive -DestinationPath "$out/d.zip"; "$out/d.zip" | Should -Exist }
                'Move-Item' { $exported | Move-Item -Destination "$out/moved"; @(Get-Tree "$out/moved").Count | Should -Be 4 }
            }
        }
    }

    It 'refuses <What>, before it writes anything' -ForEach @(
        @{ What = 'an unknown format'; Given = @{ Format = 'Pem', 'zip' }; Id = 'FormatUnknown,*'; Message = "*'zip'*Der*Pem*" }
        @{ What = 'no format'; Given = @{ Format = @() }; Id = 'ParameterArgumentValidationError*'; Message = '*' }
        @{
            What = 'an unknown encoding'
            Given = @{ Encoding = 'Pkcs1' }
            Id = 'CannotConvertArgumentNoMessage,*'
            Message = '*Sec1, Pkcs8*'
        }
    ) {
        $run = Invoke-Recorded { New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential -Path $out @Given }
        $run.Errors.Count | Should -Be 1
        $run.Ended | Should -BeTrue
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike $Id
        $run.Errors[0].Exception.Message | Should -BeLike $Message
        Get-Tree $out | Should -BeNullOrEmpty
    }

    It 'completes -Format with every format, by its beginning' {
        $all = (TabExpansion2 -inputScript 'Export-DeviceCredential -Format ' -cursorColumn 32).CompletionMatches
        $all.CompletionText | Should -Contain Pem
        $all.CompletionText | Should -Contain Der
        $all | ForEach-Object { $_.ToolTip.Length | Should -BeGreaterThan $_.CompletionText.Length }
        (TabExpansion2 -inputScript 'Export-DeviceCredential -Format pe' -cursorColumn 34).CompletionMatches.CompletionText |
            Should -BeExactly Pem
        (TabExpansion2 -inputScript 'Export-DeviceCredential -Format Pem,d' -cursorColumn 37).CompletionMatches.CompletionText |
            Should -Contain Der
    }

    It 'takes its formats from $PSDefaultParameterValues' {
        $PSDefaultParameterValues = @{ 'Export-DeviceCredential:Format' = 'Der'; 'Export-DeviceCredential:Path' = $out }
        $null = New-BootstrapDeviceCredential -EndpointName d -Issuer $ca | Export-DeviceCredential
        Get-Tree $out | Should -Be 'd/BootstrapDeviceCert.der', 'd/BootstrapDevicePrivateKey.der'
        $PSDefaultParameterValues.Count | Should -Be 2
    }
}
