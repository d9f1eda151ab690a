# samples/clusters/ssh with real PowerShell remoting: three sshd on this machine, everything in a folder of its own.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    . ([System.IO.Path]::Combine($PSScriptRoot, 'servers.ps1'))
    $script = [System.IO.Path]::Combine($RepositoryRoot, 'samples', 'clusters', 'ssh', 'Invoke-Shard.ps1')
    $missing = 'sshd', 'ssh', 'ssh-keygen' |
        Where-Object { -not (Get-Command -Name $_ -CommandType Application -ErrorAction Ignore) } | Select-Object -First 1
    $before = @{ PATH = $env:PATH; PSModulePath = $env:PSModulePath }
    if ($missing) { return }

    $folder = New-Folder
    New-ClusterInput -Path $folder
    $machines = 'line-1', 'line-2', 'line-3'
    $ports = @(Get-FreePort -Count 3)
    foreach ($key in 'host', 'user') { $null = Invoke-Tool ssh-keygen -q -t ed25519 -N '' -f "$folder/$key" }
    $pwsh = Join-Path (New-PwshFolder) 'pwsh'
    # A started as root, sshd wants this folder, which services of the system make.
    if ((id -u) -eq 0) { $null = New-Item -Path /run/sshd -ItemType Directory -Force }
    $servers = Start-Server -Server @(0..2 | ForEach-Object {
        $null = New-Item -Path "$folder/home-$($machines[$_])" -ItemType Directory
        [System.IO.File]::WriteAllText("$folder/sshd-$_.conf", @"
ListenAddress 127.0.0.1
Port $($ports[$_])
HostKey $folder/host
AuthorizedKeysFile $folder/user.pub
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
PidFile none
SetEnv HOME=$folder/home-$($machines[$_]) PSModulePath=$(Split-Path (Split-Path $ModuleManifest))
Subsystem powershell $pwsh -sshs -NoLogo -NoProfile
"@)
        $program = (Get-Command sshd -CommandType Application)[0].Source
        @{ command = $program, '-D', '-e', '-f', "$folder/sshd-$_.conf"; log = "$folder/sshd-$_.log" }
    })

    # The client's names for the machines, as a user has them in ~/.ssh/config.
    $known = (Get-Content -LiteralPath "$folder/host.pub") -replace '^(\S+ \S+).*', '$1'
    [System.IO.File]::WriteAllText("$folder/known", -join ($machines | ForEach-Object { "$_ $known`n" }))
    [System.IO.File]::WriteAllText("$folder/ssh.conf", -join (0..2 | ForEach-Object { @"
Host $($machines[$_])
    HostName 127.0.0.1
    HostKeyAlias $($machines[$_])
    Port $($ports[$_])
    IdentityFile $folder/user
    IdentitiesOnly yes
    UserKnownHostsFile $folder/known

"@ }))
    $bin = New-Folder
    [System.IO.File]::WriteAllText("$bin/ssh",
        "#!/bin/sh`nexec $((Get-Command ssh -CommandType Application)[0].Source) -F $folder/ssh.conf `"`$@`"`n")
    [System.IO.File]::SetUnixFileMode("$bin/ssh", 'UserRead, UserExecute')
    $env:PATH = "${bin}:$env:PATH"
    $env:PSModulePath = "$(Split-Path (Split-Path $ModuleManifest)):$env:PSModulePath"
    Wait-Until -Because "sshd answers: $(Get-Content "$folder/sshd-*.log")" {
        $null = 0..2 | ForEach-Object { ssh $machines[$_] true }
        $LASTEXITCODE -eq 0
    }

    # A process of its own, for its exit code. The password is what a person would type.
    function Invoke-MachineRun([string] $List, [string] $Authority, [string] $Results) {
        $command = "`$secret = [securestring]::new()
            (Get-Content '$folder/secret').ToCharArray() | ForEach-Object { `$secret.AppendChar(`$_) }
            & '$script' -HostName $($machines -join ', ') -DeviceList '$folder/$List' -CertificateAuthority '$folder/$Authority' " +
            "-Path '$folder/$Results' -Secret `$secret; exit `$LASTEXITCODE"
        $first = @($PowerShell | Select-Object -Skip 1)
        $text = & $PowerShell[0] @first -NoProfile -NonInteractive -Command $command 2>&1
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Text = ($text | ForEach-Object { "$_" }) -join "`n" }
    }
}

AfterAll {
    Stop-Server $servers
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
    $left = @(if ($folder) { Get-ProcessOf $folder })
    if ($left) { throw "Something still runs: $left" }
}

Describe 'samples/clusters/ssh' {
    BeforeEach {
        if ($missing) { Set-ItResult -Skipped -Because "$missing is not installed" }
    }

    It 'issues 3,000 devices on three machines, each exactly once, and brings everything back' {
        $run = Invoke-MachineRun -List devices.csv -Authority ca -Results results
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $run.Text | Should -Match '3 shards; 0 failed rows; Delivered 3000'
        # The machines keep nothing, no copy of the CA and no key of a device.
        $machines | ForEach-Object { Get-Tree "$folder/home-$_" } | Should -Not -Match 'devicecreds-run'
        Get-ChildItem -LiteralPath "$folder/results" -Force | Where-Object Name -Like '.transfer*' | Should -BeNullOrEmpty
    }

    It 'keeps every key and certificate when it runs again' {
        $keys = Get-ChildItem -Path "$folder/results/*/devices" -Recurse -Filter *.pem | Get-FileHash
        $ledger = (Get-FileHash -LiteralPath "$folder/results/index.txt").Hash
        $run = Invoke-MachineRun -List devices.csv -Authority ca -Results results
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $run.Text | Should -Match 'Delivered 3000'
        (Get-ChildItem -Path "$folder/results/*/devices" -Recurse -Filter *.pem | Get-FileHash).Hash | Should -Be $keys.Hash
        (Get-FileHash -LiteralPath "$folder/results/index.txt").Hash | Should -Be $ledger
    }

    It 'keeps every key when a machine has other keys of an earlier run, a part of it, and an old CA' {
        $keys = Get-ChildItem -Path "$folder/results/*/devices" -Recurse -Filter *.pem | Get-FileHash
        $left = "$folder/home-line-1/devicecreds-run/shard-1-of-3"
        $null = New-Item -Path "$left/results/shard-1-of-3/devices" -ItemType Directory -Force
        $null = New-CertificateAuthority -Name 'Old CA' | Export-CertificateAuthority -Path "$left/ca" -Password (New-Password)
        $first, $second, $third = Get-ChildItem -LiteralPath "$folder/results/shard-1-of-3/devices" -Directory |
            Select-Object -First 3
        Copy-Item -LiteralPath $second.FullName -Destination "$left/results/shard-1-of-3/devices/$($first.Name)" -Recurse
        $null = New-Item -Path "$left/results/shard-1-of-3/devices/$($third.Name)" -ItemType Directory
        $run = Invoke-MachineRun -List devices.csv -Authority ca -Results results
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $run.Text | Should -Match 'Delivered 3000'
        (Get-ChildItem -Path "$folder/results/*/devices" -Recurse -Filter *.pem | Get-FileHash).Hash | Should -Be $keys.Hash
    }

    It 'brings back what an interrupted machine made, and its ledger' {
        $shard = "$folder/results/shard-1-of-3"
        $left = "$folder/home-line-1/devicecreds-run/shard-1-of-3/results/shard-1-of-3"
        $null = New-Item -Path "$left/devices" -ItemType Directory -Force
        # This device's folder and the ledger were on the machine alone.
        $device = Get-ChildItem -LiteralPath "$shard/devices" -Directory | Select-Object -First 1
        $key = Get-FileHash -LiteralPath "$($device.FullName)/BootstrapDevicePrivateKey.pem"
        Move-Item -LiteralPath $device.FullName -Destination "$left/devices"
        Move-Item -LiteralPath "$shard/index.txt" -Destination $left
        $run = Invoke-MachineRun -List devices.csv -Authority ca -Results results
        $run.ExitCode | Should -Be 0 -Because $run.Text
        (Get-FileHash -LiteralPath $key.Path).Hash | Should -Be $key.Hash
        @(Get-IssuedCertificate -Ledger "$shard/index.txt").EndpointName | Should -Contain $device.Name
    }
}
