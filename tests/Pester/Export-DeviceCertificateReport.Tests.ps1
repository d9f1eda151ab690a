BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'OutputPaths.ps1')) -Command Export-DeviceCertificateReport -Subject Report

Describe 'Export-DeviceCertificateReport' {
    BeforeAll {
        $folder = New-Folder
        $chain = New-CertificateChain -Name 'Root CA', 'Line CA'
        $credentials = 'dev-1', 'dev-2', '=1+1' | New-BootstrapDeviceCredential -Issuer $chain
        $good = $credentials | Test-DeviceCertificate -Issuer $chain
        $bad = New-BootstrapDeviceCredential -EndpointName 'stray' -Issuer (New-CertificateAuthority -Name Other) |
            Test-DeviceCertificate -Issuer $chain
        [System.IO.File]::WriteAllText((Join-Path $folder 'junk.pem'), 'junk')
        $unread = Test-DeviceCertificate -Path (Join-Path $folder 'junk.pem') -ErrorAction Continue 2>&1
    }

    It 'writes <Format>, which is what it says' -ForEach @(
        @{ Format = 'Html'; Content = '<h1>Device certificates</h1>' }
        @{ Format = 'JUnit'; Content = '<testsuites name="Device certificates">' }
        @{ Format = 'Sarif'; Content = '"version":"2.1.0"' }
        @{ Format = 'Csv'; Content = 'Verdict,EndpointName,Kind' }
        @{ Format = 'Markdown'; Content = '**2 of 5 certificates did not pass.**' }
    ) {
        $path = Join-Path $folder "by-name-$Format"
        $file = $good, $bad, $unread | ForEach-Object { $_ } | Export-DeviceCertificateReport -Path $path -Format $Format
        $file | Should -BeOfType [System.IO.FileInfo]
        $file.FullName | Should -Be $path
        [System.IO.File]::ReadAllText($path) | Should -BeLike "*$($Content.Replace('[', '`[').Replace('*', '`*'))*"
    }

    It 'reads in PowerShell as it was written' {
        $null = @($good) + $bad + $unread | Export-DeviceCertificateReport -Path (Join-Path $folder 'r.csv')
        $rows = Import-Csv -Path (Join-Path $folder 'r.csv')
        $rows.Verdict | Should -Be Passed, Passed, Passed, Failed, Unread
        $rows.EndpointName | Should -Be dev-1, dev-2, "'=1+1", stray, ''
        $rows[3].Failed | Should -Be TrustedIssuer

        $null = @($good) + $bad + $unread | Export-DeviceCertificateReport -Path (Join-Path $folder 'r.xml')
        $xml = [xml][System.IO.File]::ReadAllText((Join-Path $folder 'r.xml'))
        $xml.testsuites.testsuite.name | Should -Be dev-1, dev-2, '=1+1', stray, junk.pem
        @($xml.SelectNodes('//failure')).Count | Should -Be 1
        @($xml.SelectNodes('//error')).Count | Should -Be 1

        $null = @($good) + $bad + $unread | Export-DeviceCertificateReport -Path (Join-Path $folder 'r.sarif')
        $run = ([System.IO.File]::ReadAllText((Join-Path $folder 'r.sarif')) | ConvertFrom-Json).runs[0]
        $run.results.ruleId | Should -Be TrustedIssuer, Readable
        $run.results[1].locations[0].physicalLocation.artifactLocation.uri | Should -BeLike '*junk.pem'
    }

    It 'takes the reports as a parameter' {
        $null = Export-DeviceCertificateReport -Report $good -Path (Join-Path $folder 'parameter.md') -Title 'Run *7*'
        [System.IO.File]::ReadAllText((Join-Path $folder 'parameter.md')) |
            Should -BeLike "## Run &#42;7&#42;`n`n*All 3 certificates passed.*"
    }

    It 'is written for a pipeline in which nothing came' {
        $file = @() | Export-DeviceCertificateReport -Path (Join-Path $folder 'empty.md')
        [System.IO.File]::ReadAllText($file.FullName) | Should -BeLike '*Nothing was tested.*'
    }

    It 'completes the formats, each with what it is' {
        $found = (TabExpansion2 -inputScript 'Export-DeviceCertificateReport -Format ' -cursorColumn 39).CompletionMatches
        $found.CompletionText | Should -Be Csv, Html, JUnit, Markdown, Sarif
        $found.ToolTip | Should -Not -Contain ''
    }

    It 'names the formats when one is mistyped' {
        Assert-Failure {
            $good | Export-DeviceCertificateReport -Path (Join-Path $folder 'x') -Format Htm
        } -Id FormatUnknown -Category InvalidArgument -Message '*Csv, Html, JUnit, Markdown, Sarif*'
    }

    It 'refuses what is no report' {
        $file = Join-Path $folder 'x.html'
        Assert-Failure { 'text' | Export-DeviceCertificateReport -Path $file } -Id InputNotExpected -Category InvalidArgument
    }

    It 'holds no private key' {
        $text = [System.IO.File]::ReadAllText(($good | Export-DeviceCertificateReport -Path (Join-Path $folder 'secret.html')).FullName)
        foreach ($credential in $credentials) { Find-Secret -Text $text -Key $credential.PrivateKey | Should -BeNullOrEmpty }
    }
}
