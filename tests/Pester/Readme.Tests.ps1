# The lines that README shows, run as they stand there: each section in a folder of its own, its blocks one after the other.
BeforeDiscovery {
    $root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
    $sections = foreach ($file in 'README.md', 'src/DeviceCreds.Shell/README.md') {
        $text = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($root, $file)).Replace("`r`n", "`n")
        foreach ($section in [regex]::Split($text, '(?m)^(?=## )')) {
            $blocks = @([regex]::Matches($section, '(?ms)^```powershell\n(.*?)^```') | ForEach-Object { $_.Groups[1].Value })
            if ($blocks) { @{ File = $file; Section = $section.Split("`n")[0].TrimStart('#', ' '); Blocks = $blocks } }
        }
    }
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $password = New-Password
    $files = New-Folder
    Push-Location -LiteralPath $files
    # Devices wait at three ports of this computer, and one at a serial port.
    $line = 1..3 | ForEach-Object { Start-SimulatedDevice -Switch '--devices', '1000' }
    $serial = Start-SimulatedDevice -Switch '--serial', '--devices', '1000'
    try {
        & ([System.IO.Path]::Combine($PSScriptRoot, 'ExampleFiles.ps1')) -Password $password -Port $line.Port
        'EndpointName', 'board-000001', 'board-000002' | Set-Content -LiteralPath boards.csv
        # A configuration takes from the list what is each device's own.
        $serialNumber = @{ Name = 'SerialNumber'; Expression = { "S-$($_.EndpointName)" } }
        $devices = Import-Csv -Path devices.csv | Select-Object -Property *, $serialNumber
        $devices | Export-Csv -Path devices.csv -NoTypeInformation
    }
    finally { Pop-Location }
}

AfterAll { Stop-SimulatedDevice -Device (@($line) + $serial) }

Describe '<File>' -ForEach $sections {
    It 'shows lines that run: <Section>' {
        $folder = Join-Path -Path $TestDrive -ChildPath ([System.Guid]::NewGuid())
        Copy-Item -LiteralPath $files -Destination $folder -Recurse
        Copy-Item -Path "$folder/configuration/*", "$folder/line/stations.csv" -Destination $folder
        # A section that exports nothing speaks of what others exported.
        if ("$Blocks" -notmatch 'Export-DeviceCredential') {
            Copy-Item -LiteralPath "$folder/credentials" -Destination "$folder/out" -Recurse
        }
        $ca = Import-CertificateAuthority -Path "$folder/ca" -Password $password
        Push-Location -LiteralPath $folder
        try {
            # Nobody is there to answer.
            function Read-Host { $password }
            $ConfirmPreference = 'None'
            $run = Invoke-Recorded { foreach ($block in $Blocks) { . ([scriptblock]::Create($block.Replace('COM7', $serial.SerialPort))) } }
        }
        finally { Pop-Location }
        "$($run.Errors)" | Should -BeNullOrEmpty
        $run.Output.Count + @(Get-Tree $folder).Count | Should -BeGreaterThan @(Get-Tree $files).Count
    }
}
