# How a cmdlet takes files: the same for all that read. Dot-source it with the cmdlet and the sort of file it reads.
param([Parameter(Mandatory)] [string] $Command, [Parameter(Mandatory)] [string] $Sample)

Describe "$Command, paths" -ForEach @{ Command = $Command; Sample = $Sample } {
    BeforeAll {
        . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'common.ps1'))
        $folder = New-Folder
        New-Sample $Sample (Join-Path $folder 'one.pem')
        New-Sample $Sample (Join-Path $folder 'with space.pem')
        New-Sample $Sample (Join-Path $folder 'line[1].pem')
        New-Sample $Sample (Join-Path $folder 'line1.pem')
        $name = $Command
    }

    Context 'where a file may be' {
        BeforeAll {
            Push-Location -LiteralPath $folder
            $null = New-PSDrive -Name line -PSProvider FileSystem -Root $folder -Scope Global
            $provider = Get-PSProvider -PSProvider FileSystem
            $home0 = $provider.Home
            $provider.Home = $folder
        }

        AfterAll {
            $provider.Home = $home0
            Remove-PSDrive -Name line -Scope Global
            Pop-Location
        }

        It 'reads <_>' -ForEach 'one.pem', './one.pem', 'with space.pem', '~/one.pem', 'line:/one.pem', 'line:\one.pem', 'TestDrive:',
            'FileSystem::', 'full' {
            $path = switch ($_) {
                'TestDrive:' { 'TestDrive:/' + (Split-Path -Leaf $folder) + '/one.pem' }
                'FileSystem::' { "FileSystem::$(Join-Path $folder 'one.pem')" }
                'full' { Join-Path $folder 'one.pem' }
                default { $_ }
            }
            @(& $name -Path $path -ErrorAction Stop).Count | Should -Be 1
            @(& $name -LiteralPath $path -ErrorAction Stop).Count | Should -Be 1
        }
    }

    Context 'in a drive whose root is a folder' {
        BeforeAll {
            $null = New-PSDrive -Name station -PSProvider FileSystem -Root $folder -Scope Global
            Push-Location -LiteralPath 'station:/'
        }

        AfterAll {
            Pop-Location
            Remove-PSDrive -Name station -Scope Global
        }

        It 'reads what Get-Item finds at <_>' -ForEach 'full', 'one.pem' {
            $path = if ($_ -eq 'full') { Join-Path $folder 'one.pem' } else { $_ }
            (Get-Item -LiteralPath $path).FullName | Should -Be (Join-Path $folder 'one.pem')
            @(& $name -LiteralPath $path -ErrorAction Stop).Count | Should -Be 1
        }
    }

    Context 'patterns and exact names' {
        It 'takes <Pattern> as a pattern for <Count>' -ForEach @(
            @{ Pattern = 'line*.pem'; Count = 2 }
            @{ Pattern = 'line[1].pem'; Count = 1 }
            @{ Pattern = 'line`[1`].pem'; Count = 1 }
            @{ Pattern = '?ne.pem'; Count = 1 }
        ) {
            $files = @(& $name -Path (Join-Path $folder $Pattern) -ErrorAction Stop)
            # The files of one call are one device's to Import-DeviceCredential; it gives a credential a certificate all the same.
            $files.Count | Should -Be $Count
        }

        It 'finds with brackets the file that they match, and with an escape the one so called' {
            $plain, $escaped, $literal = (& $name -Path (Join-Path $folder 'line[1].pem')),
                (& $name -Path (Join-Path $folder 'line`[1`].pem')), (& $name -LiteralPath (Join-Path $folder 'line[1].pem'))
            $print = {
                if ($_.Fingerprint) { $_.Fingerprint } elseif ($_.Checks) {
                    ($_.Checks | Where-Object Id -EQ SerialNumber).Message
                } elseif ($_.Requests) { $_.Requests.Key.Fingerprint } elseif ($_.Key) { $_.Key.Fingerprint } else { $_.Pem }
            }
            ($plain | ForEach-Object $print) | Should -Not -Be ($literal | ForEach-Object $print)
            ($escaped | ForEach-Object $print) | Should -Be ($literal | ForEach-Object $print)
        }

        It 'takes several paths, in their order' {
            $several = & $name -Path (Join-Path $folder 'one.pem'), (Join-Path $folder 'with space.pem')
            @($several).Count | Should -Be 2
        }
    }

    Context 'the pipeline' {
        It 'takes <_>' -ForEach 'strings', 'FileInfo of Get-ChildItem', 'FileInfo of .NET', 'PSPath', 'FullName', 'LiteralPath', 'LP',
            'Path in a row', 'FullName in a row' {
            $path = Join-Path $folder 'line[1].pem'
            $piped = switch ($_) {
                'strings' { [WildcardPattern]::Escape($path) }
                'FileInfo of Get-ChildItem' { Get-ChildItem -LiteralPath $path }
                'FileInfo of .NET' { [System.IO.FileInfo]::new($path) }
                'PSPath' { [pscustomobject]@{ PSPath = "Microsoft.PowerShell.Core\FileSystem::$path" } }
                'Path in a row' { [pscustomobject]@{ Line = 1; EndpointName = 'sample'; Path = [WildcardPattern]::Escape($path) } }
                'FullName in a row' { [pscustomobject]@{ Line = 1; EndpointName = 'sample'; FullName = $path } }
                default { [pscustomobject]@{ $_ = $path } }
            }
            @($piped | & $name -ErrorAction Stop).Count | Should -Be 1
        }

        It 'stops what stands before it when Select-Object has enough' {
            $seen = [System.Collections.Generic.List[string]]::new()
            $first = 'one.pem', 'with space.pem', 'line1.pem' | ForEach-Object { $seen.Add($_); Join-Path $folder $_ } | & $name |
                Select-Object -First 1
            @($first).Count | Should -Be 1
            $seen.Count | Should -Be 1
        }

        It 'goes on after a file that is not there' {
            $run = Invoke-Recorded { 'one.pem', 'gone.pem', 'line1.pem' | ForEach-Object { Join-Path $folder $_ } | & $name }
            $run.Output.Count | Should -Be 2
            $run.Errors.Count | Should -Be 1
        }
    }

    Context 'what goes wrong' {
        BeforeAll {
            [System.IO.File]::WriteAllBytes((Join-Path $folder 'empty.bin'), [byte[]]@())
            [System.IO.File]::WriteAllBytes((Join-Path $folder 'noise.bin'), [byte[]](255..0))
            [System.IO.File]::WriteAllText((Join-Path $folder 'text.bin'), 'hello')
            [System.IO.File]::WriteAllText((Join-Path $folder 'cut.bin'),
                [System.IO.File]::ReadAllText((Join-Path $folder 'one.pem')).Substring(0, 90))
            $huge = [System.IO.File]::Create((Join-Path $folder 'huge.bin'))
            $huge.SetLength(1GB)
            $huge.Dispose()
        }

        AfterAll { Remove-Item -LiteralPath (Join-Path $folder 'huge.bin') }

        It 'names the path of <Path>: <Id>' -ForEach @(
            @{ Path = 'gone.pem'; Id = 'FileNotFound'; Category = 'ObjectNotFound' }
            @{ Path = 'no/such/folder/gone.pem'; Id = 'FileNotFound'; Category = 'ObjectNotFound' }
            @{ Path = 'gone*.pem'; Id = 'FileNotFound'; Category = 'ObjectNotFound' }
            @{ Path = 'empty.bin'; Id = 'FileEmpty'; Category = 'InvalidData' }
            @{ Path = 'noise.bin'; Id = '*'; Category = 'InvalidData' }
            @{ Path = 'text.bin'; Id = '*'; Category = 'InvalidData' }
            @{ Path = 'cut.bin'; Id = '*'; Category = 'InvalidData' }
            @{ Path = 'huge.bin'; Id = 'FileTooLarge'; Category = 'LimitsExceeded' }
        ) {
            $full = Join-Path $folder $Path
            Assert-Failure { & $name -Path $full } -Id $Id -Category $Category -Message "*$([WildcardPattern]::Escape($Path))*" `
                -Target $full
        }

        It 'refuses <Path>: <Id>' -ForEach @(
            @{ Path = 'env:PATH'; Id = 'PathNotInFileSystem'; Message = '*provider Environment*' }
            @{ Path = 'nodrive:/one.pem'; Id = 'PathInvalid'; Message = '*nodrive*' }
        ) {
            Assert-Failure { & $name -Path $Path } -Id $Id -Category InvalidArgument -Message $Message -Target $Path
        }

        It 'ends at the first error with -ErrorAction Stop' {
            { 'gone.pem', 'one.pem' | ForEach-Object { Join-Path $folder $_ } | & $name -ErrorAction Stop } |
                Should -Throw -ErrorId 'FileNotFound,*'
        }

        It 'says nothing with -ErrorAction SilentlyContinue, and leaves the error in -ErrorVariable' {
            & $name -Path (Join-Path $folder 'gone.pem') -ErrorAction SilentlyContinue -ErrorVariable gone | Should -BeNullOrEmpty
            $gone.Count | Should -Be 1
        }
    }

    It 'completes the names of files' {
        Push-Location -LiteralPath $folder
        try {
            $line = "$name -Path ./with"
            (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText |
                Should -BeLike '*with space.pem*'
        }
        finally {
            Pop-Location
        }
    }

    It 'reads nothing at all from an empty pipeline' {
        @() | & $name | Should -BeNullOrEmpty
    }
}
