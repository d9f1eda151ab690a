# Dot-sourced by every test file: imports the module as it was built, and holds what several files need.

$RepositoryRoot = (Resolve-Path -LiteralPath ([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))).ProviderPath
$ModuleManifest = [System.IO.Path]::Combine($RepositoryRoot, 'artifacts', 'module', 'DeviceCreds', 'DeviceCreds.psd1')
$OnWindows = [System.IO.Path]::DirectorySeparatorChar -eq '\'

if (-not (Test-Path -LiteralPath $ModuleManifest)) {
    throw "The module is not built: there is no $ModuleManifest. Build it first: dotnet build src/DeviceCreds.PowerShell"
}

if (-not (Get-Module -Name DeviceCreds | Where-Object { $_.Path -like ([System.IO.Path]::GetDirectoryName($ModuleManifest) + '*') })) {
    Import-Module -Name $ModuleManifest -Force -ErrorAction Stop
}

# What a command gave, and what went wrong: errors of both sorts are kept, and neither ends the test.
function Invoke-Recorded {
    param([Parameter(Mandatory)] [scriptblock] $Action)
    $ErrorActionPreference = 'Continue'
    $output = [System.Collections.Generic.List[object]]::new()
    $errors = [System.Collections.Generic.List[System.Management.Automation.ErrorRecord]]::new()
    $ended = $false
    try {
        & $Action 2>&1 |
            ForEach-Object { if ($_ -is [System.Management.Automation.ErrorRecord]) { $errors.Add($_) } else { $output.Add($_) } }
    }
    catch {
        $ended = $true
        $errors.Add($_)
    }
    [pscustomobject]@{ Output = $output; Errors = $errors; Ended = $ended }
}

# One error, and all that a script may want to know of it.
function Assert-Failure {
    param(
        [Parameter(Mandatory)] [scriptblock] $Action,
        [Parameter(Mandatory)] [string] $Id,
        [Parameter(Mandatory)] [string] $Category,
        [string] $Message = '*',
        [object] $Target
    )
    $run = Invoke-Recorded $Action
    @($run.Errors).Count | Should -Be 1 -Because "one error is expected, not: $($run.Errors -join ' / ')"
    $failure = $run.Errors[0]
    $failure.FullyQualifiedErrorId | Should -BeLike "$Id,DeviceCreds.PowerShell.Cmdlets.*Command"
    $failure.CategoryInfo.Category | Should -Be $Category
    $failure.Exception.Message | Should -BeLike $Message
    # A target is shown: what nobody can see, or what steers a terminal, is a question mark in it.
    if ($PSBoundParameters.ContainsKey('Target')) {
        "$($failure.TargetObject)" | Should -BeExactly ("$Target" -replace '[\p{Cc}\p{Cf}]', '?')
    }
}

# Skips the test that needs a tool which is not installed.
function Assert-Tool {
    param([Parameter(Mandatory)] [string] $Name)
    if (-not (Get-Command -Name $Name -CommandType Application -ErrorAction Ignore)) {
        Set-ItResult -Skipped -Because "$Name is not installed"
    }
}

function Assert-Unix {
    if ($OnWindows) { Set-ItResult -Skipped -Because 'Windows has access control lists, not modes' }
}

# Runs a tool and gives its output as one text; a failure is a failure of the test. A simple function, so that "-in" stays the tool's.
function Invoke-Tool {
    $ErrorActionPreference = 'Continue'
    $tool, $rest = $args | ForEach-Object { $_ }
    Assert-Tool $tool
    $text = (& $tool @rest 2>&1 | ForEach-Object { "$_" }) -join "`n"
    if ($LASTEXITCODE -ne 0) { throw "$tool $rest ended with $LASTEXITCODE`: $text" }
    $text
}

# Mode bits as ls shows them in octal, such as 600.
function Get-Mode {
    param([Parameter(Mandatory)] [string] $Path)
    [Convert]::ToString([int][System.IO.File]::GetUnixFileMode($Path), 8)
}

# Every file below a folder, hidden ones too, relative to it, with slashes.
function Get-Tree {
    param([Parameter(Mandatory)] [string] $Path)
    if (-not [System.IO.Directory]::Exists($Path)) { return }
    [System.IO.Directory]::EnumerateFiles($Path, '*', [System.IO.SearchOption]::AllDirectories) |
        ForEach-Object { $_.Substring($Path.Length).TrimStart('/', '\').Replace('\', '/') } | Sort-Object
}

# The files that an export wrote: of a credential, those in its folder.
function Get-WrittenFile {
    param([Parameter(Mandatory, ValueFromPipeline)] $Written)
    process { if ($Written -is [DeviceCreds.ExportedCredential]) { $Written.Files } else { $Written } }
}

# A new empty folder below TestDrive; its real path.
function New-Folder {
    $path = [System.IO.Path]::Combine("$TestDrive", [System.IO.Path]::GetRandomFileName())
    [System.IO.Directory]::CreateDirectory($path).FullName
}

function New-Password {
    param([string] $Text = 'correct horse battery staple')
    ConvertTo-SecureString -String $Text -AsPlainText -Force
}

# A file with a key, a certificate or a request in PEM.
function New-Sample {
    param([Parameter(Mandatory)] [ValidateSet('Key', 'Certificate', 'Request', 'Answer')] [string] $Kind,
        [Parameter(Mandatory)] [string] $Path)
    if ($Kind -eq 'Answer') { return New-DeviceAnswer -Path $Path -Request (New-DeviceCertificateRequest -EndpointName sample) }
    $text = switch ($Kind) {
        'Key' { (New-DeviceKey).ToPem() }
        'Certificate' {
            (New-BootstrapDeviceCredential -EndpointName sample -Issuer (New-CertificateAuthority -Name 'Sample CA')).CertificatePem
        }
        'Request' { (New-DeviceCertificateRequest -EndpointName sample).Pem }
    }
    [System.IO.File]::WriteAllText($Path, "$text`n")
}

# A ledger with revoked certificates, as openssl ca leaves it; its path.
function New-Ledger {
    param([string[]] $Revoked = @())
    $path = [System.IO.Path]::Combine((New-Folder), 'index.txt')
    [System.IO.File]::WriteAllText($path,
        -join ($Revoked | ForEach-Object { "R`t491231235959Z`t260101000000Z,keyCompromise`t$_`tunknown`t/CN=$_`n" }))
    $path
}

# The 32 bytes that must stay secret.
function Get-Scalar {
    param([Parameter(Mandatory)] $Key)
    , [byte[]]$Key.ToDer('Sec1', $null)[7..38]
}

# In which forms the private half of a key stands in a text: hexadecimal, Base64 at any offset, lists of numbers.
function Find-Secret {
    param([Parameter(Mandatory)] [AllowEmptyString()] [string] $Text, [Parameter(Mandatory)] $Key)
    $scalar = Get-Scalar $Key
    if ((($Text -replace '0x|[^0-9A-Fa-f]', '').ToUpperInvariant()).Contains(-join ($scalar |
        ForEach-Object { $_.ToString('X2') }))) { 'hexadecimal' }
    $dense = $Text -replace '[^0-9A-Za-z+/]', ''
    foreach ($offset in 0..2) {
        # Whole groups of three bytes, so that what stands before and after does not matter.
        if ($dense.Contains([Convert]::ToBase64String($scalar, $offset, 27))) { "Base64 at offset $offset" }
    }
    if ((',' + ($Text -replace '[^0-9]+', ',') + ',').Contains(',' + ($scalar -join ',') + ',')) { 'list of bytes' }
}

. ([System.IO.Path]::Combine($PSScriptRoot, 'host.ps1'))

# Runs this PowerShell in a new process and gives the lines that it wrote. A child that fails is a failure of the test.
function Invoke-PowerShell {
    $first = @($PowerShell | Select-Object -Skip 1)
    $lines = @(& $PowerShell[0] @first -NoProfile -NonInteractive @args 2>&1 | ForEach-Object { "$_" })
    if ($LASTEXITCODE -ne 0) { throw "PowerShell ended with $LASTEXITCODE`: $($lines -join "`n")" }
    $lines
}

# A folder with a program "pwsh" that is this PowerShell, for programs that look for one on PATH.
function New-PwshFolder {
    $folder = New-Folder
    $path = Join-Path -Path $folder -ChildPath 'pwsh'
    [System.IO.File]::WriteAllText($path, "#!/bin/sh`nexec $(($PowerShell | ForEach-Object { "'$_'" }) -join ' ') `"`$@`"`n")
    [System.IO.File]::SetUnixFileMode($path, 'UserRead, UserExecute')
    $folder
}

# Invoke-PowerShell with the module at hand: for what can only be set when a process begins.
function Invoke-ChildShell {
    param([Parameter(Mandatory)] [string] $Script, [hashtable] $Environment = @{})
    $before = @{}
    try {
        foreach ($name in $Environment.Keys) {
            $before[$name] = [Environment]::GetEnvironmentVariable($name)
            [Environment]::SetEnvironmentVariable($name, $Environment[$name])
        }
        (Invoke-PowerShell -Command "Import-Module '$ModuleManifest'; $Script") -join "`n"
    }
    finally {
        foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
    }
}

# CBOR as a device writes it: text, bytes, small numbers; the length of maps is left open.
function ConvertTo-Cbor {
    param([Parameter(Mandatory, ValueFromPipeline)] $Value)
    process {
        $head = {
            param($kind, $count) if ($count -lt 24) { [byte]($kind + $count) } elseif ($count -lt 256) {
                [byte]($kind + 24), [byte]$count
            } else { [byte]($kind + 25), [byte][math]::Floor($count / 256), [byte]($count % 256) }
        }
        if ($Value -is [System.Collections.IDictionary]) {
            [byte]0xBF
            foreach ($key in $Value.Keys) { ConvertTo-Cbor $key; ConvertTo-Cbor $Value[$key] }
            [byte]0xFF
        }
        elseif ($Value -is [byte[]]) { & $head 0x40 $Value.Count; $Value }
        elseif ($Value -is [array]) { & $head 0x80 $Value.Count; $Value | ForEach-Object { ConvertTo-Cbor $_ } }
        elseif ($Value -is [int]) { & $head 0 $Value }
        else {
            $utf8 = [System.Text.Encoding]::UTF8.GetBytes($Value)
            & $head 0x60 $utf8.Count
            $utf8
        }
    }
}

# What a device answers to a bundle.
function New-DeviceAnswer {
    param([Parameter(Mandatory)] [string] $Path, [string] $Session = 'dev-1', [int] $Status = 0,
        [string] $Message = 'The Factory process succeeded', [string[]] $Warning = @(), $Request,
        [ValidateSet('Bootstrap', 'LwM2M')] [string] $Kind = 'Bootstrap')
    $answer = [ordered]@{}
    if ($Request) { $answer.Csrs = @(, [ordered]@{ PrKN = "mbed.${Kind}DevicePrivateKey"; Data = [byte[]]$Request.Der }) }
    $answer += [ordered]@{ SchemeVersion = '0.0.1'; SID = $Session; ReturnStatus = $Status; InfoMessage = $Message }
    if ($Warning) { $answer.WarningInfo = ($Warning -join "`n") + "`n" }
    [System.IO.File]::WriteAllBytes($Path, [byte[]](ConvertTo-Cbor $answer))
}

# All that a device asks for, as a hashtable of New-DeviceConfiguration's parameters.
function Get-ConfigurationSample {
    @{
        ServerUri = 'coaps://bootstrap.example.com:5684?aid=0166d2a1c9f84b7f8c3a5de2471b9c60'
        ServerCertificate = [System.Security.Cryptography.X509Certificates.X509Certificate2](New-CertificateAuthority `
            -Name 'Server CA').Certificate
        Manufacturer = 'Acme'; ModelNumber = 'M1'; SerialNumber = 'S1'; DeviceType = 'T1'; HardwareVersion = 'H1'; MemoryTotalKB = 512
        Timezone = 'Europe/Helsinki'
        UtcOffset = '+02:00'
        ClassId = '00112233445566778899aabbccddeeff'
        VendorId = 'ffeeddccbbaa99887766554433221100'
    }
}

# Powers simulated devices on (samples/line/SimulatedDevice). Of TCP devices Log names the address, of serial ones SerialPort.
function Start-SimulatedDevice {
    param([string[]] $Switch = @())
    $program = Get-ChildItem -Path ([System.IO.Path]::Combine($RepositoryRoot, 'samples', 'line', 'SimulatedDevice', 'bin', '*',
        'net10.0', 'SimulatedDevice.dll')) |
        Sort-Object -Property LastWriteTime | Select-Object -Last 1
    if (-not $program) { throw 'The simulated device is not built: dotnet build samples/line/SimulatedDevice' }
    $log = [System.IO.Path]::GetTempFileName()
    $process = Start-Process -FilePath dotnet -ArgumentList (@(
        "`"$($program.FullName)`""
    ) + $Switch) -RedirectStandardOutput $log -RedirectStandardError "$log.error" -PassThru
    $pattern = if ($Switch -contains '--serial') { 'Serial port: (\S+)' } else { 'Port :  127\.0\.0\.1:(\d+)' }
    for ($i = 0; $i -lt 300 -and "$(Get-Content -LiteralPath $log -Raw)" -notmatch $pattern; $i++) { Start-Sleep -Milliseconds 100 }
    if ("$(Get-Content -LiteralPath $log -Raw)" -notmatch $pattern) {
        throw "The simulated device did not start: $(Get-Content -LiteralPath "$log.error" -Raw)"
    }
    $where = $Matches[1]
    [pscustomobject]@{
        Process    = $process
        Log        = $log
        Port       = if ($Switch -contains '--serial') { $null } else { [int]$where }
        SerialPort = if ($Switch -contains '--serial') { $where } else { $null }
    }
}

function Stop-SimulatedDevice {
    param([object[]] $Device)
    foreach ($one in $Device) {
        if (-not $one.Process.HasExited) { $one.Process.Kill(); $one.Process.WaitForExit() }
        Remove-Item -LiteralPath $one.Log, "$($one.Log).error" -ErrorAction Ignore
    }
}
