# Names, paths and messages from elsewhere are text to people and to a build's agent, and nothing more: in each view, stream and report.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

    # What the cmdlets give, and what stands in it: every type of the module that a view may show.
    $seen = [System.Collections.Generic.HashSet[type]]::new()
    $waiting = [System.Collections.Generic.Queue[type]]::new([type[]]((Get-Command -Module DeviceCreds `
        -CommandType Cmdlet).OutputType.Type | Where-Object { $_ }))
    while ($waiting.Count) {
        $type = $waiting.Dequeue()
        while ($type.HasElementType) { $type = $type.GetElementType() }
        foreach ($argument in $type.GetGenericArguments()) { $waiting.Enqueue($argument) }
        if ($type.IsEnum -or $type.Namespace -notlike 'DeviceCreds*' -or -not $seen.Add($type)) { continue }
        foreach ($property in $type.GetProperties()) { $waiting.Enqueue($property.PropertyType) }
    }

    $types = $seen | Sort-Object -Property FullName
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $hostile = "##vso[task.complete result=Succeeded;]$([char]27)[31m$([char]0x9B)31m" +
        "$([char]0x202E)x$([char]0x2028)$([char]0x85)`r`nINJECTED##[error]y"

    # What a terminal or an agent would take for more than text.
    function Find-Unsafe {
        param([Parameter(Mandatory)] [AllowEmptyString()] [string] $Text)
        if ($Text -match '(?i)##vso\[|##\[') { "the command $($Matches[0])" }
        if ($Text -cmatch '(?m)^INJECTED') { 'a line of its own' }
        foreach ($match in [regex]::Matches($Text, '[\p{C}\p{Zl}\p{Zp}-[\r\n\t]]')) { 'U+{0:X4}' -f [int]$match.Value[0] }
    }

    # An object of a type, as its views see it, with the hostile text wherever a text can be.
    function New-HostileObject {
        param([Parameter(Mandatory)] [type] $Type, [int] $Depth = 3)
        $fake = [pscustomobject]@{}
        $fake.PSObject.TypeNames.Insert(0, $Type.FullName)
        foreach ($property in $Type.GetProperties() | Where-Object { $_.GetIndexParameters().Count -eq 0 -and $_.CanRead }) {
            $fake.PSObject.Properties.Add([psnoteproperty]::new($property.Name, (New-HostileValue $property.PropertyType $Depth)))
        }

        # The real ones have their own, which other tests look at.
        $fake | Add-Member -MemberType ScriptMethod -Name ToString -Value { 'nested' } -Force
        $fake
    }

    function New-HostileValue {
        param([type] $Type, [int] $Depth)
        $plain = [Nullable]::GetUnderlyingType($Type)
        if ($plain) { $Type = $plain }
        if ($Type -eq [string]) { return $hostile }
        if ($Type -eq [byte[]]) { return , [byte[]](1, 2) }
        if ($Type -eq [uri]) { return [uri]'coaps://h' }
        if ($Type.IsEnum) { return [enum]::GetValues($Type)[0] }
        if ($Type -eq [datetime] -or $Type -eq [datetimeoffset]) { return $Type::MaxValue }
        if ($Type.IsPrimitive -or $Type -eq [timespan]) { return [System.Activator]::CreateInstance($Type) }
        if ($Type.Name -like '*Dictionary`2' -or $Type -eq [System.Collections.Hashtable]) { return @{ $hostile = $hostile } }
        if ($Type.Namespace -like 'DeviceCreds*') { if ($Depth) { return New-HostileObject $Type ($Depth - 1) } else { return $null } }
        $element = if ($Type.HasElementType) { $Type.GetElementType() } elseif ($Type.IsGenericType) { $Type.GetGenericArguments()[0] }
        if ($element) { return , @(New-HostileValue $element $Depth) }
        $hostile
    }

    $rendering = if ($PSStyle) { $PSStyle.OutputRendering }
    if ($PSStyle) { $PSStyle.OutputRendering = 'PlainText' }
}

AfterAll { if ($PSStyle) { $PSStyle.OutputRendering = $rendering } }

Describe 'A hostile text' {
    It 'is found: this test can fail' {
        Find-Unsafe $hostile | Should -Be 'the command ##vso[', 'a line of its own', 'U+001B', 'U+009B', 'U+202E', 'U+2028', 'U+0085'
        Find-Unsafe (New-HostileObject ([System.IO.FileInfo]) | Format-List | Out-String -Width 200) | Should -Not -BeNullOrEmpty
    }

    It 'is text alone in each view of <_>' -ForEach $types {
        $object = New-HostileObject $_
        foreach ($view in { $object }, { $object | Format-Table }, { $object | Format-List }, { $object | Format-Wide }) {
            $text = & $view | Out-String -Width 200
            $text.Trim() | Should -Not -BeNullOrEmpty
            Find-Unsafe $text | Should -BeNullOrEmpty -Because "$view shows it: $text"
        }
    }

    It 'is text alone in each view of a file that was written' {
        Assert-Unix
        $folder = (New-Item -ItemType Directory -Path (New-Folder) -Name ($hostile -replace '/', '')).FullName
        $file = New-DeviceKey | Export-DeviceKey -Path "$folder/$($hostile -replace '/', '')"
        foreach ($view in { $file }, { $file | Format-Table }, { $file | Format-List }, { $file | Format-Wide }) {
            $text = & $view | Out-String -Width 400
            $text | Should -Match 'INJECTED'
            Find-Unsafe $text | Should -BeNullOrEmpty -Because "$view shows it: $text"
        }
    }
}

Describe 'A hostile name in a build' {
    BeforeAll {
        # What a name, a folder and a line of a ledger can be. Names with characters that nobody can see are refused.
        $name = '##vso[task.complete result=Succeeded;]x'
        $folder = New-Folder
        $place = if ($OnWindows) { '##vso[task.complete]x' } else {
            "##vso[task.complete]$([char]27)[31m$([char]0x202E)`nINJECTED##[error]"
        }
        $null = [System.IO.Directory]::CreateDirectory((Join-Path $folder $place))
        [System.IO.File]::WriteAllText((Join-Path $folder 'devices.csv'),
            "EndpointName,Site`n$name,##vso[x]`n##[error]y,=1+1`n$([char]27)[31mz,a`n")
        [System.IO.File]::WriteAllText((Join-Path $folder 'index.txt'),
            "V`t461126122942Z`t`t46178579B91217B7A259692F6D041694`tunknown`t/CN=\x1B[31mX\x0A##vso[task.complete]`n")
        [System.IO.File]::WriteAllText((Join-Path (Join-Path $folder $place) 'junk.pem'), 'junk')
        [System.IO.File]::WriteAllText((Join-Path $folder 'names.txt'), "$name`n##[error]`n$place")
        $script = {
            # Names come from a file: PowerShell's error views quote the script's own text, which nobody else can clean.
            $name, $group, $place = [System.IO.File]::ReadAllText("$PWD/names.txt") -split "`n", 3
            $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
            $ConfirmPreference = 'None'
            $ca = New-CertificateAuthority $name
            $ca; $ca | Format-List; $ca.Chain; $ca.Chain | Format-List
            $devices = Import-DeviceList devices.csv
            $devices; $devices | Format-List; $devices | Format-Table; $devices | Format-Wide
            $devices[0].Columns; $devices[0].Columns | Format-List; $devices[0].Columns | Format-Table; $devices[0].Columns | Format-Wide
            $devices | New-BootstrapDeviceCredential -Issuer $ca -Ledger "$place/index.txt" | Export-DeviceCredential $place -WhatIf
            $credentials = $devices | New-BootstrapDeviceCredential -Issuer $ca
            $credentials; $credentials | Format-List; $credentials | Format-Wide
            $credentials | Export-DeviceCredential $place
            $credentials | New-DeviceConfiguration
            $devices | New-DeviceConfiguration -Manufacturer '##vso[task.complete]'
            $ca | Export-CertificateAuthority "$place/ca" -NoPassword -WhatIf
            $ca | Export-CertificateAuthority "$place/ca" -NoPassword
            Import-CertificateAuthority "$place/ca"
            $found = Get-ChildItem -LiteralPath $place -Filter *Cert.pem -Recurse
            $found | Get-DeviceCertificate | Format-List
            $reports = $found | Test-DeviceCertificate -Issuer $ca -EndpointName '##vso[x]'
            $reports; $reports | Format-List; $reports | Format-Table; $reports.Checks | Format-Table
            Get-ChildItem -LiteralPath $place -Directory | Import-DeviceCredential
            foreach ($format in 'Html', 'JUnit', 'Sarif', 'Csv', 'Markdown') {
                $file = $reports |
                    Export-DeviceCertificateReport "$place/report.$format" -Format $format -Title $name
                    $file
                    [System.IO.File]::ReadAllText($file.FullName)
            }
            Import-DeviceKey -LiteralPath "$place/junk.pem", "$place/none.pem"
            Test-DeviceCertificate -LiteralPath "$place/junk.pem"
            Get-DeviceCertificate $place
            foreach ($view in 'NormalView', 'CategoryView', 'DetailedView') {
                $ErrorView = $view; Import-DeviceKey -LiteralPath "$place/none.pem"
            }
            $Error | Format-List * -Force
            $entries = Get-IssuedCertificate index.txt
            $entries; $entries | Format-List; $entries | Format-Table
            Revoke-DeviceCertificate -EndpointName $entries.EndpointName -Ledger index.txt -WhatIf
            $entries | Revoke-DeviceCertificate -Ledger index.txt
            Revoke-DeviceCertificate -EndpointName $name, $group -Ledger index.txt
            New-CertificateRevocationList -Issuer $ca -Ledger index.txt
            New-DeviceCertificateRequest $name; New-DeviceCertificateRequest $name | Format-List
            New-BootstrapDeviceCredential "$([char]27)[31mz" -Issuer $ca
            New-BootstrapDeviceCredential dev-1 -Issuer $ca -Ledger "$place/none/index.txt"
        }
        $lines = Invoke-ChildShell -Environment @{ TF_BUILD = 'True'; NO_COLOR = '1' } -Script @"
            if (`$PSStyle) { `$PSStyle.OutputRendering = 'PlainText' }
            Set-Location '$folder'
            `$ErrorActionPreference = 'Continue'
            $script
"@
        $lines = $lines -split "`n"
    }

    It 'reaches the host: this test sees what an agent sees' {
        $lines.Count | Should -BeGreaterThan 300
        "$lines" | Should -BeLike '*#?vso*'
        "$lines" | Should -BeLike '*What if: *'
        "$lines" | Should -BeLike '*VERBOSE: *'
    }

    It 'is a command on no line' {
        $commands = @($lines -match '##vso\[|##\[')
        $commands.Count | Should -BeGreaterThan 2
        # Our own, each with one "##".
        $commands -notmatch '^##vso\[task\.(logissue|setprogress) [^\]]*\](?!.*##)' | Should -BeNullOrEmpty
    }

    It 'moves no cursor, turns no text around and begins no line' {
        foreach ($line in $lines -notmatch '^##vso\[') { Find-Unsafe $line | Should -BeNullOrEmpty -Because $line }
    }
}
