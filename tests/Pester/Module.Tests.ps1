# The module as a whole: how it loads, beside whom, what it shows where there is no colour.
BeforeDiscovery {
    $topics = Get-ChildItem -Path ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs', 'about', 'about_*.md')) | ForEach-Object { $_.BaseName }
}

BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'The manifest' {
    It 'is whole' {
        $manifest = Test-ModuleManifest -Path $ModuleManifest -WarningVariable warnings -ErrorAction Stop
        $warnings | Should -BeNullOrEmpty
        foreach ($property in 'Author', 'CompanyName', 'Copyright', 'Description', 'LicenseUri', 'ReleaseNotes', 'Tags') { $manifest.$property | Should -Not -BeNullOrEmpty -Because $property }
        $manifest.CompatiblePSEditions | Should -Be 'Desktop', 'Core'
    }

    It 'exports cmdlets alone, by name, with approved verbs' {
        $commands = Get-Command -Module DeviceCreds
        $commands.CommandType | Select-Object -Unique | Should -Be 'Cmdlet'
        $commands.Name | Should -Be (Import-PowerShellDataFile -Path $ModuleManifest).CmdletsToExport
        $commands.Verb | Should -BeIn (Get-Verb).Verb
        (Get-Module -Name DeviceCreds).ExportedAliases.Count + (Get-Module -Name DeviceCreds).ExportedVariables.Count + (Get-Module -Name DeviceCreds).ExportedFunctions.Count | Should -Be 0
    }

    It 'is imported without a word' {
        Invoke-ChildShell -Script '"imported"' | Should -Be 'imported'
    }
}

Describe 'Loading' {
    It 'takes less than 150 ms of the processor, the best of five times' {
        # After a module without content, so that what is measured is ours.
        $empty = Join-Path (New-Folder) 'Empty.psm1'
        [System.IO.File]::WriteAllText($empty, '')
        $powershell = [System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $times = 1..5 | ForEach-Object {
            [int] (& $powershell -NoProfile -NonInteractive -Command "
                Import-Module '$empty'
                `$process = [System.Diagnostics.Process]::GetCurrentProcess()
                `$before = `$process.TotalProcessorTime
                Import-Module '$ModuleManifest'
                `$process.Refresh()
                (`$process.TotalProcessorTime - `$before).TotalMilliseconds")
        }
        ($times | Measure-Object -Minimum).Minimum | Should -BeLessThan 150 -Because "it took $times"
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
            @(`$keys | ForEach-Object { (New-DeviceCertificateRequest -EndpointName dev -Key `$_).Key.Fingerprint } | Select-Object -Unique).Count
            @(`$keys | Where-Object { `$_ -is [DeviceCreds.DeviceKey] }).Count" | Should -Be "6`n6"
    }

    It 'gets along with a module that brings another YamlDotNet, <_>' -ForEach 'before it', 'after it' {
        if (-not (Get-Module -Name Microsoft.PowerShell.PlatyPS -ListAvailable)) { Set-ItResult -Skipped -Because 'Microsoft.PowerShell.PlatyPS is not installed' }
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
            $credential, $credential.PrivateKey, $chain, $chain.Issuer, $chain.Leaf, (Test-DeviceCertificate -Credential $credential), (Test-DeviceCertificate -Credential $credential -EndpointName other) | ForEach-Object { $_ | Out-String -Width 120 }'
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
}
