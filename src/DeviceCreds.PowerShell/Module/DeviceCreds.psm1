# PowerShell 7 runs on .NET and loads the net8.0 build; Windows PowerShell 5.1 loads netstandard2.0.
$framework = if ($PSEdition -eq 'Core') { 'net8.0' } else { 'netstandard2.0' }
Import-Module -Name ([System.IO.Path]::Combine($PSScriptRoot, 'bin', $framework, 'DeviceCreds.PowerShell.dll'))
