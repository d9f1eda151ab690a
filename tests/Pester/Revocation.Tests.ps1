# docs/about/revocation.md, run: the lists that its commands make, in the hands of the servers that it configures.
BeforeDiscovery {
    # Each server with the block of the page, and what it needs beside it: one process, on a port and in a folder of the test's own.
    $servers = @(
        @{
            Server = 'nginx'; Block = 'nginx'; Port = '8443'
            Start = { param($config) 'nginx', @('-p', $folder, '-c', $config) }
            Complete = { param($block)
                "daemon off; master_process off; pid nginx.pid; error_log stderr; events {}`nhttp { access_log off;`n" +
                ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi' | ForEach-Object { "$($_)_temp_path $folder/$_;`n" }) + "$block}" }
        }
        @{
            Server = 'apache2'; Block = 'apacheconf'; Port = '8443'
            Start = { param($config) 'apache2', @('-X', '-f', $config) }
            Complete = { param($block, $port)
                $modules = 'mpm_event', 'ssl', 'socache_shmcb', 'authz_core' |
                    ForEach-Object { "LoadModule $($_)_module /usr/lib/apache2/modules/mod_$_.so" }
                ($modules + 'ServerRoot /etc/apache2' + 'ServerName localhost' + "PidFile $folder/httpd.pid" +
                    "ErrorLog $folder/httpd.log" + "Listen 127.0.0.1:$port" + "DocumentRoot $folder/www" + $block) -join "`n" }
        }
        @{
            Server = 'haproxy'; Block = 'haproxy'; Port = '8443'
            Start = { param($config) 'haproxy', @('-db', '-f', $config) }
            Complete = { param($block)
                "defaults`n    mode http`n    timeout connect 5s`n    timeout client 10s`n    timeout server 10s`n$block" }
        }
        @{
            Server = 'mosquitto'; Block = 'mosquitto'; Port = '8883'; LeafOnly = $true
            Start = { param($config) 'mosquitto', @('-c', $config) }
            # A server that root starts leaves root's rights, and with them the folder of the test.
            Complete = { param($block) "user $([Environment]::UserName)`n$block" }
        }
    )
}

BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $page = Get-Content -LiteralPath ([System.IO.Path]::Combine($RepositoryRoot, 'docs', 'about', 'revocation.md')) -Raw

    # The blocks of the page in one language.
    function Get-Block {
        param([Parameter(Mandatory)] [string] $Language)
        @([regex]::Matches($page, "(?ms)^``````$Language\r?\n(.*?)^``````") | ForEach-Object { $_.Groups[1].Value })
    }

    function Get-FreePort {
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        $port
    }

    # Starts a server as the page configures it; it is one process, and is ready when it takes a connection.
    function Start-Server {
        param([Parameter(Mandatory)] [hashtable] $Of, [Parameter(Mandatory)] [string] $Lists)
        Copy-Item -LiteralPath $Lists -Destination "$folder/crl.pem"
        $port = Get-FreePort
        $block = @(Get-Block $Of.Block)[0].Replace('/etc/pki/devices', $folder)
        # On loopback alone: where the page names the port.
        $pattern = "(listen |bind :|\*:|listener )$($Of.Port)"
        $block = [regex]::Replace($block, $pattern, {
                switch -Wildcard ($args[0].Value) {
                    'listener *' { "listener $port 127.0.0.1" }
                    'bind *' { "bind 127.0.0.1:$port" }
                    'listen *' { "listen 127.0.0.1:$port" }
                    default { "127.0.0.1:$port" }
                }
            })
        $config = "$folder/$($Of.Server).conf"
        [System.IO.File]::WriteAllText($config, "$(& $Of.Complete $block $port)`n")
        $program, $arguments = & $Of.Start $config
        $said = "$folder/$($Of.Server).err", "$folder/$($Of.Server).out"
        $start = @{
            FilePath = (Get-Command -Name $program -CommandType Application)[0].Source; ArgumentList = $arguments; PassThru = $true
            RedirectStandardError = $said[0]; RedirectStandardOutput = $said[1]
        }
        $process = Start-Process @start
        foreach ($try in 1..300) {
            if ($process.HasExited) { throw "$program ended: $(Get-Content -LiteralPath $said -Raw)" }
            $client = [System.Net.Sockets.TcpClient]::new()
            try { $client.Connect('127.0.0.1', $port); return @{ Process = $process; Port = $port } }
            catch { Start-Sleep -Milliseconds 100 }
            finally { $client.Dispose() }
        }
        $process.Kill()
        throw "$program does not answer on port $port."
    }

    # Whether a device gets through: an answer of HTTP with status 200, or a message that the broker takes.
    function Test-Device {
        param([Parameter(Mandatory)] [hashtable] $Of, [Parameter(Mandatory)] [int] $Port, [Parameter(Mandatory)] [string] $Name)
        $certificate, $key = 'Cert', 'PrivateKey' | ForEach-Object { "$folder/devices/$Name/BootstrapDevice$_.pem" }
        if ($Of.Server -eq 'mosquitto') {
            $identity = '--cafile', "$folder/server.pem", '--cert', $certificate, '--key', $key
            $text = & mosquitto_pub -h localhost -p $Port @identity -t test -m x -q 1 -d 2>&1 | Out-String
            return $LASTEXITCODE -eq 0 -and $text -match 'received PUBACK'
        }
        $client = "openssl s_client -quiet -connect localhost:$Port -CAfile '$folder/server.pem'"
        $identity = "-cert '$certificate' -key '$key' -cert_chain '$certificate'"
        $text = & bash -c "printf 'GET /index.txt HTTP/1.0\r\n\r\n' | timeout 20 $client $identity 2>&1"
        ($text | Out-String) -match 'HTTP/1\.[01] 200'
    }

    # The files of the page's first commands; the devices are dev-1, which is good, and dev-2, which is revoked.
    $folder = New-Folder
    $password = New-Password
    Push-Location -LiteralPath $folder
    $commands = Get-Block 'powershell'
    $null = . ([scriptblock]::Create($commands[0]))
    Copy-Item -LiteralPath 'crl.pem' -Destination 'all.crl'
    Copy-Item -LiteralPath 'ca/Example Factory CA/CA_chain.pem', 'ca/Example Factory CA/CA_cert.pem' -Destination $folder
    $null = New-Item -Path 'www' -ItemType Directory
    Set-Content -Path 'www/index.txt' -Value 'hello'
    if (Get-Command -Name openssl -CommandType Application -ErrorAction Ignore) {
        $names = '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'
        $key = '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'
        $null = Invoke-Tool openssl req -x509 @key -days 2 @names -keyout server.key -out server.pem
        Set-Content -Path 'server-and-key.pem' -Value (Get-Content -Path 'server.pem', 'server.key')
    }
}

AfterAll { Pop-Location }

Describe 'The lists of docs/about/revocation.md' {
    It 'are those of both CAs, the root''s empty, and are made again from the CAs'' folders' {
        $lists = (Get-Content -LiteralPath all.crl -Raw) -split '(?<=-----END X509 CRL-----\r?\n)' | Where-Object { $_.Trim() }
        @($lists).Count | Should -Be 2
        $chain.Authorities.Name | Should -Be 'Example Root CA', 'Example Factory CA'
        $null = & ([scriptblock]::Create($commands[1]))
        $with = @{ RevocationList = 'crl.pem'; Issuer = 'ca/Example Root CA/CA_cert.pem' }
        (Test-DeviceCertificate -Path devices/dev-2/BootstrapDeviceCert.pem @with).Failed.Id | Should -Be NotRevoked
        $good = Test-DeviceCertificate -Path devices/dev-1/BootstrapDeviceCert.pem @with
        ($good.Checks | Where-Object Id -EQ NotRevoked).Outcome | Should -Be Passed
    }

    It 'satisfy openssl verify -crl_check_all' {
        Assert-Tool openssl
        Copy-Item -LiteralPath all.crl -Destination crl.pem
        $line = @(Get-Block 'bash' | Where-Object { $_ -like 'openssl verify*' })[0].Trim()
        bash -c "$line 2>&1" | Should -BeLike '*: OK'
        bash -c "$($line.Replace('dev-1', 'dev-2')) 2>&1" | Out-String | Should -Match 'certificate revoked'
    }

    It 'satisfy Java' {
        Assert-Tool javac
        Copy-Item -LiteralPath all.crl -Destination crl.pem
        Set-Content -Path CheckDevice.java -Value @(Get-Block 'java')[0]
        $line = @(Get-Block 'bash' | Where-Object { $_ -like 'java *' })[0].Trim()
        bash -c "$line 2>&1" | Should -BeExactly valid
        $revoked = bash -c "$($line.Replace('dev-1', 'dev-2')) 2>&1" | Out-String
        $revoked | Should -Match 'Certificate has been revoked, reason: KEY_COMPROMISE'
        $null = New-CertificateRevocationList -Issuer $chain.Issuer -Ledger ledger.txt |
            Export-CertificateRevocationList -Path crl.pem -Force
        bash -c "$line 2>&1" | Out-String | Should -Match 'Could not determine revocation status' -Because 'the list of the root is missing'
    }

    It 'satisfy OpenSSL''s OCSP responder, which answers from the ledger' {
        Assert-Tool openssl
        $null = Import-CertificateAuthority -Path 'ca/Example Factory CA' -Password $password |
            Export-CertificateAuthority -Path responder -NoPassword
        Copy-Item -LiteralPath responder/CA_private.pem -Destination .
        $responder, $client = Get-Block 'bash' | Where-Object { $_ -like 'openssl ocsp*' } | ForEach-Object Trim
        foreach ($device in @{ Name = 'dev-1'; Answer = 'device.pem: good' }, @{ Name = 'dev-2'; Answer = 'device.pem: revoked' }) {
            Copy-Item -LiteralPath "devices/$($device.Name)/BootstrapDeviceCert.pem" -Destination device.pem
            # By files, so that no port is open; a nonce is for one connection.
            $null = bash -c "$($client.Replace('-url http://localhost:2560', '-no_nonce -reqout request.der')) 2>&1"
            $null = bash -c "$($responder.Replace('-port 2560', '-reqin request.der -respout answer.der')) 2>&1"
            $said = bash -c "$($client.Replace('-url http://localhost:2560', '-no_nonce -respin answer.der')) 2>&1" | Out-String
            $said | Should -Match "(?s)Response verify OK.*$($device.Answer)"
        }
    }
}

Describe '<Server>' -ForEach $servers {
    BeforeAll { $of = $_ }

    It '<Says>' -ForEach @(
        @{ Says = 'lets a good device in and no revoked one, with the lists of all CAs'; Lists = 'all.crl'; Good = $true }
        @{
            Says = 'lets no device in with the factory CA''s list alone, unless it looks up the device''s certificate alone'
            Lists = 'factory.crl'; Good = [bool] $_.LeafOnly
        }
        @{
            Says = 'lets no device of a revoked CA in, unless it looks up the device''s certificate alone'
            Lists = 'revoked-ca.crl'; Good = [bool] $_.LeafOnly
        }
    ) {
        Assert-Tool $of.Server
        Assert-Tool openssl
        if ($of.Server -eq 'mosquitto') { Assert-Tool mosquitto_pub }
        switch ($Lists) {
            'factory.crl' {
                $null = New-CertificateRevocationList -Issuer $chain.Issuer -Ledger ledger.txt |
                    Export-CertificateRevocationList -Path $Lists -Force
            }
            'revoked-ca.crl' {
                Copy-Item -LiteralPath ledger.txt -Destination revoked-ca.txt
                $null = $chain.Issuer | Revoke-DeviceCertificate -Ledger revoked-ca.txt -Reason CACompromise -Confirm:$false
                $null = New-CertificateRevocationList -Issuer $chain -Ledger revoked-ca.txt |
                    Export-CertificateRevocationList -Path $Lists -Force
            }
        }
        $running = Start-Server -Of $of -Lists $Lists
        try {
            Test-Device -Of $of -Port $running.Port -Name dev-1 | Should -Be $Good
            Test-Device -Of $of -Port $running.Port -Name dev-2 | Should -BeFalse
        }
        finally {
            $running.Process.Kill()
            $running.Process.WaitForExit()
        }
    }
}

Describe 'The other commands of docs/about/revocation.md' {
    It 'name the places where the lists are' {
        $null = . ([scriptblock]::Create($commands[2]))
        [System.IO.File]::ReadAllBytes("$folder/second.crl")[0] | Should -Be 0x30
        $device = New-BootstrapDeviceCredential -EndpointName dev-4 -Issuer $factory
        Set-Content -Path dev-4.pem -Value $device.CertificatePem
        Invoke-Tool openssl x509 -in dev-4.pem -noout -ext crlDistributionPoints | Should -Match 'URI:http://pki.example.com/second.crl'
    }

    It 'suspend a device and let it in again' {
        $lines = $commands[4].Trim() -split '\r?\n'
        $lines.Count | Should -Be 2
        $null = & ([scriptblock]::Create($lines[0]))
        (Get-IssuedCertificate -Ledger ledger.txt -EndpointName dev-1).State | Should -Be Revoked
        $null = & ([scriptblock]::Create($lines[1]))
        (Get-IssuedCertificate -Ledger ledger.txt -EndpointName dev-1).State | Should -Be Valid
    }

    It 'revoke a CA' {
        $null = & ([scriptblock]::Create($commands[3]))
        (Get-IssuedCertificate -Ledger ledger.txt -EndpointName 'Example Factory CA').Reason | Should -Be CACompromise
        $with = @{ RevocationList = 'crl.pem'; Issuer = 'ca/Example Root CA/CA_cert.pem' }
        (Test-DeviceCertificate -Path devices/dev-1/BootstrapDeviceCert.pem @with).Failed.Id | Should -Contain AuthoritiesNotRevoked
    }
}
