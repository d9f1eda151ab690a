# PowerShell 7 runs on .NET and loads the net8.0 build; Windows PowerShell 5.1 loads netstandard2.0.
$framework = if ($PSEdition -eq 'Core') { 'net8.0' } else { 'netstandard2.0' }
$cmdlets = [System.IO.Path]::Combine($PSScriptRoot, 'bin', $framework, 'DeviceCreds.PowerShell.dll')
# .NET keeps the module's dependencies apart from those of others; .NET Framework cannot.
if ($PSEdition -eq 'Core') { [System.Reflection.Assembly]::LoadFrom($cmdlets).GetType('DeviceCreds.PowerShell.LoadContext')::Enter() }
Import-Module -Name $cmdlets
