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
try {
    $null = New-Item -Path $Path -ItemType Directory -Force
    $sessions = @($HostName | ForEach-Object { New-PSSession -HostName $_ })

    $jobs = for ($i = 0; $i -lt $sessions.Count; $i++) {
        $folder = Invoke-Command -Session $sessions[$i] -ArgumentList $RemotePath {
            (New-Item -Path (Join-Path -Path $HOME -ChildPath $args[0]) -ItemType Directory -Force).FullName
        }
        Copy-Item -Path $DeviceList -Destination "$folder/devices.list" -ToSession $sessions[$i] -Force
        Copy-Item -Path (Join-Path -Path $scripts -ChildPath 'Shard.ps1') -Destination $folder -ToSession $sessions[$i] -Force
        Copy-Item -Path $CertificateAuthority -Destination "$folder/ca" -ToSession $sessions[$i] -Recurse -Force

        Invoke-Command -Session $sessions[$i] -AsJob -ArgumentList $folder, "$($i + 1)/$($sessions.Count)", $Kind, $Secret {
            param($folder, $shard, $kind, $secret)
            Set-Location -LiteralPath $folder
            $issue = @{
                DeviceList = 'devices.list'; Path = 'results'; CertificateAuthority = 'ca'; Secret = $secret; Shard = $shard; Kind = $kind
            }
            & ./Shard.ps1 @issue | ForEach-Object { "$([Environment]::MachineName): $_" } | Out-Host
            $code = $LASTEXITCODE
            $name = "shard-$($shard -replace '/', '-of-')"
            # Thousands of small files travel as one.
            if ($code -ne 1) { tar -cf "$name.tar" -C results $name }
            Remove-Item -LiteralPath ca, devices.list, Shard.ps1 -Recurse -Force
            Set-Location -LiteralPath (Split-Path -Path $folder)
            [pscustomobject]@{ ExitCode = $code; Archive = "$folder/$name.tar"; Shard = $shard }
        }
    }

    # What a shard says must not end this script; its exit code counts.
    $ErrorActionPreference = 'Continue'
    $runs = @($jobs | Wait-Job | Receive-Job)
    $ErrorActionPreference = 'Stop'
    foreach ($run in $runs | Where-Object { $_.ExitCode -in 0, 2 }) {
        $session = $sessions[[int] ($run.Shard -replace '/.*') - 1]
        Copy-Item -Path $run.Archive -Destination $Path -FromSession $session -Force
        $archive = Join-Path -Path $Path -ChildPath (Split-Path -Path $run.Archive -Leaf)
        tar -xf $archive -C $Path
        if ($LASTEXITCODE -ne 0) { throw "tar cannot read $archive." }
        Remove-Item -LiteralPath $archive
    }
    $done = @($runs | Where-Object { $_.ExitCode -in 0, 2 })
    if ($done.Count -ne $sessions.Count) { throw "$($done.Count) of $($sessions.Count) machines finished. Run this script again." }

    # Everything is here: the machines keep no key.
    Invoke-Command -Session $sessions -ArgumentList $RemotePath {
        Remove-Item -LiteralPath $args[0] -Recurse -Force
    }
}
catch {
    $ErrorActionPreference = 'Continue'
    Write-Error -ErrorRecord $_
    exit 1
}
finally { $sessions | Remove-PSSession }

& (Join-Path -Path $scripts -ChildPath 'Merge.ps1') -DeviceList $DeviceList -Path $Path -RevokeUndelivered
exit $LASTEXITCODE
