# How a cmdlet writes files: the same for all that export. Dot-source it with the cmdlet, what it exports, what else it
# needs, and the files it is to make (relative to -Path; '' stands for -Path itself).
param([Parameter(Mandatory)] [string] $Command, [Parameter(Mandatory)] [string] $Subject, [hashtable] $With = @{},
    [string[]] $Files = @(''), [string[]] $Secret = @())

Describe "$Command, paths" -ForEach @{ Command = $Command; Subject = $Subject; With = $With; Files = $Files; Secret = $Secret } {
    BeforeAll {
        . ([System.IO.Path]::Combine($PSScriptRoot, '..', 'common.ps1'))
        $name = $Command

        function New-Subject {
            switch ($Subject) {
                'Key' { New-DeviceKey }
                'Request' { New-DeviceCertificateRequest -EndpointName dev }
                'AuthorityRequest' { New-CertificateAuthorityRequest -Name 'Line CA' -Key (New-DeviceKey) }
                'RevocationList' {
                    $ledger = Join-Path (New-Folder) 'index.txt'
                    [System.IO.File]::WriteAllText($ledger, '')
                    New-CertificateRevocationList -Issuer (New-CertificateAuthority -Name 'Line CA') -Ledger $ledger -Confirm:$false
                }
                'Report' {
                    New-BootstrapDeviceCredential -EndpointName dev -Issuer (New-CertificateAuthority -Name 'Line CA') |
                        Test-DeviceCertificate
                }
                'Authority' { New-CertificateAuthority -Name 'Line CA' }
                'Credential' { New-BootstrapDeviceCredential -EndpointName dev -Issuer (New-CertificateAuthority -Name 'Line CA') }
            }
        }

        # What stands below a folder when a path in it has been exported to.
        function Get-Expected([string] $Relative) {
            $Files | ForEach-Object { if ($_) { "$Relative/$_" } else { $Relative } } | Sort-Object
        }
    }

    BeforeEach {
        $folder = New-Folder
        Push-Location -LiteralPath $folder
        $null = New-PSDrive -Name out -PSProvider FileSystem -Root $folder -Scope Global
        $provider = Get-PSProvider -PSProvider FileSystem
        $home0 = $provider.Home
        $provider.Home = $folder
    }

    AfterEach {
        $provider.Home = $home0
        Remove-PSDrive -Name out -Scope Global
        Pop-Location
    }

    It 'writes to <Path>' -ForEach @(
        @{ Path = 'plain'; Relative = 'plain' }
        @{ Path = './dotted'; Relative = 'dotted' }
        @{ Path = '~/home'; Relative = 'home' }
        @{ Path = 'out:/drive'; Relative = 'drive' }
        @{ Path = 'out:\new\folders\drive'; Relative = 'new/folders/drive' }
        @{ Path = 'with space'; Relative = 'with space' }
        @{ Path = 'line[1]'; Relative = 'line[1]' }
        @{ Path = 'ünïcode-漢'; Relative = 'ünïcode-漢' }
        @{ Path = 'sub/../up'; Relative = 'up' }
    ) {
        $written = New-Subject | & $name -Path $Path @With -ErrorAction Stop | Get-WrittenFile
        Get-Tree $folder | Should -Be (Get-Expected $Relative)
        $written | ForEach-Object { $_.FullName.Substring($folder.Length + 1).Replace('\', '/') } | Sort-Object |
            Should -Be (Get-Expected $Relative)
    }

    It 'takes the path by position' {
        $null = New-Subject | & $name there @With
        Get-Tree $folder | Should -Be (Get-Expected there)
    }

    # A credential is one object for its folder: Export-DeviceCredential.Tests.ps1 has that.
    if ($Subject -ne 'Credential') {
        It 'gives files as Get-Item does, and shows them with their folder' {
            $written = New-Subject | & $name -Path there @With
            $written | Should -BeOfType [System.IO.FileInfo]
            (Get-Command -Name $name).OutputType.Type | Should -Be ([System.IO.FileInfo])
            foreach ($file in $written) { $file.PSPath | Should -Be (Get-Item -LiteralPath $file.FullName).PSPath }
            $shown = $written | Out-String -Width 200
            $shown | Should -BeLike "*$(Split-Path -Leaf $folder)*"
            foreach ($file in $written) { $shown | Should -Match "$($file.Length)\s+$([regex]::Escape($file.Name))" }
        }
    }

    It 'writes nothing with -WhatIf, and says what it would' {
        $transcript = Join-Path (New-Folder) 'transcript.txt'
        $null = Start-Transcript -LiteralPath $transcript
        $written = New-Subject | & $name -Path there @With -WhatIf
        $null = Stop-Transcript
        $written | Should -BeNullOrEmpty
        # Long lines are folded at the width of the terminal.
        (Get-Content -LiteralPath $transcript -Raw) -replace '\r?\n' | Should -Match 'What if: .*there'
        [System.IO.Directory]::EnumerateFileSystemEntries($folder) | Should -BeNullOrEmpty
    }

    It 'writes without asking with -Confirm:$false, even when $ConfirmPreference is Low' {
        & {
            $ConfirmPreference = 'Low'
            $null = New-Subject | & $name -Path there @With -Confirm:$false
        }
        Get-Tree $folder | Should -Be (Get-Expected there)
    }

    It 'never replaces a file, and leaves nothing behind' {
        $first = New-Subject | & $name -Path there @With | Get-WrittenFile
        $before = $first | ForEach-Object { (Get-FileHash -LiteralPath $_.FullName).Hash }
        Assert-Failure {
            New-Subject | & $name -Path there @With
        } -Id FileExists -Category ResourceExists -Message '*exists already*-Force*'
        $first | ForEach-Object { (Get-FileHash -LiteralPath $_.FullName).Hash } | Should -Be $before
        Get-Tree $folder | Should -Be (Get-Expected there)
    }

    It 'replaces with -Force, and leaves nothing behind' {
        $first = New-Subject | & $name -Path there @With | Get-WrittenFile
        $before = @($first | ForEach-Object { (Get-FileHash -LiteralPath $_.FullName).Hash })
        $null = New-Subject | & $name -Path there @With -Force -ErrorAction Stop
        $after = @($first | ForEach-Object { (Get-FileHash -LiteralPath $_.FullName).Hash })
        for ($i = 0; $i -lt $before.Count; $i++) { $after[$i] | Should -Not -Be $before[$i] }
        Get-Tree $folder | Should -Be (Get-Expected there)
    }

    # Reports and revocation lists of one path become one file.
    if ($Subject -notin 'Report', 'RevocationList') {
        It 'replaces with -Force what was there, and never what it wrote itself' {
            $null = New-Subject | & $name -Path there @With
            $run = Invoke-Recorded { & { New-Subject; New-Subject } | & $name -Path there @With -Force }
            $run.Errors.Count | Should -Be 1
            $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
            $run.Errors[0].Exception.Message | Should -BeLike '*this command*another path*'
            $run.Errors[0].Exception.Message | Should -Not -BeLike '*-Force*'
            Get-Tree $folder | Should -Be (Get-Expected there)
            $first = $run.Output | Get-WrittenFile | ForEach-Object { (Get-FileHash -LiteralPath $_.FullName).Hash }
            $again = New-Subject | & $name -Path there @With -Force -ErrorAction Stop | Get-WrittenFile |
                ForEach-Object { (Get-FileHash -LiteralPath $_.FullName).Hash }
            $again | Should -Not -Be $first
        }
    }

    It 'lets only the owner read secret files, whatever the umask, and with -Force makes them so' {
        Assert-Unix
        $written = New-Subject | & $name -Path there @With | Get-WrittenFile
        foreach ($file in $written) {
            $mode = if ($file.Name -in $Secret -or ($Secret -contains '' -and $Files -contains '')) { '600' } else { '644' }
            Get-Mode $file.FullName | Should -Be $mode -Because $file.Name
            [System.IO.File]::SetUnixFileMode($file.FullName, 'UserRead, UserWrite, GroupRead, OtherRead')
        }
        $null = New-Subject | & $name -Path there @With -Force
        foreach ($file in $written | Where-Object { $_.Name -in $Secret }) {
            Get-Mode $file.FullName | Should -Be '600' -Because $file.Name
        }
    }

    It 'refuses <Path>: <Id>' -ForEach @(
        @{ Path = 'env:KEY'; Id = 'PathNotInFileSystem'; Category = 'InvalidArgument'; Message = '*Environment*' }
        @{ Path = 'nodrive:/key'; Id = 'PathInvalid'; Category = 'InvalidArgument'; Message = '*nodrive*' }
        @{ Path = 'afile/below'; Id = 'FolderIsFile'; Category = 'ResourceExists'; Message = '*afile*' }
        @{ Path = 'afile/far/below'; Id = 'FolderIsFile'; Category = 'ResourceExists'; Message = '*afile*' }
        @{ Path = '/proc/nothing/here'; Id = '*'; Category = '*'; Message = '*/proc*' }
    ) {
        if ($OnWindows -and $Path -like '/proc*') { Set-ItResult -Skipped -Because 'there is no /proc' }
        [System.IO.File]::WriteAllText("$folder/afile", 'x')
        $run = Invoke-Recorded { New-Subject | & $name -Path $Path @With }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Id,DeviceCreds.*"
        $run.Errors[0].CategoryInfo.Category | Should -BeLike $Category
        $run.Errors[0].Exception.Message | Should -BeLike $Message
        Get-Tree $folder | Should -Be afile
    }

    if ($Files -contains '') {
        It 'refuses a path that names no file: <Case>' -ForEach @(
            @{ Case = 'a new folder'; Path = 'new/' }
            @{ Case = 'a new folder in a new one'; Path = 'new/far/' }
            @{ Case = 'a new folder of a drive'; Path = 'out:\new\' }
            @{ Case = 'a file as a folder'; Path = 'afile/' }
            @{ Case = 'a space'; Path = ' ' }
            @{ Case = 'a space in a new folder'; Path = 'new/ ' }
        ) {
            [System.IO.File]::WriteAllText("$folder/afile", 'x')
            foreach ($how in @{}, @{ Force = $true }, @{ WhatIf = $true }) {
                $run = Invoke-Recorded { New-Subject | & $name -Path $Path @With @how }
                $run.Output | Should -BeNullOrEmpty
                $run.Errors.Count | Should -Be 1
                $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PathInvalid,DeviceCreds.*'
                $run.Errors[0].CategoryInfo.Category | Should -Be InvalidArgument
                $run.Errors[0].Exception.Message | Should -BeLike '*expected *, found *'
                [System.IO.Directory]::GetFileSystemEntries($folder) | Split-Path -Leaf | Should -Be afile
            }
        }
    }
    else {
        It 'takes a path that ends as a folder''s' {
            $null = New-Subject | & $name -Path 'there/' @With -ErrorAction Stop
            Get-Tree $folder | Should -Be (Get-Expected there)
        }

        It 'refuses a path of white space' {
            $run = Invoke-Recorded { New-Subject | & $name -Path ' ' @With }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PathInvalid,DeviceCreds.*'
            Get-Tree $folder | Should -BeNullOrEmpty
        }
    }

    It 'ends with -ErrorAction Stop' {
        $null = New-Subject | & $name -Path there @With
        { New-Subject | & $name -Path there @With -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists,*'
    }

    It 'does not take $null, nor something else' {
        { $null | & $name -Path there @With -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotExpected,*'
        { Get-Date | & $name -Path there @With -ErrorAction Stop } | Should -Throw
        Get-Tree $folder | Should -BeNullOrEmpty
    }

    It 'completes folders' {
        $null = [System.IO.Directory]::CreateDirectory("$folder/shipping")
        $line = "$name -Path ./ship"
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -BeLike '*shipping*'
    }
}
