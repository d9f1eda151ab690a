# Dot-sourced by the scripts beside it.

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -Name DeviceCreds)) {
    # DEVICECREDS_MODULE is for a module that is not installed: the path of its folder.
    Import-Module -Name $(if ($env:DEVICECREDS_MODULE) { $env:DEVICECREDS_MODULE } else { 'DeviceCreds' })
}

# A secret variable of the pipeline, which a step hands over as an environment variable, never as an argument: those are logged.
function Get-Secret {
    param([Parameter(Mandatory)] [string] $Name)

    $text = [System.Environment]::GetEnvironmentVariable($Name)
    # A variable that the pipeline does not know arrives as its own name.
    if (-not $text -or $text -like '$(*)') { return }
    $secret = [System.Security.SecureString]::new()
    foreach ($character in $text.ToCharArray()) { $secret.AppendChar($character) }
    $secret.MakeReadOnly()
    $secret
}

# Tells the agent something; elsewhere nobody listens.
function Write-AgentCommand {
    param([Parameter(Mandatory)] [string] $Command, [string] $Text)

    if ($env:TF_BUILD -eq 'True') {
        $Host.UI.WriteLine("##vso[$Command]$($Text.Replace('%', '%AZP25').Replace("`r", '%0D').Replace("`n", '%0A'))")
    }
}
