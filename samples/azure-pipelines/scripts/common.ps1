# Dot-sourced by the scripts beside it.

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -Name DeviceCreds)) {
    # DEVICECREDS_MODULE is for a module that is not installed: the path of its folder.
    Import-Module -Name $(if ($env:DEVICECREDS_MODULE) { $env:DEVICECREDS_MODULE } else { 'DeviceCreds' })
}

# A secret variable of the pipeline, which a step passes as an environment variable, never as an argument: arguments are logged.
function Get-Secret {
    param([Parameter(Mandatory)] [string] $Name)

    $text = [System.Environment]::GetEnvironmentVariable($Name)
    # The pipeline passes an unknown variable as its name.
    if (-not $text -or $text -like '$(*)') { return }
    $secret = [System.Security.SecureString]::new()
    foreach ($character in $text.ToCharArray()) { $secret.AppendChar($character) }
    $secret.MakeReadOnly()
    $secret
}

# Writes a command for the agent; elsewhere it has no effect.
function Write-AgentCommand {
    param([Parameter(Mandatory)] [string] $Command, [string] $Text)

    if ($env:TF_BUILD -eq 'True') {
        $Host.UI.WriteLine("##vso[$Command]$($Text.Replace('%', '%AZP25').Replace("`r", '%0D').Replace("`n", '%0A'))")
    }
}
