BeforeDiscovery {
    $root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
    $skipped = [regex]::new('[\\/](artifacts|bin|obj|TestResults|node_modules|\.git)[\\/]')
    $scripts = Get-ChildItem -LiteralPath $root -Recurse -File -Include '*.ps1', '*.psm1', '*.psd1' |
        Where-Object { -not $skipped.IsMatch($_.FullName.Substring($root.Length - 1)) } |
        ForEach-Object { @{ Name = $_.FullName.Substring($root.Length).Replace('\', '/').TrimStart('/'); Path = $_.FullName } }
}

Describe 'Every script' {
    It 'satisfies PSScriptAnalyzer: <Name>' -ForEach $scripts {
        if (-not (Get-Module -Name PSScriptAnalyzer -ListAvailable)) { Set-ItResult -Skipped -Because 'PSScriptAnalyzer is not installed: Install-Module -Name PSScriptAnalyzer' }
        # A manifest is whole only beside the files that it names.
        $arguments = @{ Path = if ($Name -eq 'DeviceCreds.psd1') { [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'artifacts', 'module', 'DeviceCreds', $Name) } else { $Path } }
        # Pester's blocks share variables in ways that the analyzer does not see; what helpers make is test data.
        if ($Name -like 'tests/Pester/*') { $arguments.ExcludeRule = 'PSUseDeclaredVarsMoreThanAssignments', 'PSReviewUnusedParameter', 'PSUseBOMForUnicodeEncodedFile', 'PSUseShouldProcessForStateChangingFunctions', 'PSAvoidUsingConvertToSecureStringWithPlainText', 'PSAvoidOverwritingBuiltInCmdlets' }
        Invoke-ScriptAnalyzer @arguments | ForEach-Object { "$($_.ScriptName):$($_.Line) $($_.RuleName): $($_.Message)" } | Should -BeNullOrEmpty
    }

    It 'has no syntax that Windows PowerShell 5.1 lacks: <Name>' -ForEach ($scripts | Where-Object { $_.Name -notlike 'tests/*' -and $_.Name -notlike '*.psd1' }) {
        if (-not (Get-Module -Name PSScriptAnalyzer -ListAvailable)) { Set-ItResult -Skipped -Because 'PSScriptAnalyzer is not installed: Install-Module -Name PSScriptAnalyzer' }
        $settings = @{ IncludeRules = 'PSUseCompatibleSyntax'; Rules = @{ PSUseCompatibleSyntax = @{ Enable = $true; TargetVersions = '5.1' } } }
        Invoke-ScriptAnalyzer -Path $Path -Settings $settings | ForEach-Object { "$($_.Line) $($_.Message)" } | Should -BeNullOrEmpty
    }
}
