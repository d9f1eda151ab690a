<#
.SYNOPSIS
    Builds, tests and documents DeviceCreds.
.DESCRIPTION
    With the .NET SDK alone, "dotnet tool restore" brings PowerShell: dotnet pwsh ./build.ps1. The tasks run in the order in which
    they are given, and the first that fails ends the script with an error.
.PARAMETER Task
    Build: builds the solution and lays out the importable module under artifacts/module/DeviceCreds.
    Test:  runs all tests, the Pester suite in the project's shell among them; results go to artifacts/TestResults.
    Pester: runs the Pester suite in the PowerShell that runs this script.
    Debug: builds the module and opens a new PowerShell with it, in the folder samples.
    Docs:  makes the module's help (MAML) from docs/cmdlets, docs/about/rules.md and formats.md from the source, and, where
           Chromium is installed, docs/images/report.png.
           Needs the module Microsoft.PowerShell.PlatyPS.
    Package: makes, under artifacts/package, the module for the PowerShell Gallery (.nupkg) and as a zip, and the shell as a
           .NET tool. The same sources give the same bytes; always Release.
    Bench: runs the pipeline beside the bare arithmetic, OpenSSL's commands and a program in C, and prints the ratios.
    Clean: removes artifacts and every bin and obj folder.
.PARAMETER Configuration
    Release or Debug.
.PARAMETER PesterVersion
    For the task Pester: 5.9.1 or 6.2.0, the default. Windows PowerShell 5.1 takes 5.9.1.
.EXAMPLE
    ./build.ps1

    Builds the module.
.EXAMPLE
    ./build.ps1 -Task Clean, Build, Test

    Builds from nothing and runs all tests.
.EXAMPLE
    ./build.ps1 -Task Package

    Makes what is published.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Pester', 'Debug', 'Docs', 'Package', 'Bench', 'Clean')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [version] $PesterVersion
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$solution = Join-Path -Path $PSScriptRoot -ChildPath 'DeviceCreds.sln'
$artifacts = Join-Path -Path $PSScriptRoot -ChildPath 'artifacts'

function Invoke-Dotnet {
    param([string[]] $Argument)

    & dotnet @Argument | Out-Host
    if ($LASTEXITCODE -ne 0) { throw "dotnet $($Argument[0]) failed with exit code $LASTEXITCODE." }
}

# A process of its own: the module's files stay free for the next build.
function Invoke-OwnPowerShell {
    param([string[]] $Argument)

    . ([System.IO.Path]::Combine($PSScriptRoot, 'tests', 'Pester', 'host.ps1'))
    $first = @($PowerShell | Select-Object -Skip 1)
    & $PowerShell[0] @first @Argument
}

function Invoke-PesterSuite {
    param([version] $Version)

    $argument = '-NoProfile', '-NonInteractive', '-File', [System.IO.Path]::Combine($PSScriptRoot, 'tests', 'Pester', 'run.ps1')
    if ($Version) { $argument += '-PesterVersion', "$Version" }
    Invoke-OwnPowerShell -Argument $argument
    if ($LASTEXITCODE -ne 0) { throw 'Pester tests failed, or none ran.' }
}

function Export-ModuleHelp {
    if (-not (Get-Module -Name Microsoft.PowerShell.PlatyPS -ListAvailable)) {
        throw 'The help is made with Microsoft.PowerShell.PlatyPS, which is not installed: ' +
            'Install-Module -Name Microsoft.PowerShell.PlatyPS.'
    }

    Import-Module -Name Microsoft.PowerShell.PlatyPS
    $pages = Get-ChildItem -Path ([System.IO.Path]::Combine($PSScriptRoot, 'docs', 'cmdlets', '*.md')) | Sort-Object -Property Name
    $help = @($pages | ForEach-Object { Import-MarkdownCommandHelp -Path $_.FullName })
    $draft = $help | Export-MamlCommandHelp -OutputFolder (Join-Path -Path $artifacts -ChildPath 'help') -Force
    $path = [System.IO.Path]::Combine($PSScriptRoot, 'src', 'DeviceCreds.PowerShell', 'Module', 'en-US', $draft.Name)
    Write-Maml -Help $help -Draft $draft.FullName -Path $path
    "Wrote the help of $($help.Count) cmdlets: $path"
}

# PlatyPS 1.0 leaves an example's code among its text, in Markdown's fences, and default values out. Get-Help and scripts
# that ask it look for both in elements of their own.
function Write-Maml {
    param([object[]] $Help, [string] $Draft, [string] $Path)

    $xml = New-Object -TypeName System.Xml.XmlDocument
    $xml.Load($Draft)
    $names = New-Object -TypeName System.Xml.XmlNamespaceManager -ArgumentList $xml.NameTable
    foreach ($prefix in 'command', 'maml', 'dev') { $names.AddNamespace($prefix, $xml.DocumentElement.GetAttribute("xmlns:$prefix")) }

    foreach ($command in $xml.SelectNodes('//command:command', $names)) {
        $name = $command.SelectSingleNode('command:details/command:name', $names).InnerText
        $page = $Help | Where-Object { $_.Title -eq $name }

        foreach ($example in $command.SelectNodes('command:examples/command:example', $names)) {
            Convert-Example -Example $example -Names $names
        }

        foreach ($parameter in $command.SelectNodes('.//command:parameter', $names)) {
            $default = ($page.Parameters |
                Where-Object { $_.Name -eq $parameter.SelectSingleNode('maml:name', $names).InnerText }).DefaultValue
            if ($default) {
                $parameter.AppendChild($xml.CreateElement('dev', 'defaultValue', $names.LookupNamespace('dev'))).InnerText = $default
            }
        }

        # PowerShell offers "Get-Help -Online" below each help that has links, whether they have an address or not. Packing adds the
        # address of the page, where it knows one; what to read next stands in the notes.
        $links = $command.SelectSingleNode('command:relatedLinks', $names)
        $notes = $command.SelectSingleNode('maml:alertSet/maml:alert', $names)
        $next = $notes.AppendChild($xml.CreateElement('maml', 'para', $names.LookupNamespace('maml')))
        # The first link of PlatyPS has no address.
        $named = $links.SelectNodes("maml:navigationLink[maml:uri != '']/maml:linkText", $names) | ForEach-Object { $_.InnerText }
        $next.InnerText = "See also: $($named -join ', ')."
        $links.RemoveAll()
    }

    $settings = New-Object -TypeName System.Xml.XmlWriterSettings -Property @{
        Indent = $true
        NewLineChars = "`n"
        NewLineHandling = 'Replace'
        Encoding = (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false)
    }
    $null = New-Item -Path (Split-Path -Path $Path) -ItemType Directory -Force
    $writer = [System.Xml.XmlWriter]::Create($Path, $settings)
    try {
        $xml.Save($writer)
        $writer.WriteRaw("`n")
    }
    finally { $writer.Dispose() }
}

function Convert-Example {
    param([System.Xml.XmlElement] $Example, [System.Xml.XmlNamespaceManager] $Names)

    $introduction = $Example.SelectSingleNode('maml:introduction', $Names)
    $remarks = $Example.SelectSingleNode('dev:remarks', $Names)
    foreach ($paragraph in @($introduction.ChildNodes)) {
        $text = $paragraph.InnerText
        if ($text -match '(?s)^```powershell\n(.*)\n```$') { $Example.SelectSingleNode('dev:code', $Names).InnerText = $Matches[1] }
        # PlatyPS marks empty lines with U+0080, which consoles show as a box.
        elseif ($text -ne [string] [char] 0x80) {
            $paragraph.InnerText = $text -replace '(?s)^```\w*\n(.*)\n```$', '$1'
            $null = $remarks.AppendChild($paragraph)
        }
    }

    # Get-Help drops empty paragraphs, and begins the next example right below the last.
    $space = $remarks.OwnerDocument.CreateElement('maml', 'para', $Names.LookupNamespace('maml'))
    $space.InnerText = [string] [char] 0xA0
    $null = $remarks.AppendChild($space)

    # Get-Help runs an introduction and the code together, so the text follows the code, as in PowerShell's own help.
    $null = $Example.RemoveChild($introduction)
}

switch ($Task) {
    'Build' {
        Invoke-Dotnet -Argument 'build', $solution, '--configuration', $Configuration
    }
    'Test' {
        $results = Join-Path -Path $artifacts -ChildPath 'TestResults'
        Invoke-Dotnet -Argument 'test', $solution, '--configuration', $Configuration, '--logger', 'trx', '--results-directory', $results
    }
    'Pester' {
        # Builds the module and the shell, too, and lays out Pester.
        $project = [System.IO.Path]::Combine($PSScriptRoot, 'tests', 'DeviceCreds.Pester.Tests')
        Invoke-Dotnet -Argument 'build', $project, '--configuration', $Configuration
        Invoke-PesterSuite -Version $PesterVersion
    }
    'Debug' {
        Invoke-Dotnet -Argument 'build', ([System.IO.Path]::Combine($PSScriptRoot, 'src', 'DeviceCreds.PowerShell')), '--configuration',
            'Debug'
        $module = [System.IO.Path]::Combine($artifacts, 'module', 'DeviceCreds')
        Push-Location -Path (Join-Path -Path $PSScriptRoot -ChildPath 'samples')
        try { Invoke-OwnPowerShell -Argument '-NoExit', '-NoLogo', '-Command', "Import-Module '$module'" }
        finally { Pop-Location }
    }
    'Docs' {
        Export-ModuleHelp
        # Rules and formats are internal to the library: the tests that compare docs/about with them can write it, too.
        $env:DEVICECREDS_UPDATE_DOCS = '1'
        try {
            foreach ($project in 'DeviceCreds.Docs.Tests', 'DeviceCreds.Browser.Tests') {
                Invoke-Dotnet -Argument 'test', ([System.IO.Path]::Combine($PSScriptRoot, 'tests', $project)), '--configuration',
                    $Configuration
            }
            Invoke-Dotnet -Argument 'test', ([System.IO.Path]::Combine($PSScriptRoot, 'tests', 'DeviceCreds.Shell.Tests')),
                '--configuration', $Configuration, '--filter', 'FullyQualifiedName~QuickStartTests'
        }
        finally { $env:DEVICECREDS_UPDATE_DOCS = $null }
    }
    'Package' {
        Invoke-Dotnet -Argument 'run', '--project', ([System.IO.Path]::Combine($PSScriptRoot, 'build', 'DeviceCreds.Packaging'))
    }
    'Bench' {
        Invoke-Dotnet -Argument 'run', '--configuration', 'Release', '--project',
            ([System.IO.Path]::Combine($PSScriptRoot, 'bench', 'DeviceCreds.Benchmarks')), '--', 'side-by-side'
    }
    'Clean' {
        $folders = @($artifacts) + @(
            Get-ChildItem -Path $PSScriptRoot -Include 'bin', 'obj' -Directory -Recurse | ForEach-Object { $_.FullName }
        )
        $folders | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object { Remove-Item -LiteralPath $_ -Recurse -Force }
    }
}
