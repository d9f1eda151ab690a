<#
.SYNOPSIS
    Issues a device list on several machines by PowerShell remoting over SSH, and brings everything back.
.DESCRIPTION
    Copies the list, the CA's folder and Shard.ps1 to each machine, runs one shard on each, brings files and ledgers back, removes the
    copies, merges and compares. Each machine needs PowerShell 7, the module, tar, and in its sshd_config:

        Subsystem powershell /usr/bin/pwsh -sshs -NoLogo

    The password of the CA's key is read once, here, and goes to the machines as a SecureString: no machine has it in a file. User
    names, ports and keys of the machines stand in ~/.ssh/config.

    Exit codes: 0, all done; 2, some rows failed and running again does not help; 1, anything else. Run it again then: a machine that
    was interrupted still has what it made, and makes what is missing.
.PARAMETER HostName
    The machines, as in ~/.ssh/config.
.PARAMETER DeviceList
    The list of all devices.
.PARAMETER CertificateAuthority
    The folder of the CA, as Export-CertificateAuthority -Password wrote it.
.PARAMETER Path
    The folder for the results.
.PARAMETER Secret
    The password of the CA's key. PowerShell asks for it.
.PARAMETER Kind
    Bootstrap or Lwm2m.
.PARAMETER RemotePath
    The folder on the machines, below the user's home.
.EXAMPLE
    ./Invoke-Shard.ps1 -HostName line-1, line-2, line-3 -DeviceList devices.csv -CertificateAuthority factory-ca -Path results
#>
param(
    [Parameter(Mandatory)] [string[]] $HostName,
    [Parameter(Mandatory)] [string] $DeviceList,
    [Parameter(Mandatory)] [string] $CertificateAuthority,
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [securestring] $Secret,
    [ValidateSet('Bootstrap', 'Lwm2m')] [string] $Kind = 'Bootstrap',
    [string] $RemotePath = 'devicecreds-run'
)

$ErrorActionPreference = 'Stop'
$scripts = Split-Path -Path $PSScriptRoot
$sessions = @()
$transfer = $null
try {
    $null = New-Item -Path $Path -ItemType Directory -Force
    $names = @(1..$HostName.Count | ForEach-Object { "shard-$_-of-$($HostName.Count)" })
    $other = @(Get-ChildItem -Path (Join-Path -Path $Path -ChildPath 'shard-*-of-*') -Directory | Where-Object Name -NotIn $names)
    if ($other) { throw "$Path holds $($other[0].Name), of a run with other machines. Give its number of machines, or another -Path." }
    # Archives with keys travel through a folder that only this user can read.
    $transfer = New-Item -Path (Join-Path -Path $Path -ChildPath ".transfer-$PID") -ItemType Directory
    if (-not $IsWindows) { chmod 700 $transfer.FullName }
    $sessions = @($HostName | ForEach-Object { New-PSSession -HostName $_ })

    $jobs = for ($i = 0; $i -lt $sessions.Count; $i++) {
        $name = $names[$i]
        $folder = Invoke-Command -Session $sessions[$i] -ArgumentList $RemotePath, $name {
            $folder = (New-Item -Path ([System.IO.Path]::Combine($HOME, $args[0], $args[1])) -ItemType Directory -Force).FullName
            if (-not $IsWindows) { chmod 700 $folder }
            $folder
        }
        Copy-Item -Path $DeviceList -Destination "$folder/devices.list" -ToSession $sessions[$i] -Force
        Copy-Item -Path (Join-Path -Path $scripts -ChildPath 'Shard.ps1') -Destination $folder -ToSession $sessions[$i] -Force
        Copy-Item -Path $CertificateAuthority -Destination "$folder/ca" -ToSession $sessions[$i] -Recurse -Force
        # What an earlier run brought back is not made again: devices may have these keys.
        $brought = Test-Path -LiteralPath (Join-Path -Path $Path -ChildPath $name)
        if ($brought) {
            $archive = Join-Path -Path $transfer -ChildPath "$name.tar"
            tar -cf $archive -C $Path $name
            if ($LASTEXITCODE -ne 0) { throw "tar cannot read $name in $Path." }
            Copy-Item -LiteralPath $archive -Destination "$folder/earlier.tar" -ToSession $sessions[$i] -Force
        }

        $shard = "$($i + 1)/$($sessions.Count)"
        Invoke-Command -Session $sessions[$i] -AsJob -ArgumentList $folder, $name, $shard, $Kind, $Secret, $brought {
            param($folder, $name, $shard, $kind, $secret, $brought)
            Set-Location -LiteralPath $folder
            $null = New-Item -Path results -ItemType Directory -Force
            # A machine that was interrupted has more than it gave back.
            if ($brought -and -not (Test-Path -LiteralPath "results/$name")) {
                tar -xf earlier.tar -C results
                if ($LASTEXITCODE -ne 0) { throw "tar cannot write to $folder/results." }
            }
            $issue = @{
                DeviceList = 'devices.list'; Path = 'results'; CertificateAuthority = 'ca'; Secret = $secret; Shard = $shard; Kind = $kind
            }
            & ./Shard.ps1 @issue | ForEach-Object { "$([Environment]::MachineName): $_" } | Out-Host
            $code = $LASTEXITCODE
            # Thousands of small files travel as one.
            if ($code -ne 1) { tar -cf "$name.tar" -C results $name }
            Remove-Item -Path ca, devices.list, Shard.ps1, earlier.tar -Recurse -Force -ErrorAction Ignore
            Set-Location -LiteralPath $HOME
            [pscustomobject]@{ ExitCode = $code; Archive = "$folder/$name.tar"; Name = $name }
        }
    }

    # What a shard says must not end this script; its exit code counts.
    $ErrorActionPreference = 'Continue'
    $runs = @($jobs | Wait-Job | Receive-Job)
    $ErrorActionPreference = 'Stop'
    $done = @($runs | Where-Object { $_.ExitCode -in 0, 2 })
    foreach ($run in $done) {
        $session = $sessions[$names.IndexOf($run.Name)]
        Copy-Item -Path $run.Archive -Destination $transfer -FromSession $session -Force
        tar -xf (Join-Path -Path $transfer -ChildPath "$($run.Name).tar") -C $Path
        if ($LASTEXITCODE -ne 0) { throw "tar cannot write $($run.Name) to $Path." }
        # It is here: the machine keeps no key. Folders of other runs stay.
        Invoke-Command -Session $session -ArgumentList $RemotePath, $run.Name {
            $parent = Join-Path -Path $HOME -ChildPath $args[0]
            Remove-Item -LiteralPath (Join-Path -Path $parent -ChildPath $args[1]) -Recurse -Force
            if (-not (Get-ChildItem -LiteralPath $parent -Force)) { Remove-Item -LiteralPath $parent }
        }
    }
    if ($done.Count -ne $sessions.Count) { throw "$($done.Count) of $($sessions.Count) machines finished. Run this script again." }
}
catch {
    $ErrorActionPreference = 'Continue'
    Write-Error -ErrorRecord $_
    exit 1
}
finally {
    if ($transfer) { Remove-Item -LiteralPath $transfer -Recurse -Force }
    $sessions | Remove-PSSession
}

& (Join-Path -Path $scripts -ChildPath 'Merge.ps1') -DeviceList $DeviceList -Path $Path -RevokeUndelivered
exit $LASTEXITCODE
