# What Get-Help says, in a real PowerShell, from the built module; and every example of every page, run.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidOverwritingBuiltInCmdlets', '', Justification = 'Examples ask for a password.')]
param()

BeforeDiscovery {
    $pages = Get-ChildItem -Path ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs', 'cmdlets', '*.md'))
    $cmdlets = $pages | ForEach-Object { @{ Name = $_.BaseName } }
    $examples = foreach ($page in $pages) {
        $text = Get-Content -Path $page.FullName -Raw -Encoding UTF8
        foreach ($example in [regex]::Matches($text, '(?ms)^### (Example \d+: [^\r\n]+)\r?\n(.*?)(?=^##)')) {
            # An example without code has none to run, which the test below says.
            @{
                Name = $page.BaseName
                Title = $example.Groups[1].Value
                Code = [regex]::Match($example.Groups[2].Value, '(?ms)^```powershell\r?\n(.*?)^```').Groups[1].Value
            }
        }
    }
}

BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Get-Help <Name>' -ForEach $cmdlets {
    BeforeAll {
        $help = Get-Help -Name $Name -Full
        $command = Get-Command -Name $Name -Module DeviceCreds
    }

    It 'says in a sentence what it does' {
        $help.Synopsis | Should -Match '^[A-Z].*\.$'
    }

    It 'has a description' {
        ($help.description.Text -join ' ').Length | Should -BeGreaterThan 100
    }

    It 'has three examples or more, each with code' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        @($help.examples.example | Where-Object { -not $_.code }) | Should -BeNullOrEmpty
    }

    It 'describes every parameter, and none that there is not' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters
        $expected = $command.Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object
        $described = @($help.parameters.parameter | Where-Object { $_.description.Text })
        $described.name | Sort-Object | Should -Be $expected
    }

    It 'gives one parameter when asked for it' {
        foreach ($parameter in $help.parameters.parameter.name) {
            (Get-Help -Name $Name -Parameter $parameter).description.Text | Should -Not -BeNullOrEmpty
        }
    }

    It 'names what to read next, and no page that is not there' {
        $help.alertSet.alert[-1].Text | Should -Match '(?m)^See also: \w.*\w\.\s*$'
        $help | Out-String | Should -Not -Match '-Online'
    }
}

Describe 'Get-Help in a fresh session' {
    It 'finds the help of a module imported by its path' {
        Invoke-ChildShell -Script '(Get-Help -Name New-DeviceKey).Synopsis' | Should -Be 'Makes private keys for devices.'
    }

    It 'finds the help of a module that was never imported, on PSModulePath' {
        $folder = [System.IO.Path]::Combine($RepositoryRoot, 'artifacts', 'module')
        $script = "`$env:PSModulePath = '$folder' + [System.IO.Path]::PathSeparator + `$env:PSModulePath; " +
            "(Get-Help -Name New-DeviceKey).Synopsis; (Get-Help -Name about_DeviceCreds) -match 'PROMISES'"
        Invoke-PowerShell -Command $script | Should -Be 'Makes private keys for devices.', 'True'
    }
}

Describe 'The examples' {
    BeforeAll {
        $password = New-Password
        $files = New-Folder
        Push-Location -LiteralPath $files
        # Devices wait at three ports, each for as many credentials as come.
        $line = 1..3 | ForEach-Object { Start-SimulatedDevice -Switch '--devices', '1000' }
        try { & ([System.IO.Path]::Combine($PSScriptRoot, 'ExampleFiles.ps1')) -Password $password -Port $line.Port }
        finally { Pop-Location }

        $former = $env:CA_PASSWORD
        $env:CA_PASSWORD = 'correct horse battery staple'
    }

    AfterAll {
        $env:CA_PASSWORD = $former
        Stop-SimulatedDevice -Device $line
    }

    Context '<_>' -ForEach @($examples.Name | Select-Object -Unique) {
        It '<Title>' -ForEach @($examples | Where-Object Name -EQ $_) {
            $Code | Should -Not -BeNullOrEmpty
            $folder = Join-Path -Path $TestDrive -ChildPath ([System.Guid]::NewGuid())
            Copy-Item -LiteralPath $files -Destination $folder -Recurse
            Push-Location -LiteralPath $folder
            try {
                # Nobody is there to answer.
                function Read-Host { $password }
                $ErrorActionPreference = 'Stop'
                { & ([scriptblock]::Create($Code)) } | Should -Not -Throw
            }
            finally { Pop-Location }
        }
    }
}
