<#
.SYNOPSIS
    Tests every device certificate below a folder, writes the reports, and fails when one did not pass.
.DESCRIPTION
    In an agent each check that failed is an annotation of the build (-LogFormat AzureDevOps is automatic there), and the
    summary goes to the build's page.
.PARAMETER Path
    The folder with one folder per device.
.PARAMETER Issuer
    The certificates to trust: a file with the CA's certificate and its chain.
.PARAMETER AccountId
    The account ID that LwM2M certificates must carry.
.PARAMETER ReportPath
    The folder that gets report.html, TEST-certificates.xml (JUnit), certificates.sarif and summary.md.
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $Issuer,
    [string] $AccountId,
    [Parameter(Mandatory)] [string] $ReportPath
)

. ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

$test = @{ Path = [System.IO.Path]::Combine($Path, '*', '*DeviceCert.*'); Issuer = $Issuer }
if ($AccountId) { $test.AccountId = $AccountId }

# Files that cannot be read also come through the pipeline, as errors that the reports show.
$ErrorActionPreference = 'Continue'
$results = @(Test-DeviceCertificate @test -SetExitCode 2>&1)
$ErrorActionPreference = 'Stop'

foreach ($name in 'report.html', 'TEST-certificates.xml', 'certificates.sarif', 'summary.md') {
    $null = $results | Export-DeviceCertificateReport -Path ([System.IO.Path]::Combine($ReportPath, $name)) -Force
}

Write-AgentCommand -Command 'task.uploadsummary' -Text ([System.IO.Path]::GetFullPath([System.IO.Path]::Combine($ReportPath, 'summary.md')))
$passed = @($results | Where-Object { $_ -is [DeviceCreds.DeviceCertificateReport] -and $_.Passed })
"$($passed.Count) of $($results.Count) certificates passed."
if ($results.Count -eq 0) { throw "There is no certificate below $Path." }
