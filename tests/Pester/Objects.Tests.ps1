# Each of the module's objects, given to each of its cmdlets: the natural thing happens, or one error says what the object is.
BeforeDiscovery {
    # What takes an object naturally. Every other cmdlet says what it is instead.
    $natural = [ordered]@{
        DeviceKey                 = 'Export-DeviceKey'
        DeviceCertificateRequest  = 'Export-DeviceCertificateRequest', 'New-BootstrapDeviceCredential', 'New-Lwm2mDeviceCredential',
            'New-DeviceCertificateRequest', 'New-DeviceConfiguration', 'Export-DeviceKeyRequest'
        CertificateAuthorityRequest = 'Export-CertificateAuthorityRequest'
        CertificateAuthority      = 'Export-CertificateAuthority', 'New-CertificateChain', 'New-CertificateRevocationList',
            'New-CertificateAuthorityProof', 'Update-CertificateAuthority',
            'Test-DeviceCertificate', 'Revoke-DeviceCertificate', 'Get-CertificateAuthority'
        CertificateChain          = 'Export-CertificateAuthority', 'New-CertificateChain', 'New-CertificateRevocationList',
            'New-CertificateAuthorityProof', 'Update-CertificateAuthority',
            'Test-DeviceCertificate', 'Revoke-DeviceCertificate', 'Get-CertificateAuthority'
        DeviceCredential          = 'Export-DeviceCredential', 'Send-DeviceCredential', 'Test-DeviceCertificate',
            'Test-DeviceConfiguration', 'Update-DeviceCredential', 'Revoke-DeviceCertificate', 'New-BootstrapDeviceCredential',
            'New-Lwm2mDeviceCredential', 'New-DeviceCertificateRequest', 'New-DeviceConfiguration', 'Export-DeviceKeyRequest'
        DeviceIdentity            = 'New-BootstrapDeviceCredential', 'New-Lwm2mDeviceCredential', 'New-DeviceCertificateRequest',
            'New-DeviceConfiguration', 'Export-DeviceKeyRequest', 'Revoke-DeviceCertificate'
        DeviceCertificate         = 'Test-DeviceCertificate', 'Get-DeviceCertificate', 'Import-DeviceCredential',
            'New-CertificateChain', 'Revoke-DeviceCertificate', 'Get-CertificateAuthority', 'New-BootstrapDeviceCredential',
            'New-Lwm2mDeviceCredential', 'New-DeviceCertificateRequest', 'New-DeviceConfiguration', 'Export-DeviceKeyRequest'
        DeviceCertificateReport   = 'Export-DeviceCertificateReport', 'Test-DeviceCertificate', 'Get-DeviceCertificate',
            'Import-DeviceCredential', 'Revoke-DeviceCertificate', 'New-BootstrapDeviceCredential', 'New-Lwm2mDeviceCredential',
            'New-DeviceCertificateRequest', 'New-DeviceConfiguration', 'Export-DeviceKeyRequest'
        ExportedCredential        = 'Test-DeviceCertificate', 'Get-DeviceCertificate', 'Import-DeviceCredential',
            'New-CertificateChain', 'Revoke-DeviceCertificate', 'Get-CertificateAuthority', 'New-BootstrapDeviceCredential',
            'New-Lwm2mDeviceCredential', 'New-DeviceCertificateRequest', 'New-DeviceConfiguration', 'Export-DeviceKeyRequest'
        DeviceConfiguration       = 'New-BootstrapDeviceCredential', 'New-Lwm2mDeviceCredential', 'New-DeviceCertificateRequest',
            'New-DeviceConfiguration', 'Export-DeviceKeyRequest'
        LedgerEntry               = 'Revoke-DeviceCertificate', 'New-BootstrapDeviceCredential', 'New-Lwm2mDeviceCredential',
            'New-DeviceCertificateRequest', 'New-DeviceConfiguration', 'Export-DeviceKeyRequest'
        DeviceInjection           = 'Export-DeviceCertificateReport', 'Revoke-DeviceCertificate', 'New-BootstrapDeviceCredential',
            'New-Lwm2mDeviceCredential', 'New-DeviceCertificateRequest', 'New-DeviceConfiguration', 'Export-DeviceKeyRequest'
        DeviceAccount             = 'Export-DeviceCertificateReport', 'Revoke-DeviceCertificate', 'New-BootstrapDeviceCredential',
            'New-Lwm2mDeviceCredential', 'New-DeviceCertificateRequest', 'New-DeviceConfiguration', 'Export-DeviceKeyRequest'
        AccountCertificate        = 'Revoke-DeviceCertificate'
        BooksSummary              = 'Export-DeviceCertificateReport'
        CertificateRevocationList = @('Export-CertificateRevocationList')
        RunSummary                = 'Export-DeviceCredential', 'Send-DeviceCredential'
        DateTime                  = @()
    }
    $calls = [ordered]@{
        'Import-DeviceKey'                = { Import-DeviceKey }
        'Export-DeviceKey'                = { Export-DeviceKey -Path "$folder/k.pem" }
        'New-DeviceCertificateRequest'    = { New-DeviceCertificateRequest }
        'Export-DeviceCertificateRequest' = { Export-DeviceCertificateRequest -Path "$folder/r.pem" }
        'Import-DeviceCertificateRequest' = { Import-DeviceCertificateRequest }
        'New-CertificateAuthority'        = { New-CertificateAuthority }
        'Export-CertificateAuthority'     = { Export-CertificateAuthority -Path "$folder/ca" -NoPassword }
        'Update-CertificateAuthority'     = { Update-CertificateAuthority -Issuer $chain.Authorities[0] }
        'New-CertificateAuthorityRequest' = { New-CertificateAuthorityRequest -Key (New-DeviceKey) }
        'Export-CertificateAuthorityRequest' = { Export-CertificateAuthorityRequest -Path "$folder/ca.csr" }
        'Import-CertificateAuthorityRequest' = { Import-CertificateAuthorityRequest }
        'New-CertificateAuthorityProof'   = { New-CertificateAuthorityProof -Code 1234 }
        'Export-CertificateRevocationList' = { Export-CertificateRevocationList -Path "$folder/crl.pem" }
        'Import-CertificateAuthority'     = { Import-CertificateAuthority }
        'Get-CertificateAuthority'        = { Get-CertificateAuthority }
        'New-CertificateChain'            = { New-CertificateChain }
        'New-CertificateRevocationList'   = { New-CertificateRevocationList -Ledger "$folder/index.txt" }
        'New-BootstrapDeviceCredential'   = { New-BootstrapDeviceCredential -Issuer $ca }
        'New-Lwm2mDeviceCredential'       = { New-Lwm2mDeviceCredential -Issuer $ca -AccountId a }
        'Update-DeviceCredential'         = { Update-DeviceCredential -Issuer $ca }
        'Export-DeviceCredential'         = { Export-DeviceCredential -Path "$folder/out" }
        'Import-DeviceCredential'         = { Import-DeviceCredential }
        'Get-DeviceCertificate'           = { Get-DeviceCertificate }
        'Test-DeviceCertificate'          = { Test-DeviceCertificate }
        'Test-DeviceConfiguration'        = { Test-DeviceConfiguration -Configuration $objects.DeviceConfiguration }
        'New-DeviceConfiguration'         = { New-DeviceConfiguration }
        'Export-DeviceKeyRequest'         = { Export-DeviceKeyRequest -Path "$folder/requests" }
        'Import-DeviceList'               = { Import-DeviceList }
        'Import-DeviceResponse'           = { Import-DeviceResponse }
        'Get-IssuedCertificate'           = { Get-IssuedCertificate }
        'Compare-IssuanceLedger'          = { Compare-IssuanceLedger }
        'Merge-IssuanceLedger'            = { Merge-IssuanceLedger -Destination "$folder/all.txt" }
        'Revoke-DeviceCertificate'        = { Revoke-DeviceCertificate -Ledger "$folder/index.txt" -Confirm:$false }
        'Send-DeviceCredential'           = { Send-DeviceCredential -Configuration $base -Address 127.0.0.1 -Port $device.Port }
        'Get-DeviceInjection'             = { Get-DeviceInjection }
        'Export-DeviceCertificateReport'  = { Export-DeviceCertificateReport -Path "$folder/report.html" }
    }
    # A certificate without its key is none of a CA that can be got; that is said in other words.
    $reasoned = 'Get-CertificateAuthority'
    $pairs = foreach ($type in $natural.Keys) {
        foreach ($command in $calls.Keys) {
            if ($command -in $reasoned -and $command -in $natural[$type]) { continue }
            @{ Type = $type; Command = $command; Call = $calls[$command]; IsNatural = $command -in $natural[$type] }
        }
    }
    $commands = @{ Commands = @($calls.Keys) }
    # A job starts the pwsh of its own PowerShell, which one that is hosted does not have.
    $pwsh = @('powershell.exe', 'pwsh.exe', 'pwsh') | Where-Object { Test-Path -LiteralPath (Join-Path $PSHOME $_) }
    $ways = if ($pwsh) { 'Export-Clixml', 'Start-Job' } else { , 'Export-Clixml' }
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $source = New-Folder
    $chain = New-CertificateChain -Name 'Root CA', 'Line CA'
    $ca = $chain.Issuer
    # In the ledger are the device and the CA, so that each can be revoked.
    $line = New-CertificateAuthority -Name 'Line CA 2' -Issuer $chain.Authorities[0]
    $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $ca -Ledger "$source/index.txt"
    foreach ($serial in $ca.SerialNumber, $line.SerialNumber) {
        [System.IO.File]::AppendAllText("$source/index.txt", "V`t491231235959Z`t`t$serial`tunknown`t/CN=Line CA`n")
    }
    [System.IO.File]::WriteAllText("$source/list.csv", "EndpointName,Site`ndev,Berlin`n")
    $exported = $credential | Export-DeviceCredential -Path "$source/out"
    $device = Start-SimulatedDevice -Switch '--devices', '1000'
    $base = New-DeviceConfiguration -ServerUri 'coaps://bootstrap.example.com:5684?aid=0166d2a1c9f84b7f8c3a5de2471b9c60' `
        -ServerCertificate $ca -Manufacturer M -ModelNumber M -SerialNumber S -DeviceType T -HardwareVersion H -MemoryTotalKB 512 `
        -Timezone Europe/Berlin -UtcOffset '+01:00' -ClassId 00112233445566778899aabbccddeeff `
        -VendorId 00112233445566778899aabbccddeeff
    $objects = @{
        DeviceKey = New-DeviceKey
        DeviceCertificateRequest = New-DeviceCertificateRequest -EndpointName dev
        CertificateAuthority = $ca
        CertificateAuthorityRequest = New-CertificateAuthorityRequest -Name Sub -Key (New-DeviceKey)
        CertificateChain = $chain
        DeviceCredential = $credential
        DeviceIdentity = Import-DeviceList -Path "$source/list.csv"
        DeviceCertificate = (Get-DeviceCertificate -Path $exported.CertificateFile.FullName)[0]
        DeviceCertificateReport = $exported | Test-DeviceCertificate
        ExportedCredential = $exported
        DeviceConfiguration = New-DeviceConfiguration -EndpointName dev
        LedgerEntry = Get-IssuedCertificate -Ledger "$source/index.txt" -EndpointName dev
        CertificateRevocationList = New-CertificateRevocationList -Issuer $ca -Ledger "$source/index.txt"
        DeviceInjection = $credential | Send-DeviceCredential -Configuration $base -Address 127.0.0.1 -Port $device.Port
        # In no folder, so that its certificate may be revoked.
        DeviceAccount = Compare-IssuanceLedger -Ledger "$source/index.txt" -Path (New-Folder) | Where-Object EndpointName -EQ dev
        AccountCertificate = (Compare-IssuanceLedger -Ledger "$source/index.txt" | Where-Object EndpointName -EQ dev).Certificates[0]
        BooksSummary = Compare-IssuanceLedger -Ledger "$source/index.txt" -Summary | Select-Object -Last 1
        RunSummary = 'x' | New-BootstrapDeviceCredential -Issuer $ca -Summary | Select-Object -Last 1; DateTime = Get-Date
    }
}

AfterAll { Stop-SimulatedDevice -Device $device }

Describe '<Type> | <Command>' -ForEach $pairs {
    It $(if ($IsNatural) { 'is taken' } else { 'says what it is' }) {
        $folder = New-Folder
        Copy-Item -LiteralPath "$source/index.txt" -Destination $folder
        $object = $objects[$Type]
        $run = Invoke-Recorded ([scriptblock]::Create("`$object | $Call"))
        $given = @($run.Output | Where-Object { $_ -isnot [System.IO.FileInfo] -or $IsNatural })
        if ($IsNatural) {
            $run.Errors | Should -BeNullOrEmpty
            $given.Count | Should -BeGreaterThan 0
            return
        }
        $given | Should -BeNullOrEmpty
        $run.Errors[0].Exception.Message |
            Should -Match "[Ee]xpected .*found an? ($Type|credential|certificate)\b|This is a device's credential|is not a CA's certificate"
        if ($Type -notin 'RunSummary', 'DateTime') {
            $run.Errors[0].Exception.Message | Should -Match '-[A-Z][A-Za-z]+|PrivateKey' -Because 'it says what to do'
        }
    }
}

Describe 'The table above' {
    It 'has every cmdlet that takes objects from the pipeline' -ForEach $commands {
        $takes = Get-Command -Module DeviceCreds | Where-Object { $_.ParameterSets.Parameters | Where-Object { $_.ValueFromPipeline } }
        # New-DeviceKey refuses whatever comes.
        $Commands | Sort-Object | Should -Be ($takes.Name | Where-Object { $_ -ne 'New-DeviceKey' } | Sort-Object)
    }
}

Describe 'From another process, by <_>' -ForEach $ways {
    BeforeAll {
        $how = $_
        $folder = New-Folder
        # An object as it arrives: its properties, and no key.
        function Send-Object {
            param([Parameter(Mandatory)] [string] $Script)
            if ($how -eq 'Export-Clixml') {
                & ([scriptblock]::Create($Script)) | Export-Clixml -LiteralPath "$folder/object.xml"
                return Import-Clixml -LiteralPath "$folder/object.xml"
            }
            $job = Start-Job -ScriptBlock ([scriptblock]::Create("Import-Module '$ModuleManifest'; $Script"))
            Receive-Job -Job $job -Wait -AutoRemoveJob
        }
        $null = $ca | Export-CertificateAuthority -Path "$folder/ca" -NoPassword
        $issuer = "(Import-CertificateAuthority '$folder/ca' 3>`$null)"
        $issue = "New-Lwm2mDeviceCredential d -AccountId a -Issuer $issuer -Ledger '$folder/index.txt'"
        $remote = Send-Object $issue
    }

    It 'a credential is tested, revoked and renewed' {
        $remote.psobject.TypeNames[0] | Should -BeExactly 'Deserialized.DeviceCreds.DeviceCredential'
        $report = $remote | Test-DeviceCertificate -Issuer $ca
        $report.Passed, $report.EndpointName, $report.AccountId, $report.Kind | Should -Be $true, 'd', 'a', 'Lwm2m'
        $renewed = $remote | Update-DeviceCredential -Issuer $ca
        $renewed.Renews | Should -Be $remote.SerialNumber
        ($remote | Update-DeviceCredential -Issuer $ca -NewKey).PrivateKey.HasPrivateKey | Should -BeTrue
        ($remote | Revoke-DeviceCertificate -Ledger "$folder/index.txt" -Confirm:$false).SerialNumber | Should -Be $remote.SerialNumber
    }

    It 'a credential says that its key did not come along, in its view and where the key is needed' {
        $remote | Format-Table | Out-String -Width 120 | Should -Match '\bnot here\b'
        Assert-Failure {
            $remote | Export-DeviceCredential -Path "$folder/out"
        } -Id PrivateKeyElsewhere -Category InvalidArgument `
            -Message '*stayed in the process*Export-DeviceCredential*Import-DeviceCredential*'
        Assert-Failure {
            $remote | Test-DeviceConfiguration -Configuration (New-DeviceConfiguration)
        } -Id PrivateKeyElsewhere -Category InvalidArgument
        "$folder/out" | Should -Not -Exist
        Find-Secret -Text ($remote | Format-List * | Out-String -Width 4000) -Key $credential.PrivateKey | Should -BeNullOrEmpty
    }

    It 'a credential whose key the device keeps is as good as here' {
        $request = "
            New-DeviceCertificateRequest d2 | Export-DeviceCertificateRequest -Path '$folder/$how.csr' -Force | Out-Null
            Import-DeviceCertificateRequest '$folder/$how.csr' | New-BootstrapDeviceCredential -Issuer $issuer"
        $exported = Send-Object $request | Export-DeviceCredential -Path "$folder/requested"
        $exported.Files.Name | Should -Be 'BootstrapDeviceCert.pem', 'BootstrapDeviceCert.der'
    }

    It 'a request is signed for its own key' {
        $request = Send-Object 'New-DeviceCertificateRequest d7 -WarningAction Ignore'
        $signed = $request | New-BootstrapDeviceCredential -Issuer $ca
        $signed.EndpointName, $signed.PrivateKey | Should -Be 'd7', $null
        $request.Pem | Set-Content -LiteralPath "$folder/d7-$how.csr"
        $signed.CertificatePem | Set-Content -LiteralPath "$folder/d7-$how.pem"
        & openssl req -in "$folder/d7-$how.csr" -noout -pubkey | Should -Be (& openssl x509 -in "$folder/d7-$how.pem" -noout -pubkey)
    }

    It 'a request whose key stayed there says so, and one of a device''s own key does not' {
        $null = Send-Object 'New-DeviceCertificateRequest d10 -WarningAction Ignore' |
            New-BootstrapDeviceCredential -Issuer $ca -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike "*'d10' stayed in the process*Export-DeviceKey*"
        $read = "New-DeviceCertificateRequest d11 | Export-DeviceCertificateRequest -Path '$folder/d11.csr' -Force | Out-Null
            Import-DeviceCertificateRequest '$folder/d11.csr'"
        $null = Send-Object $read | New-BootstrapDeviceCredential -Issuer $ca -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeNullOrEmpty
    }

    It 'a credential that is renewed for an export is refused before it is issued' {
        $ledger = "$folder/renewed-$how.txt"
        Assert-Failure {
            $remote | Update-DeviceCredential -Issuer $ca -Ledger $ledger | Export-DeviceCredential -Path "$folder/out-$how"
        } -Id PrivateKeyElsewhere -Category InvalidArgument
        Get-IssuedCertificate -Ledger $ledger | Should -BeNullOrEmpty
        Assert-Failure {
            $remote | Update-DeviceCredential -Issuer $ca | ForEach-Object { $_ } | Export-DeviceCredential -Path "$folder/out-$how"
        } -Id PrivateKeyElsewhere -Category InvalidArgument
        "$folder/out-$how" | Should -Not -Exist
    }

    It 'an exported credential is read with its key' {
        $exported = Send-Object "New-BootstrapDeviceCredential d8 -Issuer $issuer | Export-DeviceCredential -Path '$folder/d8-$how'"
        ($exported | Import-DeviceCredential).PrivateKey.HasPrivateKey | Should -BeTrue
    }

    It 'a credential exported to an archive is read and tested, and revoking asks for it' {
        $ledger = "$folder/archived-$how.txt"
        $exported = Send-Object ("'d10', 'd11' | New-BootstrapDeviceCredential -Issuer $issuer -Ledger '$ledger' | " +
            "Export-DeviceCredential -Path '$folder/d10-$how' -Archive Zip")
        ($exported | Import-DeviceCredential).EndpointName | Should -Be d10, d11
        $exported | Test-DeviceCertificate -Issuer $ca -Quiet | Should -Be $true, $true
        { $exported[0] | Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ExpectedMessage '*Import-DeviceCredential*'
        ($exported[0] | Import-DeviceCredential | Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false).EndpointName | Should -Be d10
    }

    It 'an injection revokes the certificate that it names, and no other one' {
        $ledger = "$folder/injected-$how.txt"
        $old, $new = 1..2 | ForEach-Object { New-BootstrapDeviceCredential d9 -Issuer $ca -Ledger $ledger -AllowDuplicate }
        $injection = Send-Object "[DeviceCreds.DeviceInjection]@{ EndpointName = 'd9'; SerialNumber = '$($old.SerialNumber)' }"
        $revoked = $injection | Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false
        $revoked.SerialNumber | Should -Be $old.SerialNumber
        $refused = Send-Object ("[DeviceCreds.DeviceInjection]@{ EndpointName = 'd9'; SerialNumber = '$($new.SerialNumber)'; " +
            "ErrorId = 'AlreadyInjected' }")
        Assert-Failure {
            $refused | Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false
        } -Id InjectionWithoutCertificate -Category InvalidOperation
    }

    It 'a report is written, and names its certificate to revoke' {
        $report = Send-Object "$issue | Test-DeviceCertificate -EndpointName other"
        $file = $report | Export-DeviceCertificateReport -Path "$folder/report.csv"
        Get-Content -LiteralPath $file.FullName -Raw | Should -BeLike '*EndpointName*'
        ($report | Out-String -Width 200) | Should -Match '(?m)^Failed  Lwm2m .*\r?\n.*EndpointName'
        ($report | Revoke-DeviceCertificate -Ledger "$folder/index.txt" -Confirm:$false).SerialNumber | Should -Be $report.SerialNumber
    }

    It 'objects are found by values of enumerations' {
        $accounts = @(Send-Object "
            'EndpointName', 'd', 'missing' | Set-Content -LiteralPath '$folder/devices.csv'
            Compare-IssuanceLedger -Ledger '$folder/index.txt' -List '$folder/devices.csv' | Where-Object EndpointName")
        ($accounts | Where-Object State -eq 'Missing').EndpointName | Should -Be missing
        ($accounts | Where-Object Kind -eq 'Lwm2m').EndpointName | Should -Be d
        ($remote | Where-Object { $_.Kind -eq [DeviceCreds.CredentialKind]::Lwm2m }).EndpointName | Should -Be d
        "$($remote.Kind)" | Should -BeExactly Lwm2m
    }

    It 'a certificate is tested, and a CA trusted' {
        $certificate = Send-Object "($issue).Chain.Leaf"
        ($certificate | Test-DeviceCertificate).Subject | Should -BeExactly 'CN=d,OU=a'
        $trusted = Send-Object "Import-CertificateAuthority '$folder/ca' 3>`$null"
        ($certificate | Test-DeviceCertificate -Issuer $trusted).Checks.Where({ $_.Id -eq 'TrustedIssuer' }).Outcome | Should -Be Passed
        { New-BootstrapDeviceCredential d -Issuer $trusted } |
            Should -Throw -ExpectedMessage '*another process*Import-CertificateAuthority*'
    }

    It 'a key stays where it is' {
        $key = Send-Object 'New-DeviceKey'
        { $key | Export-DeviceKey -Path "$folder/key.pem" -ErrorAction Stop } |
            Should -Throw -ExpectedMessage '*another process*Export-DeviceKey*'
        "$folder/key.pem" | Should -Not -Exist
    }

    It 'an identity and an entry of a ledger name their devices' {
        [System.IO.File]::WriteAllText("$folder/list.csv", "EndpointName,Site`ndev-9,Berlin`n")
        (Send-Object "Import-DeviceList '$folder/list.csv'" | New-BootstrapDeviceCredential -Issuer $ca).Columns.Site |
            Should -BeExactly Berlin
        (Send-Object "Get-IssuedCertificate '$folder/index.txt' d" | New-DeviceConfiguration)[0].EndpointName | Should -BeExactly d
    }
}

Describe 'An enumeration of the module' {
    It 'goes through Export-Clixml by the names of its values' {
        $library = [DeviceCreds.CredentialKind].Assembly, (Get-Command New-DeviceKey).ImplementingType.Assembly
        $enumerations = @($library.GetExportedTypes() | Where-Object IsEnum)
        $enumerations.Count | Should -BeGreaterThan 10
        $file = "$(New-Folder)/values.xml"
        foreach ($enumeration in $enumerations) {
            $values = [Enum]::GetValues($enumeration)
            $values | Export-Clixml -LiteralPath $file
            $read = @(Import-Clixml -LiteralPath $file)
            $read | Should -Be $values
            $read | ForEach-Object { $_.GetType() } | Select-Object -Unique | Should -Be ([string])
        }
    }
}
