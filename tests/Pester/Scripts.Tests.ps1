BeforeDiscovery {
    $root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
    $skipped = [regex]::new('[\\/](artifacts|bin|obj|TestResults|node_modules|\.git)[\\/]')
    $scripts = Get-ChildItem -LiteralPath $root -Recurse -File -Include '*.ps1', '*.psm1', '*.psd1' |
        Where-Object { -not $skipped.IsMatch($_.FullName.Substring($root.Length - 1)) } |
        ForEach-Object { @{ Name = $_.FullName.Substring($root.Length).Replace('\', '/').TrimStart('/'); Path = $_.FullName } }
    # Without the analyzer one test is skipped, not one per script.
    $analyzed = if (Get-Module -Name PSScriptAnalyzer -ListAvailable) { $scripts } else { @{ Name = 'all'; Path = $null } }
}

Describe 'Every script' {
    It 'has no syntax that Windows PowerShell 5.1 lacks: <Name>' -ForEach ($scripts | Where-Object { $_.Name -notlike 'tests/*' }) {
        $errors = $tokens = $null
        $null = [System.Management.Automation.Language.Parser]::ParseFile($Path, [ref]$tokens, [ref]$errors)
        $errors | ForEach-Object { "$($_.Extent.StartLineNumber): $($_.Message)" } | Should -BeNullOrEmpty
        # a ? b : c, a && b, a || b, a ?? b, a ??= b, a?.b, a?[b]: PowerShell 7 alone can parse them.
        $newer = 'QuestionMark', 'AndAnd', 'OrOr', 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket'
        $found = $tokens | Where-Object { "$($_.Kind)" -in $newer }
        $found | ForEach-Object { "$($_.Extent.StartLineNumber): $($_.Text)" } | Should -BeNullOrEmpty
    }

    It 'satisfies PSScriptAnalyzer: <Name>' -ForEach $analyzed {
        if (-not $Path) { Set-ItResult -Skipped -Because 'PSScriptAnalyzer is not installed'; return }
        # A manifest is whole only beside the files that it names.
        $arguments = @{
            Path = if ($Name -eq 'DeviceCreds.psd1') {
                [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'artifacts', 'module', 'DeviceCreds', $Name)
            } else { $Path }
        }
        # Pester's blocks share variables in ways that the analyzer does not see; what helpers make is test data.
        if ($Name -like 'tests/Pester/*') {
            $arguments.ExcludeRule = 'PSUseDeclaredVarsMoreThanAssignments', 'PSReviewUnusedParameter', 'PSUseBOMForUnicodeEncodedFile',
                'PSUseShouldProcessForStateChangingFunctions', 'PSAvoidUsingConvertToSecureStringWithPlainText',
                'PSAvoidOverwritingBuiltInCmdlets'
        }
        Invoke-ScriptAnalyzer @arguments | ForEach-Object { "$($_.ScriptName):$($_.Line) $($_.RuleName): $($_.Message)" } |
            Should -BeNullOrEmpty
    }
}
