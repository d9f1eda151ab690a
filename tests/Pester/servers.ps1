# Dot-sourced by the tests that run servers: all of them end with the test, also when it fails or is killed.

# Starts servers, each a hashtable with its command (the program and its arguments) and its log. Stop-Server ends them.
function Start-Server {
    param([Parameter(Mandatory)] [hashtable[]] $Server)
    $start = [System.Diagnostics.ProcessStartInfo]::new('/usr/bin/python3')
    $start.ArgumentList.Add([System.IO.Path]::Combine($PSScriptRoot, 'servers.py'))
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $process.StandardInput.WriteLine((ConvertTo-Json -InputObject $Server -Compress -Depth 3))
    $process.StandardInput.Flush()
    if ($process.StandardOutput.ReadLine() -ne 'started') { throw 'The servers did not start.' }
    $process
}

function Stop-Server {
    param([System.Diagnostics.Process] $Process)
    if (-not $Process) { return }
    $Process.StandardInput.Close()
    if (-not $Process.WaitForExit(20000)) { throw 'The servers did not stop.' }
}

# Ports that nobody listens on, all different.
function Get-FreePort {
    param([int] $Count = 1)
    $listeners = @(1..$Count | ForEach-Object { [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0) })
    $listeners | ForEach-Object { $_.Start() }
    $listeners | ForEach-Object { $_.LocalEndpoint.Port }
    $listeners | ForEach-Object { $_.Stop() }
}

# Waits until something is so, such as a server that answers; after that it is a failure of the test.
function Wait-Until {
    param([Parameter(Mandatory)] [scriptblock] $Condition, [int] $Seconds = 60, [string] $Because = "$Condition")
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) { throw "waited $Seconds seconds in vain: $Because" }
        Start-Sleep -Milliseconds 50
    }
}

# The processes whose command line or environment names a folder: what a test left running.
function Get-ProcessOf {
    param([Parameter(Mandatory)] [string] $Folder)
    foreach ($process in [System.IO.Directory]::GetDirectories('/proc') | Where-Object { $_ -match '/\d+$' -and $_ -ne "/proc/$PID" }) {
        $text = foreach ($file in 'cmdline', 'environ') {
            try { [System.IO.File]::ReadAllText("$process/$file").Replace("`0", ' ') } catch { '' }
        }
        if ("$text".Contains($Folder)) { "$([System.IO.Path]::GetFileName($process)): $($text[0])" }
    }
}

# What every cluster needs: a CA with a password in a file of its own, a list, and PowerShell and the module for its jobs.
function New-ClusterInput {
    param([Parameter(Mandatory)] [string] $Path, [int] $Count = 3000)
    $null = (New-CertificateChain -Name 'Root CA', 'Factory CA').Issuer |
        Export-CertificateAuthority -Path "$Path/ca" -Password (New-Password)
    [System.IO.File]::WriteAllText("$Path/secret", "correct horse battery staple`n")
    [System.IO.File]::SetUnixFileMode("$Path/secret", 'UserRead, UserWrite')
    $rows = 1..$Count | ForEach-Object { "dev-$_`n" }
    [System.IO.File]::WriteAllText("$Path/devices.csv", "EndpointName`n$(-join $rows)")
    [System.IO.File]::WriteAllText("$Path/bad.csv", "EndpointName`ndev-1`ndev-2`ndev-1`n")
}
