# samples/clusters/slurm with real Slurm: three nodes on this machine, everything in a folder of its own.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    . ([System.IO.Path]::Combine($PSScriptRoot, 'servers.ps1'))
    $samples = [System.IO.Path]::Combine($RepositoryRoot, 'samples', 'clusters')
    $missing = 'slurmctld', 'slurmd', 'sbatch', 'munged' |
        Where-Object { -not (Get-Command -Name $_ -CommandType Application -ErrorAction Ignore) } | Select-Object -First 1
    $before = @{ PATH = $env:PATH; PSModulePath = $env:PSModulePath; SLURM_CONF = $env:SLURM_CONF }
    if ($missing) { return }

    $folder = New-Folder
    New-ClusterInput -Path $folder
    $nodes = 'n1', 'n2', 'n3'
    $ports = @(Get-FreePort -Count 4)
    $user = (& id -un)
    $machine = [Environment]::MachineName
    $null = New-Item -Path (@('state') + $nodes | ForEach-Object { "$folder/$_" }) -ItemType Directory
    $key = [byte[]]::new(128)
    [System.Security.Cryptography.RandomNumberGenerator]::Fill($key)
    [System.IO.File]::WriteAllBytes("$folder/munge.key", $key)
    [System.IO.File]::SetUnixFileMode("$folder/munge.key", 'UserRead, UserWrite')
    # Nothing of the system: own sockets, own user, no control groups. Jobs are scheduled at once, not at the next tick of a clock.
    [System.IO.File]::WriteAllText("$folder/slurm.conf", @"
ClusterName=test
SlurmctldHost=$machine(127.0.0.1)
SlurmctldPort=$($ports[0])
SlurmctldPidFile=$folder/slurmctld.pid
SlurmctldLogFile=$folder/slurmctld.log
StateSaveLocation=$folder/state
SlurmUser=$user
SlurmdUser=$user
SlurmdPidFile=$folder/%n/slurmd.pid
SlurmdLogFile=$folder/slurmd-%n.log
SlurmdSpoolDir=$folder/%n
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
MailProg=/bin/true
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
KillWait=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=1,sched_interval=1
$(0..2 | ForEach-Object { "NodeName=$($nodes[$_]) NodeHostname=$machine NodeAddr=127.0.0.1 Port=$($ports[$_ + 1]) CPUs=1`n" })
PartitionName=all Nodes=ALL Default=YES State=UP
"@)

    # The jobs' PowerShell. In task 2 it is killed the first time, when it has written the first devices.
    $real = Join-Path (New-PwshFolder) 'pwsh'
    $bin = New-Folder
    [System.IO.File]::WriteAllText("$bin/pwsh", @"
#!/bin/bash
if [ "`$SLURM_ARRAY_TASK_ID" = "`$KILLED_TASK" ] && [ "`${SLURM_RESTART_COUNT:-0}" = 0 ]; then
    $real "`$@" &
    until [ "`$(ls $folder/results/shard-2-of-3/devices 2>/dev/null | head -n 20 | wc -l)" -ge 20 ]; do sleep 0.005; done
    kill -KILL `$!
    wait `$!
    exit
fi
exec $real "`$@"
"@)
    [System.IO.File]::SetUnixFileMode("$bin/pwsh", 'UserRead, UserExecute')
    $env:PATH = "${bin}:$env:PATH"
    $env:PSModulePath = "$(Split-Path (Split-Path $ModuleManifest)):$env:PSModulePath"
    $env:SLURM_CONF = "$folder/slurm.conf"
    $env:KILLED_TASK = 'none'

    $servers = Start-Server -Server (@(
        @{
            command = 'munged', '--foreground', "--socket=$folder/munge.socket", "--key-file=$folder/munge.key",
                "--pid-file=$folder/munged.pid", "--seed-file=$folder/munge.seed", "--log-file=$folder/munged.log"
            log = "$folder/servers.log"
        }
        @{ command = 'slurmctld', '-D', '-f', $env:SLURM_CONF; log = "$folder/servers.log" }
    ) + @($nodes | ForEach-Object { @{ command = 'slurmd', '-D', '-N', $_, '-f', $env:SLURM_CONF; log = "$folder/servers.log" } }))
    Wait-Until -Because "nodes are idle: $(Get-Content "$folder/servers.log" -Tail 5)" {
        @(sinfo --noheader --Node --format='%N %t' 2>$null | Where-Object { $_ -match ' idle$' }).Count -eq 3
    }

    # Submits as a user does, waits for the merge, and gives the exit code and all logs. "--wait" would ask only every half minute.
    function Invoke-Cluster([string] $List, [string] $Authority, [string] $Results) {
        $text = & "$samples/slurm/submit.sh" 3 "$folder/$List" "$folder/$Authority" "$folder/secret" "$folder/$Results" 2>&1
        $job = $text[-1] -replace '\D'
        $released = @{}
        Wait-Until -Seconds 180 -Because "the merge ends: $text" {
            # Slurm lets a task that was queued again wait two minutes. The test waits until the node has forgotten the killed one.
            squeue --noheader --states=PENDING --format='%i %r' | Where-Object { $_ -match '^(\S+) BeginTime$' -and -not $released[$_] } |
                ForEach-Object { $released[$_] = $true; scontrol update "JobId=$($Matches[1])" StartTime=now+2 }
            (squeue --noheader --states=all --jobs=$job --format='%T') -in 'COMPLETED', 'FAILED', 'CANCELLED', 'NODE_FAIL'
        }
        $code = if ("$(scontrol show job $job)" -match 'ExitCode=(\d+):0') { [int] $Matches[1] }
        $logs = Get-ChildItem -Path "$folder/$Results/*.log" | ForEach-Object { "== $($_.Name)"; Get-Content -LiteralPath $_.FullName }
        [pscustomobject]@{ ExitCode = $code; Text = (@($text) + @($logs)) -join "`n" }
    }
}

AfterAll {
    Stop-Server $servers
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
    $env:KILLED_TASK = $null
    $left = @(if ($folder) { Get-ProcessOf $folder })
    if ($left) { throw "Something still runs: $left" }
}

Describe 'samples/clusters/slurm' {
    BeforeEach {
        if ($missing) { Set-ItResult -Skipped -Because "$missing is not installed" }
    }

    It 'issues 3,000 devices on three nodes, each exactly once, although a task is killed and queued again' {
        $env:KILLED_TASK = '2'
        $run = Invoke-Cluster -List devices.csv -Authority ca -Results results
        $run.Text | Should -Match 'PowerShell ended with 137: the task is queued again\.'
        $run.ExitCode | Should -Be 0 -Because $run.Text
        $run.Text | Should -Match '3 shards; 0 failed rows; Delivered 3000'
        # One valid certificate each, and no key that was written twice. What the killed task left over is revoked.
        $valid = @(Get-IssuedCertificate -Ledger "$folder/results/index.txt" -State Valid)
        $valid.Count, @($valid.EndpointName | Sort-Object -Unique).Count | Should -Be 3000, 3000
        @(Get-ChildItem -Path "$folder/results/shard-*/devices/*" -Directory).Count | Should -Be 3000
    }
}
