<#
.SYNOPSIS
    Runs the Pester suite against the built module, writes NUnit XML, and ends with a line of counts.
#>
param(
    [string] $OutputPath = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'artifacts', 'TestResults', 'pester.xml')
)

$ErrorActionPreference = 'Stop'
Import-Module -Name Pester -MinimumVersion 5.0
$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.TestResult.Enabled = $true
$configuration.TestResult.OutputFormat = 'NUnitXml'
$configuration.TestResult.OutputPath = $OutputPath
$result = Invoke-Pester -Configuration $configuration
# A container that cannot even be loaded has no tests to fail.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
"Pester: $($result.PassedCount) passed, $failed failed, $($result.SkippedCount) skipped"
