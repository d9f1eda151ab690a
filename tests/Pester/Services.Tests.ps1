# docs/about/services.md: its configuration in the hands of a real broker. Its other blocks are run by DeviceCreds.Shell.Tests.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $page = Get-Content -LiteralPath ([System.IO.Path]::Combine($RepositoryRoot, 'docs', 'about', 'services.md')) -Raw

    # A block of the section about the broker, in one language.
    function Get-Block {
        param([Parameter(Mandatory)] [string] $Language)
        $section = [regex]::Match($page, '(?ms)^## Mosquitto\r?\n.*?(?=^## |\z)').Value
        [regex]::Match($section, "(?ms)^``````$Language\r?\n(.*?)^``````").Groups[1].Value
    }
}

Describe 'The section of docs/about/services.md about mosquitto' {
    It 'lets a device in by its CA, under its endpoint name, and no device of another CA' {
        Assert-Tool mosquitto
        Assert-Tool mosquitto_pub
        Assert-Tool openssl
        $folder = New-Folder
        Push-Location -LiteralPath $folder
        try {
            $chain = New-CertificateChain -Name 'Example Root CA', 'Example Factory CA'
            $null = $chain.Issuer | Export-CertificateAuthority -Path 'ca/Example Factory CA' -NoPrivateKey
            $null = 'dev-1' | New-BootstrapDeviceCredential -Issuer $chain | Export-DeviceCredential -Path devices
            $null = 'dev-1' | New-BootstrapDeviceCredential -Issuer (New-CertificateAuthority -Name 'Other CA') |
                Export-DeviceCredential -Path others
            $null = & ([scriptblock]::Create((Get-Block powershell)))
            Copy-Item -LiteralPath mosquitto/CA_chain.pem -Destination .
            $key = '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'server.key'
            $names = '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'
            $null = Invoke-Tool openssl req -x509 @key -days 2 @names -out server.pem

            $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
            $listener.Start()
            $port = $listener.LocalEndpoint.Port
            $listener.Stop()
            # A broker that root starts leaves root's rights, and with them the folder of the test.
            $config = (Get-Block mosquitto).Replace('/etc/pki/devices', $folder).Replace('8883', "$port 127.0.0.1")
            [System.IO.File]::WriteAllText("$folder/broker.conf", "user $([Environment]::UserName)`nlog_type all`n$config")
            $start = @{
                FilePath = (Get-Command -Name mosquitto -CommandType Application)[0].Source; ArgumentList = '-c', "$folder/broker.conf"
                RedirectStandardError = "$folder/broker.err"; RedirectStandardOutput = "$folder/broker.out"; PassThru = $true
            }
            $broker = Start-Process @start
            try {
                foreach ($try in 1..300) {
                    $client = [System.Net.Sockets.TcpClient]::new()
                    try { $client.Connect('127.0.0.1', $port); break } catch { Start-Sleep -Milliseconds 100 } finally { $client.Dispose() }
                }
                $line = (Get-Block bash).Trim().Replace('8883', "$port")
                bash -c "$line 2>&1" | Out-String | Should -Match 'received PUBACK'
                bash -c "$($line.Replace('devices/', 'others/')) 2>&1" | Out-String | Should -Not -Match 'received PUBACK'
            }
            finally {
                $broker.Kill()
                $broker.WaitForExit()
            }
            $log = Get-Content -LiteralPath broker.err, broker.out -Raw | Out-String
            $log | Should -Match "u'dev-1'"
            $log | Should -Match 'certificate verify failed'
        }
        finally { Pop-Location }
    }
}

Describe 'A device of an earlier run that one service cannot take' {
    It 'is missing from the file of that service alone: -Format <_>' -ForEach 'Pem, Leshan, AwsIot', 'Pem, AwsIot, Leshan' {
        $out = New-Folder
        $ca = New-CertificateAuthority -Name 'Root'
        $null = 'a=b', 'ok-1' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out -Format Pem
        $formats = $_ -split ', '
        $run = Invoke-Recorded {
            'ok-2' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out -Format $formats
        }
        $run.Errors.Count | Should -Be 1
        "$($run.Errors[0])" | Should -BeLike '*missing from aws-iot.jsonl: *'
        [System.IO.File]::ReadAllText("$out/leshan-security.json") | Should -BeLike '*a=b*'
        [System.IO.File]::ReadAllText("$out/aws-iot.jsonl") | Should -BeLike '*ok-1*'
    }
}
