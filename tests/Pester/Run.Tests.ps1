# The run itself: what it says when tests fail, and when there is nothing to say.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

    # Runs the suite's script on one file of tests; its exit code, its last line, and the results by their names.
    function Invoke-Suite {
        param([string] $Test)
        $folder = New-Folder
        $path = Join-Path -Path $folder -ChildPath 'Inner.Tests.ps1'
        [System.IO.File]::WriteAllText($path, $Test)
        $xml = Join-Path -Path $folder -ChildPath 'results.xml'
        $first = @($PowerShell | Select-Object -Skip 1)
        $first += '-NoProfile', '-NonInteractive', '-File', [System.IO.Path]::Combine($PSScriptRoot, 'run.ps1')
        $pester = (Get-Module -Name Pester).Version
        $lines = @(& $PowerShell[0] @first -Path $path -OutputPath $xml -PesterVersion $pester 2>&1 | ForEach-Object { "$_" })
        $code = $LASTEXITCODE
        $cases = @{}
        if (Test-Path -LiteralPath $xml) {
            ([xml](Get-Content -LiteralPath $xml -Raw)).SelectNodes('//test-case') | ForEach-Object { $cases[$_.name] = $_ }
        }
        [pscustomobject]@{ ExitCode = $code; LastLine = $lines[-1]; Cases = $cases }
    }
}

Describe 'tests/Pester/run.ps1' {
    It 'ends with 0 and the counts when nothing failed, and says why a test was skipped' {
        $run = Invoke-Suite "Describe 'A' {
            It 'passes' { 1 | Should -Be 1 }
            It 'is skipped' { Set-ItResult -Skipped -Because 'openssl is not installed' }
        }"
        $run.ExitCode | Should -Be 0
        $run.LastLine | Should -Be 'Pester: 1 passed, 0 failed, 1 skipped'
        $run.Cases['Inner: A.passes'].result | Should -Be 'Success'
        $run.Cases['Inner: A.is skipped'].reason.message | Should -Be 'openssl is not installed'
    }

    It 'writes readable XML when a name or a message has control characters' {
        $run = Invoke-Suite "Describe 'A' { It ""fails `$([char]7)"" { ""`$([char]27)[31m`$([char]0xFFFF)"" | Should -Be 'plain' } }"
        $run.ExitCode | Should -Be 1
        $run.LastLine | Should -Be 'Pester: 0 passed, 1 failed, 0 skipped'
        $case = $run.Cases["Inner: A.fails $([char]0x2407)"]
        $case.failure.message | Should -BeLike "*$([char]0x241B)?31m$([char]0xFFFD)*"
    }

    It 'counts a failure outside tests: <Name>' -ForEach @(
        @{ Name = 'a file that cannot be loaded'; Test = 'throw "no such luck"'; Case = 'the file' }
        @{ Name = 'a tear-down'; Test = 'AfterAll { throw "no such luck" }; It "passes" { }'; Case = 'A (set-up or tear-down)' }
        @{ Name = 'a set-up'; Test = 'BeforeAll { throw "no such luck" }; It "never runs" { }'; Case = 'A (set-up or tear-down)' }
        @{
            Name = 'a test that does not decide'
            Test = 'It "wavers" { Set-ItResult -Inconclusive -Because "no such luck" }'
            Case = 'A.wavers'
        }
    ) {
        $run = Invoke-Suite $(if ($Case -eq 'the file') { $Test } else { "Describe 'A' { $Test }" })
        $run.ExitCode | Should -Be 1
        $run.Cases["Inner: $Case"].failure.message | Should -BeLike '*no such luck*'
    }

    It 'fails when no test ran' {
        $run = Invoke-Suite "Describe 'A' { It 'is skipped' -Skip { } }"
        $run.ExitCode | Should -Be 1
        $run.LastLine | Should -Be 'Pester: 0 passed, 0 failed, 1 skipped'
    }
}
