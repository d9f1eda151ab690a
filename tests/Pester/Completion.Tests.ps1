# What the Tab key offers, for every cmdlet alike: its parameters, and the values of those that have a fixed set.
BeforeDiscovery {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
    $parameters = Get-Command -Module DeviceCreds | ForEach-Object {
        $command = $_.Name
        $_.Parameters.Values | Where-Object { $_.Name -notin $common } | ForEach-Object {
            $parameter = $_
            $enum = @($_.ParameterType; $_.ParameterType.GetElementType(); $_.ParameterType.GenericTypeArguments) |
                Where-Object { $_.IsEnum }
            @{
                Command = $command
                Parameter = $_.Name
                Hidden = [bool] $_.Attributes.Where({ $_.DontShow })
                Values = @(
                    @(
                        if ($enum) {
                            [Enum]::GetNames(@($enum)[0])
                        } else { $parameter.Attributes.Where({ $_ -is [ValidateSet] }).ValidValues }
                    ) -ne $null
                )
            }
        }
    }
    $visible = $parameters | Where-Object { -not $_.Hidden } | Group-Object -Property { $_.Command } |
        ForEach-Object { @{ Command = $_.Name; Names = $_.Group.Parameter } }
    $fixed = @($parameters | Where-Object { $_.Values.Count -gt 0 }) + @(
        @{ Command = 'Export-DeviceCredential'; Parameter = 'Format'; Values = 'Pem', 'Der', 'Pfx', 'FccBundle', 'Kcm', 'AzureDps' }
        @{ Command = 'Export-DeviceCertificateReport'; Parameter = 'Format'; Values = 'Html', 'JUnit', 'Sarif', 'Csv', 'Markdown' }
        @{ Command = 'New-DeviceConfiguration'; Parameter = 'UtcOffset'; Values = "'+02:00'", "'-05:00'" }
        @{ Command = 'New-DeviceConfiguration'; Parameter = 'Binding'; Values = 'UQ', 'UQS' }
        @{ Command = 'New-DeviceConfiguration'; Parameter = 'Timezone'; Values = "'Europe/Berlin'", "'Asia/Tokyo'" }
    )
    # Of one sign each.
    $short = @(
        foreach ($command in 'New-BootstrapDeviceCredential', 'New-Lwm2mDeviceCredential', 'Update-DeviceCredential',
            'Export-DeviceCredential', 'Test-DeviceCertificate', 'Test-DeviceConfiguration') {
            @{ Command = $command; Parameter = 'ChainDepth'; Values = '1', '2', '3', '4', '5' }
        }
        @{ Command = 'New-DeviceConfiguration'; Parameter = 'MatchingType'; Values = '0', '1', '3' }
        @{ Command = 'New-DeviceConfiguration'; Parameter = 'CertificateUsage'; Values = '0', '1', '2', '3' }
        @{ Command = 'New-DeviceConfiguration'; Parameter = 'Binding'; Values = 'U', 'T', 'N' }
        @{ Command = 'Import-DeviceList'; Parameter = 'Delimiter'; Values = "','", "';'", "'|'" }
    )
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

    function Get-Completion {
        param([string] $Line)
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText
    }
}

Describe 'After <Command>' -ForEach $visible {
    It 'a hyphen lists the parameters that people use' {
        $offered = Get-Completion "$Command -"
        foreach ($name in $Names) { $offered | Should -Contain "-$name" }
    }

    It 'half a parameter''s name is made whole' {
        foreach ($name in $Names) { Get-Completion "$Command -$($name.Substring(0, $name.Length - 1))" | Should -Contain "-$name" }
    }
}

Describe 'After <Command> -<Parameter>' -ForEach $fixed {
    It 'a space lists the values, and half of one is made whole' {
        $offered = Get-Completion "$Command -$Parameter "
        foreach ($value in $Values) {
            $offered | Should -Contain $value
            Get-Completion "$Command -$Parameter $($value.Trim("'").Substring(0, 2))" | Should -Contain $value
        }
    }
}

Describe 'After <Command> -<Parameter>' -ForEach $short {
    It 'a space lists the values' {
        $offered = Get-Completion "$Command -$Parameter "
        foreach ($value in $Values) { $offered | Should -Contain $value }
    }
}

Describe 'After <Command> -<Parameter> and a quote' -ForEach ($fixed + $short) {
    It 'the values are listed in quotes, and half of one is made whole' {
        $offered = Get-Completion "$Command -$Parameter '"
        foreach ($value in $Values) {
            $text = $value.Trim("'")
            $offered | Should -Contain "'$text'"
            # PowerShell takes what begins with a dash for a parameter.
            if ($text[0] -ne '-') { Get-Completion "$Command -$Parameter '$($text.Substring(0, 1))" | Should -Contain "'$text'" }
        }
    }
}
