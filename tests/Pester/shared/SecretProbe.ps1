# Puts each sort of secret where something else is expected, and looks for it in everything that a person or a log gets to see.
# Dot-source it after common.ps1.

# The key of all probes, in every spelling that people have it in, and passwords by their names.
function New-SecretSet {
    param([Parameter(Mandatory)] $Key)
    $sec1 = [byte[]]$Key.ToDer('Sec1', $null)
    $scalar = Get-Scalar $Key
    $base64 = [Convert]::ToBase64String($sec1)
    $hex = -join ($sec1 | ForEach-Object { $_.ToString('x2') })
    $d = [Convert]::ToBase64String($scalar).TrimEnd('=').Replace('+', '-').Replace('/', '_')
    $pem = $Key.ToPem('Sec1', $null)
    $jwk = [ordered]@{ kty = 'EC'; crv = 'P-256'; d = $d }
    # As xxd and OpenSSL write it: offset, groups, characters; 15 bytes a line.
    $dump = for ($i = 0; $i + 16 -le $sec1.Count; $i += 16) {
        $line = $sec1[$i..($i + 15)]
        '{0:x8}: {1}  {2}' -f $i, ($hex.Substring(2 * $i, 32) -replace '(.{4})(?!$)', '$1 '),
            -join ($line | ForEach-Object { if ($_ -gt 0x20 -and $_ -lt 0x7F) { [char]$_ } else { '.' } })
    }
    $printed = 0, 15 | ForEach-Object { '    ' + (($scalar[$_..($_ + 14)] | ForEach-Object { $_.ToString('x2') }) -join ':') + ':' }
    [ordered]@{
        'PEM'                     = $pem
        'PEM of PKCS#8'           = $Key.ToPem('Pkcs8', $null)
        'PEM with CRLF'           = $pem.Replace("`n", "`r`n")
        'PEM on one line'         = $pem.Replace("`n", '\n')
        'PEM without its END'     = ($pem -split "`n" | Select-Object -SkipLast 1) -join "`n"
        'PEM without its BEGIN'   = ($pem -split "`n" | Select-Object -Skip 1) -join "`n"
        'lines of PEM'            = [string[]]($pem -split "`n")
        'a line of PEM'           = ($pem -split "`n")[1]
        'DER in Base64'           = $base64
        'DER in hexadecimal'      = $hex
        'hexadecimal with colons' = ($hex -replace '(..)(?!$)', '$1:').ToUpperInvariant()
        'the scalar in Base64'    = [Convert]::ToBase64String($scalar)
        'the scalar in hex'       = -join ($scalar | ForEach-Object { $_.ToString('X2') })
        'JWK'                     = $jwk | ConvertTo-Json -Compress
        'JWK as an object'        = [pscustomobject]$jwk
        'JWK as a table'          = $jwk
        'C source'                = 'const uint8_t KEY[] = { ' + (($sec1 | ForEach-Object { '0x{0:X2}' -f $_ }) -join ', ') + ' };'
        'a list of bytes'         = $sec1 -join ', '
        'lines of a dump'         = [string[]]$dump
        'a line of openssl -text' = $printed[0]
        'OpenSSL''s text'         = "Private-Key: (256 bit)`npriv:`n$($printed -join "`n")`npub:"
        'groups of 4'             = $hex -replace '(.{4})(?!$)', '$1 '
        'words in C'              = ($hex.Substring(0, 240) -replace '(.{8})(?!$)', '0x$1, ')
        'Java'                    = ($sec1 | ForEach-Object { '(byte)0x{0:x2}' -f $_ }) -join ', '
        'a string in C'           = -join ($sec1 | ForEach-Object { '\x{0:x2}' -f $_ })
        'Base64 of UTF-16'        = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($pem))
        'Base64 in two pieces'    = [Convert]::ToBase64String($scalar).Insert(22, ' ')
        'bytes'                   = $sec1
        'a URI with a PIN'        = 'pkcs11:token=Factory;object=ca?pin-value=73950128461'
        'a URI with a password'   = 'https://admin:Sw0rdf1sh-Marlin@vault.example.com/keys/ca'
        'a connection string'     = 'HostName=hub.example.com;SharedAccessKeyName=owner;SharedAccessKey=Sw0rdf1sh-Marlin'
        'a password by its name'  = 'password=Sw0rdf1sh-Marlin'
        'a password in YAML'      = 'password: Sw0rdf1sh-Marlin'
        'a password in XML'       = '<password>Sw0rdf1sh-Marlin</password>'
        'a password in JSON'      = '{\"password\":\"Sw0rdf1sh-Marlin\"}'
        'a password of a command' = 'keytool -storepass Sw0rdf1sh-Marlin -alias ca'
        'a PIN in an odd URI'     = 'pkcs11:token=Factory;object=ca?pin%2Dvalue=73950128461'
    }
}

# Pieces of 12 characters of all that is private, every 6 characters, and the passwords: a text that shows 17 characters has one.
function Get-SecretPiece {
    param([Parameter(Mandatory)] $Key)
    $pieces = [System.Collections.Generic.HashSet[string]]::new([string[]]('73950128461', 'Sw0rdf1sh'))
    $private = Get-Scalar $Key
    # As it stands in DER, at each of Base64's three offsets.
    $spellings = @(0..2 | ForEach-Object { [Convert]::ToBase64String($private, $_, 30 - 3 * [math]::Ceiling($_ / 3)) })
    $spellings += $spellings | ForEach-Object { $_.Replace('+', '-').Replace('/', '_') }
    $spellings += -join ($private | ForEach-Object { $_.ToString('x2') })
    $spellings += ($private | ForEach-Object { $_.ToString('X2') }) -join ':'
    $spellings += ($private | ForEach-Object { '0x{0:X2}' -f $_ }) -join ', '
    $spellings += $private -join ', '
    $spellings += $private -join ' '
    $spellings += ($private | ForEach-Object { $_.ToString('x2') }) -join ':'
    $spellings += ($private | ForEach-Object { '(byte)0x{0:x2}' -f $_ }) -join ', '
    $spellings += -join ($private | ForEach-Object { '\x{0:x2}' -f $_ })
    $spellings += -join ($private | ForEach-Object { '/x{0:x2}' -f $_ })
    # The scalar is at an odd place in SEC 1: groups begin with its second digits.
    $groups = (-join ($private | ForEach-Object { $_.ToString('x2') })).Substring(2)
    $spellings += ($groups -replace '(.{4})(?!$)', '$1 '), ($groups -replace '(.{8})(?!$)', '0x$1, ')
    $wide = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($Key.ToPem('Sec1', $null)))
    $spellings += $wide.Substring(96)
    foreach ($text in $spellings) {
        for ($i = 0; $i + 12 -le $text.Length; $i += 6) { $null = $pieces.Add($text.Substring($i, 12)) }
    }
    $pieces
}

# All texts that anybody gets to see of what came out of a command.
function Get-VisibleText {
    param([Parameter(Mandatory)] [AllowEmptyCollection()] [AllowNull()] [object[]] $Record)
    $errors = @($Record | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
    foreach ($failure in $errors) {
        $category = $failure.CategoryInfo
        "$failure", $category.ToString(), $category.GetMessage(), $category.TargetName, $failure.FullyQualifiedErrorId,
            "$($failure.TargetObject)", "$($failure.ErrorDetails)"
        for ($e = $failure.Exception; $e; $e = $e.InnerException) { $e.ToString() }
    }
    $errors | Format-List -Property * -Force | Out-String -Width 4096
    $errors.Exception | Format-List -Property * -Force | Out-String -Width 4096
    # What Windows PowerShell shows.
    $ErrorView = 'NormalView'
    $Record | Out-String -Width 4096
}

# A folder with samples of all that a command may need beside the secret.
function New-SecretProbe {
    param([Parameter(Mandatory)] [string] $Folder)
    $authority = New-CertificateAuthority -Name 'Probe CA'
    $ledger = Join-Path $Folder 'index.txt'
    $credential = New-BootstrapDeviceCredential -EndpointName probe -Issuer $authority -Ledger $ledger
    $null = $authority | Export-CertificateAuthority -Path (Join-Path $Folder 'ca') -NoPassword
    [System.IO.File]::WriteAllText((Join-Path $Folder 'sample.pem'), $credential.CertificatePem)
    # Nobody listens there: the injection failed, and says so.
    $journal = Join-Path $Folder 'journal.jsonl'
    $injection = $credential | Send-DeviceCredential -Configuration (New-DeviceConfiguration) -Address 127.0.0.1 -Port 9 `
        -Journal $journal -ErrorAction SilentlyContinue
    @{
        Folder = $Folder; Ledger = $ledger; Authority = $authority; Credential = $credential; Journal = $journal; Injection = $injection
        Summary = 'other' | New-BootstrapDeviceCredential -Issuer $authority -Summary | Select-Object -Last 1
        Request = New-DeviceCertificateRequest -EndpointName probe
        Report = $credential | Test-DeviceCertificate -Issuer $authority
        Entry = Get-IssuedCertificate -Ledger $ledger
        AuthorityRequest = New-CertificateAuthorityRequest -Name 'Probe CA' -Key (New-DeviceKey)
        List = New-CertificateRevocationList -Issuer $authority -Ledger $ledger
        Error = (Import-DeviceKey -Path (Join-Path $Folder 'none.pem') -ErrorAction Continue 2>&1)
    }
}

# The parameters of a command that are its own: each in the first parameter set that has it, the default one before all others.
function Get-OwnParameter {
    param([Parameter(Mandatory)] [string] $Command)
    $seen = [System.Collections.Generic.HashSet[string]]([System.Management.Automation.Cmdlet]::CommonParameters +
        [System.Management.Automation.Cmdlet]::OptionalCommonParameters)
    foreach ($set in (Get-Command -Name $Command).ParameterSets | Sort-Object -Property IsDefault -Descending) {
        foreach ($parameter in $set.Parameters) {
            if ($seen.Add($parameter.Name)) { @{ Command = $Command; Set = $set; Parameter = $parameter } }
        }
    }
}

# What else a command needs, so that the secret is all that is wrong with it.
function Get-ProbeSample {
    param([Parameter(Mandatory)] $Parameter, [Parameter(Mandatory)] [string] $Command)
    switch ($Parameter.Name) {
        'Path' {
            if ($Command -like 'Export-*') { return Join-Path $probe.Folder ([System.IO.Path]::GetRandomFileName()) }
            if ($Command -eq 'Import-CertificateAuthority') { return Join-Path $probe.Folder 'ca' }
            return Join-Path $probe.Folder 'sample.pem'
        }
        'LiteralPath' { return Join-Path $probe.Folder 'sample.pem' }
        'Ledger' { return $probe.Ledger }
        'Journal' { return $probe.Journal }
        'Destination' { return Join-Path $probe.Folder ([System.IO.Path]::GetRandomFileName()) }
        'Uri' { return 'pkcs11:token=none;object=none' }
        'Pkcs11Library' { return Join-Path $probe.Folder 'none.so' }
        'KeyVaultKeyId' { return [uri]'ftp://vault.example.com/keys/none' }
        'SerialNumber' { return '01' }
        'AccountId' { return 'account' }
        { $_ -in 'EndpointName', 'Name', 'Code' } { return 'dev-1' }
    }
    switch ($Parameter.ParameterType.Name) {
        'SwitchParameter' { return [switch]$true }
        'RunSummary' { return $probe.Summary }
        'DeviceInjection[]' { return $probe.Injection }
        'DeviceInjection' { return $probe.Injection }
        'DeviceConfiguration[]' { return New-DeviceConfiguration }
        'SecureString' { return New-Password }
        'DeviceKey' { return New-DeviceKey }
        { $_ -in 'CertificateAuthority', 'CertificateAuthority[]' } { return $probe.Authority }
        'CertificateRevocationList[]' { return $probe.List }
        'CertificateAuthorityRequest' { return $probe.AuthorityRequest }
        { $_ -in 'DeviceCredential', 'DeviceCredential[]' } { return $probe.Credential }
        'DeviceCertificate[]' { return $probe.Credential.Leaf }
        'X509Certificate2[]' { return $probe.Credential.Leaf.Certificate }
        'DeviceCertificateRequest' { return $probe.Request }
        'DeviceCertificateReport[]' { return $probe.Report }
        'LedgerEntry[]' { return $probe.Entry }
        'ErrorRecord[]' { return $probe.Error }
    }
    throw "There is no sample for -$($Parameter.Name) of $Command ($($Parameter.ParameterType)): add one."
}

# Runs a command with a secret at one parameter, in every way that PowerShell has, and gives all that comes out of all streams.
function Invoke-SecretProbe {
    param([Parameter(Mandatory)] [string] $Command, [Parameter(Mandatory)] $Set, [Parameter(Mandatory)] $Parameter,
        [Parameter(Mandatory)] [AllowNull()] $Secret)
    $others = @{}
    foreach ($other in $Set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -ne $Parameter.Name }) {
        $others[$other.Name] = Get-ProbeSample $other $Command
    }
    $ConfirmPreference = 'None'
    $WarningPreference = $VerbosePreference = $DebugPreference = 'Continue'
    $InformationPreference = $ErrorActionPreference = $ProgressPreference = 'Continue'
    $runs = @({ $named = $others + @{ $Parameter.Name = $Secret }; & $Command @named })
    if ($Parameter.ValueFromPipeline) {
        # A list also comes as one object.
        $runs += if ($Secret -is [array]) { { , $Secret | & $Command @others } } else { { $Secret | & $Command @others } }
        if ($Secret -is [string[]]) { $runs += { $Secret | & $Command @others } }
    }
    if ($Parameter.ValueFromPipelineByPropertyName) {
        $runs += { [pscustomobject]@{ EndpointName = 'dev-1'; $Parameter.Name = $Secret } | & $Command @others }
    }
    foreach ($run in $runs) {
        try { & $run *>&1 }
        catch { $_ }
    }
}
