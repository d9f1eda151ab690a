# The module as a whole: how it loads, beside whom, what it shows where there is no colour.
BeforeDiscovery {
    $topics = Get-ChildItem -Path ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs', 'about', 'about_*.md')) |
        ForEach-Object { $_.BaseName }
}

BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'The manifest' {
    It 'is whole' {
        $manifest = Test-ModuleManifest -Path $ModuleManifest -WarningVariable warnings -ErrorAction Stop
        $warnings | Should -BeNullOrEmpty
        foreach ($property in 'Author', 'CompanyName', 'Copyright', 'Description', 'LicenseUri', 'ReleaseNotes', 'Tags') {
            $manifest.$property | Should -Not -BeNullOrEmpty -Because $property
        }
        $manifest.CompatiblePSEditions | Should -Be 'Desktop', 'Core'
    }

    It 'exports cmdlets alone, by name, with approved verbs' {
        $commands = Get-Command -Module DeviceCreds
        $commands.CommandType | Select-Object -Unique | Should -Be 'Cmdlet'
        $commands.Name | Should -Be (Import-PowerShellDataFile -Path $ModuleManifest).CmdletsToExport
        $commands.Verb | Should -BeIn (Get-Verb).Verb
        (Get-Module -Name DeviceCreds).ExportedAliases.Count + (Get-Module -Name DeviceCreds).ExportedVariables.Count +
            (Get-Module -Name DeviceCreds).ExportedFunctions.Count | Should -Be 0
    }

    It 'is imported without a word' {
        Invoke-ChildShell -Script '"imported"' | Should -Be 'imported'
    }
}

Describe 'Loading' {
    It 'takes less than a third of the processor time that PowerShell itself takes to start, the best of five times' {
        # After a module without content, so that what is measured is ours.
        $empty = Join-Path (New-Folder) 'Empty.psm1'
        [System.IO.File]::WriteAllText($empty, '')
        $shares = 1..5 | ForEach-Object {
            [double] (Invoke-PowerShell -Command "
                Import-Module '$empty'
                `$process = [System.Diagnostics.Process]::GetCurrentProcess()
                `$before = `$process.TotalProcessorTime
                Import-Module '$ModuleManifest'
                `$process.Refresh()
                `$share = (`$process.TotalProcessorTime - `$before).TotalMilliseconds / `$before.TotalMilliseconds
                `$share.ToString([cultureinfo]::InvariantCulture)")
        }
        ($shares | Measure-Object -Minimum).Minimum | Should -BeLessThan 0.33 -Because "the shares were $shares"
    }

    It 'keeps its types when it is <_>' -ForEach 'imported again', 'imported again with -Force', 'removed and imported again' {
        $again = switch ($_) {
            'imported again' { "Import-Module '$ModuleManifest'" }
            'imported again with -Force' { "Import-Module '$ModuleManifest' -Force; Import-Module '$ModuleManifest' -Force" }
            'removed and imported again' { "Remove-Module -Name DeviceCreds; Import-Module '$ModuleManifest'" }
        }
        Invoke-ChildShell -Script "`$key = New-DeviceKey; `$count = @(Get-Command -Module DeviceCreds).Count; $again
            (New-DeviceCertificateRequest -EndpointName dev -Key `$key).Key.Fingerprint -eq `$key.Fingerprint
            `$key -is [DeviceCreds.DeviceKey]
            @(Get-Command -Module DeviceCreds).Count -eq `$count" | Should -Be "True`nTrue`nTrue"
    }

    It 'is done by each runspace for itself, and objects go from one to another' {
        Invoke-ChildShell -Script "
            `$keys = 1..6 | ForEach-Object -ThrottleLimit 6 -Parallel { Import-Module '$ModuleManifest'; New-DeviceKey }
            `$fingerprints = `$keys | ForEach-Object { (New-DeviceCertificateRequest -EndpointName dev -Key `$_).Key.Fingerprint }
            @(`$fingerprints | Select-Object -Unique).Count
            @(`$keys | Where-Object { `$_ -is [DeviceCreds.DeviceKey] }).Count" | Should -Be "6`n6"
    }

    It 'gets along with a module that brings another YamlDotNet, <_>' -ForEach 'before it', 'after it' {
        if (-not (Get-Module -Name Microsoft.PowerShell.PlatyPS -ListAvailable)) {
            Set-ItResult -Skipped -Because 'Microsoft.PowerShell.PlatyPS is not installed'
        }
        $configuration = Join-Path (New-Folder) 'device.yaml'
        [System.IO.File]::WriteAllText($configuration, 'Manufacturer: Acme')
        $page = [System.IO.Path]::Combine($RepositoryRoot, 'docs', 'cmdlets', 'New-DeviceKey.md')
        $ours = "(New-DeviceConfiguration -Path '$configuration').Manufacturer"
        $theirs = "(Import-MarkdownCommandHelp -Path '$page').Title"
        $script = if ($_ -eq 'after it') { "$theirs; $ours; $theirs" } else { "$ours; $theirs; $ours" }
        $expected = if ($_ -eq 'after it') { "New-DeviceKey`nAcme`nNew-DeviceKey" } else { "Acme`nNew-DeviceKey`nAcme" }
        Invoke-ChildShell -Script $script | Should -Be $expected
    }
}

Describe 'The topic <_>' -ForEach $topics {
    It 'is found by Get-Help' {
        $text = Get-Help -Name $_ | Out-String
        $text | Should -BeLike "*# $_*SHORT DESCRIPTION*SEE ALSO*"
    }
}

Describe 'Views' {
    BeforeAll {
        # A page of everything that has a view, as text.
        $show = '$chain = New-CertificateChain -Name Root, Line
            $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $chain
            $credential, $credential.PrivateKey, $chain, $chain.Issuer, $chain.Leaf,
                (Test-DeviceCertificate -Credential $credential),
                (Test-DeviceCertificate -Credential $credential -EndpointName other) | ForEach-Object { $_ | Out-String -Width 120 }'
        $escape = [string][char]27
    }

    It 'have colour on a terminal, so that the next test can fail' {
        Invoke-ChildShell -Script "`$PSStyle.OutputRendering = 'Ansi'; $show" | Should -BeLike "*$escape*"
    }

    It 'have none with <Variable>=<Value>' -ForEach @{ Variable = 'NO_COLOR'; Value = '1' }, @{ Variable = 'TERM'; Value = 'dumb' } {
        Invoke-ChildShell -Script $show -Environment @{ $Variable = $Value } | Should -Not -BeLike "*$escape*"
    }

    It 'say in words what they say in signs: a screen reader reads the verdict' {
        $text = Invoke-ChildShell -Script $show -Environment @{ NO_COLOR = '1' }
        $text | Should -Match '(?m)^Passed  Bootstrap'
        $text | Should -Match '(?m)^Failed  Bootstrap'
    }

    It 'show <Name> as <Form>' -ForEach @(
        @{
            Name = 'a credential'
            Form = 'a row'
            Object = { $credential }
            Text = '(?m)^dev +Bootstrap +\d{4}-\d\d-\d\d here +[0-9A-F]{20,}'
        }
        @{ Name = 'a certificate'; Form = 'a row'; Object = { $credential.Chain.Leaf }; Text = '(?m)^1 +CN=dev +CN=Line' }
        @{ Name = 'an authority'; Form = 'a row'; Object = { $chain.Issuer }; Text = '(?m)^Line +False +0' }
        @{ Name = 'a chain'; Form = 'a tree'; Object = { $chain }; Text = '(?m)^CN=Root  \(root CA\).*\r?\n└─ CN=Line  \(CA\)' }
        @{ Name = 'a key'; Form = 'a row'; Object = { $credential.PrivateKey }; Text = '(?m)^EC +P-256 +True +[0-9A-F]{64}' }
        @{
            Name = 'a request'
            Form = 'a row'
            Object = { New-DeviceCertificateRequest -EndpointName dev -AccountId acc }
            Text = '(?m)^dev +acc +[0-9A-F]{64}'
        }
        @{
            Name = 'a report'
            Form = 'a check list'
            Object = { $report }
            Text = '(?m)^Failed  Bootstrap CN=dev  \(\d+ passed, 1 failed, \d+ skipped\)'
        }
        @{ Name = 'checks'; Form = 'rows'; Object = { $report.Failed }; Text = "(?m)^EndpointName +Failed +The CN is 'dev'" }
        @{
            Name = 'a device of a list'
            Form = 'a row'
            Object = {
                [System.IO.File]::WriteAllText("$folder/list.csv", "EndpointName,aid,Line`ndev,acc,7`n")
                Import-DeviceList -Path "$folder/list.csv"
            }; Text = '(?m)^dev +acc +Line=7'
        }
        @{
            Name = 'a ledger''s entry'
            Form = 'a row'
            Object = { Get-IssuedCertificate -Ledger (New-Ledger -Revoked 01AB) }
            Text = '(?m)^01AB +Revoked 2049-12-31 2026-01-01 KeyCompromise +01AB'
        }
        @{
            Name = 'a revocation list'
            Form = 'a row'
            Object = { New-CertificateRevocationList -Issuer $chain.Issuer -Ledger (New-Ledger -Revoked 01AB) }
            Text = '(?m)^CN=Line +\S+ +1 \d{4}'
        }
        @{
            Name = 'a summary'
            Form = 'a list'
            Object = { 'a', 'b' | New-BootstrapDeviceCredential -Issuer $chain -Summary | Select-Object -Last 1 }
            Text = '(?m)^Succeeded +: 2'
        }
        @{
            Name = 'a configuration'
            Form = 'a list without secrets'
            Object = { New-DeviceConfiguration -Manufacturer Acme }
            Text = '(?m)^Manufacturer +: Acme'
        }
        @{
            Name = 'a device''s answer'
            Form = 'a list'
            Object = { New-DeviceAnswer -Path "$folder/answer.cbor"; Import-DeviceResponse -Path "$folder/answer.cbor" }
            Text = '(?m)^SessionId +: dev-1'
        }
    ) {
        $folder = New-Folder
        $chain = New-CertificateChain -Name Root, Line
        $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $chain
        $report = Test-DeviceCertificate -Credential $credential -EndpointName other
        & $Object | Out-String -Width 120 | Should -Match $Text
    }

    It 'say what matters when objects of several types come together, where PowerShell makes lists of all but the first' {
        $chain = New-CertificateChain -Name Root, Line
        $credential = New-BootstrapDeviceCredential -EndpointName dev -Issuer $chain
        $text = $credential, $chain, (Test-DeviceCertificate -Credential $credential -EndpointName other), $credential.PrivateKey |
            Out-String -Width 80
        $text | Should -Match '(?m)^Certificates : {CN=Line, CN=Root}'
        $text | Should -Match '(?m)^Passed +: False'
        $text | Should -Match '(?m)^Subject name +: CN=dev'
        $text | Should -Match '(?m)^Failed +: {Failed: The common name'
        $text | Should -Not -Match 'BEGIN|Checks'
    }

    It 'are only what people see who ask for nothing else: <_> is theirs' -ForEach 'Format-List', 'Format-Table', 'Format-Wide' {
        $chain = New-CertificateChain -Name Root, Line
        $report = New-BootstrapDeviceCredential -EndpointName dev -Issuer $chain | Test-DeviceCertificate
        foreach ($object in $chain, $report) { $object | & $_ | Out-String -Width 120 | Should -Not -Match '└|✓' }
        $report | & $_ -Property Subject | Out-String | Should -Match 'CN=dev'
    }

    It 'have no command for a build''s agent in them, whatever a device is called' {
        $name = '##vso[task.complete]x'
        [System.IO.File]::WriteAllText("$TestDrive/names.txt", "EndpointName,aid`n$name,$name`n")
        $ledger = Join-Path (New-Folder) 'index.txt'
        $credential = Import-DeviceList -Path "$TestDrive/names.txt" |
            New-Lwm2mDeviceCredential -Issuer (New-CertificateAuthority -Name Root) -Ledger $ledger
        $exported = $credential | Export-DeviceCredential -Path (Join-Path (Split-Path $ledger) $name)
        $objects = $credential, $credential.Chain, $credential.Chain.Leaf, $credential.Columns, $exported,
            ($credential | Test-DeviceCertificate), (New-CertificateAuthority -Name $name),
            (Import-DeviceList -Path "$TestDrive/names.txt"), (Get-IssuedCertificate -Ledger $ledger),
            (New-DeviceCertificateRequest -EndpointName $name -AccountId $name),
            (New-DeviceConfiguration -EndpointName $name -Manufacturer $name -CustomParameter @{ 'acme.Site' = $name })
        $alone = ($objects | ForEach-Object { $_ | Out-String -Width 200 }) -join ''
        # Behind another object, PowerShell makes lists of them without asking for a view.
        $together = $credential.PrivateKey, $objects | ForEach-Object { $_ } | Out-String -Width 200
        foreach ($text in $alone, $together) {
            $text | Should -Match '#\?vso'
            $text | Should -Not -Match '##vso'
        }
    }
}
