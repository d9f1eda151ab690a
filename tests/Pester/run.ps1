<#
.SYNOPSIS
    Runs the Pester suite against the built module, writes NUnit XML, and ends with a line of counts.
.DESCRIPTION
    The exit code is 0 only when tests ran, none failed, and their results were written.
.PARAMETER Path
    A test file, or a pattern for several. All of the suite by default.
.PARAMETER Part
    Which part of the files to run, such as 1/2: each file is in one of the parts.
.PARAMETER Without
    A regular expression for the names of files that are left out.
.PARAMETER PesterVersion
    Which of the Pesters that the build of tests/DeviceCreds.Pester.Tests laid out under artifacts/pester. By default the newest;
    where nothing was built, the newest that is installed.
.PARAMETER OutputPath
    The file of results.
#>
param(
    [string] $Path = (Join-Path -Path $PSScriptRoot -ChildPath '*.Tests.ps1'),
    [ValidatePattern('^\d+/\d+$')]
    [string] $Part = '1/1',
    [string] $Without = '^$',
    [version] $PesterVersion,
    [string] $OutputPath = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'artifacts', 'TestResults', 'pester.xml')
)

$ErrorActionPreference = 'Stop'

# XML has no place for control characters: symbols stand for them (U+241B for ESC).
function ConvertTo-XmlText {
    param([string] $Text)
    [regex]::Replace($Text, '[^\t\n\r\x20-\uD7FF\uE000-\uFFFD]', {
        $code = [int]$args[0].Value[0]
        if ($code -lt 0x20) { [string][char](0x2400 + $code) } else { [string][char]0xFFFD }
    })
}

# A test, or a block or a file that failed outside its tests.
function New-Result {
    param([string] $File, [string] $Name, [string] $Outcome, [object[]] $ErrorRecord, [timespan] $Duration = 0)
    $text = foreach ($one in $ErrorRecord) {
        if ($Outcome -eq 'Skipped') { $one.Exception.Message -replace '^is skipped, because ' }
        else { $one.Exception.Message, $one.DisplayStackTrace }
    }
    [pscustomobject]@{
        Name = ConvertTo-XmlText "$([System.IO.Path]::GetFileName($File) -replace '(\.Tests)?\.ps1$'): $Name"
        Outcome = $Outcome
        Text = ConvertTo-XmlText (@($text) -join "`n")
        Seconds = $Duration.TotalSeconds.ToString('0.000', [cultureinfo]::InvariantCulture)
    }
}

function Get-Result {
    param($Run)
    foreach ($test in $Run.Tests) {
        # What is neither passed nor skipped failed: a test that cannot decide shows nothing.
        $outcome = if ($test.Result -in 'Passed', 'Skipped') { $test.Result } else { 'Failed' }
        $result = @{ Outcome = $outcome; ErrorRecord = $test.ErrorRecord; Duration = $test.Duration }
        New-Result -File $test.ScriptBlock.File -Name $test.ExpandedPath @result
    }

    foreach ($block in $Run.FailedBlocks) {
        $result = @{ Outcome = 'Failed'; ErrorRecord = $block.ErrorRecord }
        New-Result -File $block.ScriptBlock.File -Name "$($block.ExpandedPath) (set-up or tear-down)" @result
    }

    foreach ($container in $Run.FailedContainers) {
        New-Result -File "$($container.Item)" -Name 'the file' -Outcome Failed -ErrorRecord $container.ErrorRecord
    }
}

# NUnit 2.5, which Azure Pipelines and others read. Pester's own export leaves out why a test was skipped and what failed
# outside tests, and one control character in a message leaves a file that nobody can read.
function Write-NUnit {
    param([object[]] $Result, [string] $Path)
    $failed = @($Result | Where-Object Outcome -EQ 'Failed').Count
    $skipped = @($Result | Where-Object Outcome -EQ 'Skipped').Count
    $xml = [System.Xml.XmlDocument]::new()
    $root = $xml.AppendChild($xml.CreateElement('test-results'))
    $root.SetAttribute('name', 'Pester')
    $root.SetAttribute('total', $Result.Count - $skipped)
    $root.SetAttribute('failures', $failed)
    $root.SetAttribute('ignored', $skipped)
    $suite = $root.AppendChild($xml.CreateElement('test-suite'))
    $suite.SetAttribute('type', 'TestFixture')
    $suite.SetAttribute('name', "Pester $((Get-Module -Name Pester).Version) in PowerShell $($PSVersionTable.PSVersion)")
    $suite.SetAttribute('executed', 'True')
    $suite.SetAttribute('result', $(if ($failed) { 'Failure' } else { 'Success' }))
    $results = $suite.AppendChild($xml.CreateElement('results'))
    foreach ($one in $Result) {
        $case = $results.AppendChild($xml.CreateElement('test-case'))
        $case.SetAttribute('name', $one.Name)
        $case.SetAttribute('executed', "$($one.Outcome -ne 'Skipped')")
        $case.SetAttribute('result', @{ Passed = 'Success'; Failed = 'Failure'; Skipped = 'Ignored' }[$one.Outcome])
        $case.SetAttribute('time', $one.Seconds)
        if ($one.Outcome -ne 'Passed') {
            $reason = $case.AppendChild($xml.CreateElement($(if ($one.Outcome -eq 'Failed') { 'failure' } else { 'reason' })))
            $reason.AppendChild($xml.CreateElement('message')).InnerText = $one.Text
        }
    }

    $null = New-Item -Path (Split-Path -Path $Path) -ItemType Directory -Force
    $xml.Save($Path)
}

$built = Join-Path -Path $PSScriptRoot -ChildPath '../../artifacts/pester'
$pesters = @(Get-ChildItem -Path $built -Directory -ErrorAction Ignore |
    Where-Object { -not $PesterVersion -or $_.Name -eq "$PesterVersion" } |
    Sort-Object -Property { [version]$_.Name })
if ($pesters) { Import-Module -Name (Join-Path -Path $pesters[-1].FullName -ChildPath 'Pester.psd1') }
else { Import-Module -Name Pester -MinimumVersion $(if ($PesterVersion) { $PesterVersion } else { '5.0' }) }

$OutputPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)
Remove-Item -LiteralPath $OutputPath -ErrorAction Ignore
# The largest files first, by turns, so that the parts take about as long.
[int] $number, [int] $parts = $Part -split '/'
$turn = 0
$configuration = New-PesterConfiguration
$files = Get-ChildItem -Path $Path | Where-Object Name -NotMatch $Without | Sort-Object -Property Length, Name -Descending |
    Where-Object { $turn++ % $parts -eq $number - 1 }
$configuration.Run.Path = @($files.FullName)
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$run = Invoke-Pester -Configuration $configuration
$results = @(Get-Result -Run $run)
Write-NUnit -Result $results -Path $OutputPath
$count = @{ Passed = 0; Failed = 0; Skipped = 0 }
$results | ForEach-Object { $count[$_.Outcome]++ }
"Pester: $($count.Passed) passed, $($count.Failed) failed, $($count.Skipped) skipped"
exit [int]($count.Failed -gt 0 -or $count.Passed -eq 0)
