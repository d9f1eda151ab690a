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
    was interrupted still has what it made, and makes what is missing. A device's folder in -Path is never replaced: the device may have
    its key.
.PARAMETER HostName
    The machines, as in ~/.ssh/config. The first gets shard 1: keep the order when you run the script again.
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

# All files of a folder with their names, as one text that can be compared. No cmdlets: it is called for every device.
function Get-FolderContent([string] $Path) {
    $files = [System.IO.Directory]::GetFiles($Path, '*', [System.IO.SearchOption]::AllDirectories)
    [Array]::Sort($files, [StringComparer]::Ordinal)
    $texts = foreach ($file in $files) {
        $file.Substring($Path.Length) + ' ' + [Convert]::ToBase64String([System.IO.File]::ReadAllBytes($file))
    }
    $texts -join "`n"
}

# Adds a shard that came back to the results: what its ledger has, and the devices that have no folder there.
function Add-Shard {
    param([Parameter(Mandatory)] [string] $From, [Parameter(Mandatory)] [string] $To)

    $devices = (New-Item -Path (Join-Path -Path $To -ChildPath 'devices') -ItemType Directory -Force).FullName
    # The ledger is first, so that every certificate in a folder is recorded. A shard that had no rows has none.
    $ledger = Join-Path -Path $From -ChildPath 'index.txt'
    if (Test-Path -LiteralPath $ledger) {
        $null = Merge-IssuanceLedger -LiteralPath $ledger -Destination (Join-Path -Path $To -ChildPath 'index.txt')
    }
    $different = @(foreach ($new in Get-ChildItem -LiteralPath (Join-Path -Path $From -ChildPath 'devices') -Directory -Force) {
        $old = [System.IO.Path]::Combine($devices, $new.Name)
        if (-not [System.IO.Directory]::Exists($old)) { [System.IO.Directory]::Move($new.FullName, $old) }
        elseif ((Get-FolderContent $new.FullName) -cne (Get-FolderContent $old)) { $old }
    })
    if ($different) {
        throw "$($different.Count) folders came back with other files, such as $($different[0]). They were not replaced. " +
            'Run this script again: the machine then gets the folders that are here.'
    }
    # This file is last: without it the shard is not done.
    [System.IO.File]::Move((Join-Path -Path $From -ChildPath 'summary.json'), (Join-Path -Path $To -ChildPath 'summary.json'), $true)
}

$ErrorActionPreference = 'Stop'
$scripts = Split-Path -Path $PSScriptRoot
$sessions = @()
$transfer = $null
try {
    if (-not (Get-Module -Name DeviceCreds)) { Import-Module -Name DeviceCreds }
    $Path = (New-Item -Path $Path -ItemType Directory -Force).FullName
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
            # A folder that is there would get the new one inside it, and its old CA would be used.
            $ca = Join-Path -Path $folder -ChildPath 'ca'
            if (Test-Path -LiteralPath $ca) { Remove-Item -LiteralPath $ca -Recurse -Force }
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
            $ErrorActionPreference = 'Stop'
            Set-Location -LiteralPath $folder
            $devices = (New-Item -Path "results/$name/devices" -ItemType Directory -Force).FullName
            # A machine that was interrupted has more than it gave back, or other keys of the same devices. What was brought back counts.
            if ($brought) {
                if (Test-Path -LiteralPath earlier) { Remove-Item -LiteralPath earlier -Recurse -Force }
                $null = New-Item -Path earlier -ItemType Directory
                tar -xf earlier.tar -C earlier
                if ($LASTEXITCODE -ne 0) { throw "tar cannot write to $folder/earlier." }
                if (Test-Path -LiteralPath "earlier/$name/index.txt") {
                    $null = Merge-IssuanceLedger -LiteralPath "earlier/$name/index.txt" -Destination "results/$name/index.txt"
                }
                # One folder at a time, with all its files: an interruption leaves no part of one.
                foreach ($device in Get-ChildItem -LiteralPath "earlier/$name/devices" -Directory -Force -ErrorAction Ignore) {
                    $place = [System.IO.Path]::Combine($devices, $device.Name)
                    if ([System.IO.Directory]::Exists($place)) { [System.IO.Directory]::Delete($place, $true) }
                    [System.IO.Directory]::Move($device.FullName, $place)
                }
            }
            $issue = @{
                DeviceList = 'devices.list'; Path = 'results'; CertificateAuthority = 'ca'; Secret = $secret; Shard = $shard; Kind = $kind
            }
            & ./Shard.ps1 @issue | ForEach-Object { "$([Environment]::MachineName): $_" } | Out-Host
            $code = $LASTEXITCODE
            # Thousands of small files travel as one.
            if ($code -ne 1) { tar -cf "$name.tar" -C results $name }
            Remove-Item -Path ca, devices.list, Shard.ps1, earlier, earlier.tar -Recurse -Force -ErrorAction Ignore
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
        tar -xf (Join-Path -Path $transfer -ChildPath "$($run.Name).tar") -C $transfer
        if ($LASTEXITCODE -ne 0) { throw "tar cannot write $($run.Name) to $transfer." }
        Add-Shard -From (Join-Path -Path $transfer -ChildPath $run.Name) -To (Join-Path -Path $Path -ChildPath $run.Name)
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
