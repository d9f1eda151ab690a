# samples/clusters: exit codes, secrets, and engines that are not here, played by small programs that obey their documentation.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    . ([System.IO.Path]::Combine($PSScriptRoot, 'servers.ps1'))
    $samples = [System.IO.Path]::Combine($RepositoryRoot, 'samples', 'clusters')
    $before = @{}
    foreach ($name in 'PATH', 'PSModulePath', 'SLURM_ARRAY_TASK_ID', 'SLURM_ARRAY_TASK_MIN', 'SLURM_ARRAY_TASK_MAX',
        'SLURM_ARRAY_TASK_COUNT', 'SLURM_ARRAY_TASK_STEP', 'DEVICECREDS_RETRIES', 'DEVICECREDS_POLL_SECONDS') {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
    }
    if ($OnWindows) { return }

    $folder = New-Folder
    New-ClusterInput -Path $folder -Count 30
    $env:DEVICECREDS_POLL_SECONDS = '0.1'
    $bin = New-PwshFolder
    $env:PATH = "${bin}:$env:PATH"
    $env:PSModulePath = "$(Split-Path (Split-Path $ModuleManifest)):$env:PSModulePath"

    function New-Program([string] $Name, [string] $Text) {
        [System.IO.File]::WriteAllText("$bin/$Name", $Text)
        [System.IO.File]::SetUnixFileMode("$bin/$Name", 'UserRead, UserExecute')
    }

    function Invoke-Script {
        $program, $rest = $args | ForEach-Object { $_ }
        $text = (& $program @rest 2>&1 | ForEach-Object { "$_" }) -join "`n"
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Text = $text }
    }

    function Invoke-Shard {
        param([string] $List, [string] $Results, [string] $Shard = '1/1', [string] $Authority = 'ca', [string] $Secret = 'secret')
        Invoke-Script pwsh -NoProfile -NonInteractive -File "$samples/Shard.ps1" -DeviceList "$folder/$List" -Path "$folder/$Results" `
            -CertificateAuthority "$folder/$Authority" -SecretFile "$folder/$Secret" -Shard $Shard
    }

    function Invoke-Merge([string] $List, [string] $Results) {
        Invoke-Script pwsh -NoProfile -NonInteractive -File "$samples/Merge.ps1" -DeviceList "$folder/$List" -Path "$folder/$Results" `
            -RevokeUndelivered
    }
}

AfterAll {
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
}

Describe 'samples/clusters' {
    BeforeEach {
        if ($OnWindows) { Set-ItResult -Skipped -Because 'the samples are for Unix' }
    }

    It 'end with 0 when all is done, also for a shard without devices, and a second run makes nothing' {
        [System.IO.File]::WriteAllText("$folder/one.csv", "EndpointName`nlone`n")
        $runs = 1..2 | ForEach-Object { Invoke-Shard -List one.csv -Results one -Shard "$_/2" }
        $runs.ExitCode | Should -Be 0, 0 -Because "$($runs.Text)"
        $again = Invoke-Shard -List one.csv -Results one -Shard 1/2
        $again.ExitCode | Should -Be 0
        $merge = Invoke-Merge one.csv one
        $merge.ExitCode | Should -Be 0 -Because $merge.Text
        $merge.Text | Should -Match '2 shards; 0 failed rows; Delivered 1$'
    }

    It 'end with 2 when a row is bad, and the other devices are delivered' {
        $run = Invoke-Shard bad.csv bad
        $run.ExitCode | Should -Be 2 -Because $run.Text
        $merge = Invoke-Merge bad.csv bad
        $merge.ExitCode | Should -Be 2 -Because $merge.Text
        $merge.Text | Should -Match '1 shards; 1 failed rows; Delivered 2'
    }

    It 'revoke what a killed shard left over, and no renewal that the merged ledger got later' {
        $results = "$folder/renewed"
        [System.IO.File]::WriteAllText("$folder/one.csv", "EndpointName`nlone`n")
        (Invoke-Shard -List one.csv -Results renewed).ExitCode | Should -Be 0
        # A certificate without a folder, as a shard that was killed leaves it.
        $ca = Import-CertificateAuthority -Path "$folder/ca" -Password (New-Password)
        $lost = New-BootstrapDeviceCredential -EndpointName lone -Issuer $ca -AllowDuplicate `
            -Ledger "$results/shard-1-of-1/index.txt"
        $null = Invoke-Merge one.csv renewed
        $old = Get-IssuedCertificate -Ledger "$results/index.txt" -State Valid
        @($old).Count | Should -Be 1
        $old.SerialNumber | Should -Not -Be $lost.SerialNumber
        $renewal = Import-DeviceCredential -Path "$results/shard-1-of-1/devices/lone" |
            Update-DeviceCredential -Issuer $ca -Ledger "$results/index.txt"
        $null = Invoke-Merge one.csv renewed
        $valid = Get-IssuedCertificate -Ledger "$results/index.txt" -State Valid
        $valid.SerialNumber | Should -Be $old.SerialNumber, $renewal.SerialNumber
    }

    It 'end with 1 without <What>' -ForEach @(
        @{ What = 'the CA'; Run = { Invoke-Shard -List devices.csv -Results none -Authority nowhere }; Message = 'there is no such file' }
        @{ What = 'the list'; Run = { Invoke-Shard nowhere.csv none }; Message = 'there is no such file' }
        @{ What = 'the secret'; Run = { Invoke-Shard devices.csv none -Secret nowhere }; Message = 'nowhere' }
        @{ What = 'a shard'; Run = { Invoke-Shard devices.csv none -Shard Auto }; Message = 'no job engine says which shard this is' }
        @{
            What = 'a second shard'; Message = 'expected 2 shards in .*, found 1'
            Run = { $null = Invoke-Shard devices.csv half -Shard 1/2; Invoke-Merge devices.csv half }
        }
    ) {
        $result = & $Run
        $result.ExitCode | Should -Be 1 -Because $result.Text
        $result.Text -replace '\s+', ' ' | Should -Match $Message
    }

    It 'refuse a secret that others can read, and take one through a link, as Kubernetes mounts it' {
        Copy-Item -LiteralPath "$folder/secret" -Destination "$folder/open"
        [System.IO.File]::SetUnixFileMode("$folder/open", 'UserRead, OtherRead')
        $null = New-Item -Path "$folder/link" -ItemType SymbolicLink -Value "$folder/secret"
        $open = Invoke-Shard bad.csv secrets -Secret open
        $open.ExitCode | Should -Be 1
        $open.Text | Should -Match 'Other users can read .*open'
        (Invoke-Shard bad.csv secrets -Secret link).ExitCode | Should -Be 2
    }

    It 'show no secret: not in a script, an argument, the environment or the output' {
        Get-ChildItem -Path $samples -File -Recurse | ForEach-Object { Get-Content -LiteralPath $_.FullName -Raw } |
            Should -Not -Match '(?i)-AsPlainText|password=|pin-value='
        (Invoke-Shard bad.csv shown).Text | Should -Not -Match 'correct horse'
    }

    It 'have scripts that ShellCheck passes' {
        $scripts = Get-ChildItem -Path $samples -Recurse -Include *.sh, *.sbatch
        @($scripts).Count | Should -BeGreaterThan 4
        Invoke-Tool shellcheck @($scripts.FullName) | Should -BeNullOrEmpty
    }
}

Describe 'samples/clusters/slurm, a task by itself' {
    BeforeEach {
        if ($OnWindows) { Set-ItResult -Skipped -Because 'the samples are for Unix' }
        $env:SLURM_ARRAY_TASK_ID = $env:SLURM_ARRAY_TASK_MIN = $env:SLURM_ARRAY_TASK_MAX = $env:SLURM_ARRAY_TASK_COUNT = 1
        $env:SLURM_ARRAY_TASK_STEP = 1
        $env:DEVICECREDS_RETRIES = 0
    }

    It 'ends with <Code>: <List>, <Authority>' -ForEach @(
        @{ List = 'devices.csv'; Authority = 'ca'; Code = 0 }
        @{ List = 'bad.csv'; Authority = 'ca'; Code = 2 }
        @{ List = 'devices.csv'; Authority = 'nowhere'; Code = 1 }
    ) {
        $results = New-Folder
        $run = Invoke-Script @(
            'bash', "$samples/slurm/shard.sbatch", $samples, "$folder/$List", "$folder/$Authority", "$folder/secret", $results)
        $run.ExitCode | Should -Be $Code -Because $run.Text
        (Invoke-Script @('bash', "$samples/slurm/merge.sbatch", $samples, "$folder/$List", $results)).ExitCode | Should -Be $Code
    }

    AfterAll { $before.Keys -like '*_*' | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $before[$_]) } }
}

Describe 'samples/clusters/aws-batch' {
    BeforeAll {
        if ($OnWindows) { return }
        # The commands that the sample uses: s3://test is a folder, a job runs while it is submitted.
        New-Program aws @"
#!/bin/bash
store=$folder/s3
place() { echo "`${1/#s3:\/\/test/`$store}"; }
case "`$1 `$2" in
    's3 cp')
        shift 2
        from= to= recursive= only=
        while [ `$# -gt 0 ]; do
            case `$1 in
                --only-show-errors) ;;
                --recursive) recursive=1 ;;
                --exclude) shift ;;
                --include) only=`$2; shift ;;
                *) if [ -z "`$from" ]; then from=`$(place "`$1"); else to=`$(place "`$1"); fi ;;
            esac
            shift
        done
        if [ -n "`$recursive" ]; then mkdir -p "`$to"; cp -r "`$from"/`${only:-*} "`$to"
        else mkdir -p "`$(dirname "`$to")"; cp "`$from" "`$to"; fi ;;
    's3 ls')
        [ ! -e "$folder/s3-fails" ] || exit 254
        ls "`$(place "`$3")" 2> /dev/null || exit 1 ;;
    'secretsmanager get-secret-value') [[ `$* == *'--secret-id devicecreds/ca-password'* ]] && cat $folder/secret ;;
    'batch submit-job')
        [[ `$* == *'--job-name devicecreds-test-run '* ]] || exit 252
        [ ! -e "$folder/submit-fails" ] || exit 254
        command=shard size=0
        [[ `$* =~ command=([a-z]+) ]] && command=`${BASH_REMATCH[1]}
        [[ `$* =~ size=([0-9]+) ]] && size=`${BASH_REMATCH[1]}
        [[ `$* =~ DEVICECREDS_S3,value=([^}]+) ]] && export DEVICECREDS_S3=`${BASH_REMATCH[1]}
        export DEVICECREDS_SECRET_ID=devicecreds/ca-password DEVICECREDS_SCRIPTS=$samples
        code=0
        for ((i = 0; i < (size > 0 ? size : 1); i++)); do
            export DEVICECREDS_WORK=`$(mktemp -d $folder/work-XXXX)
            if [ `$size -gt 0 ]; then export AWS_BATCH_JOB_ARRAY_INDEX=`$i AWS_BATCH_JOB_ARRAY_SIZE=`$size; fi
            bash $samples/aws-batch/task.sh `$command >&2 || code=`$?
        done
        echo `$code > "$folder/job-`$command"
        echo "job-`$command" ;;
    'batch list-jobs')
        [[ `$* == *'--filters name=JOB_NAME,values=devicecreds-test-run '* ]] || exit 252
        [ ! -e "$folder/list-fails" ] || exit 254
        [ ! -e "$folder/running" ] || cat "$folder/running" ;;
    'batch describe-jobs')
        if [ -e "$folder/throttled" ]; then rm "$folder/throttled"; echo 'Too Many Requests' >&2; exit 254; fi
        [[ `$* =~ (job-[a-z]+) ]] && code=`$(cat "$folder/`${BASH_REMATCH[1]}")
        case `$* in
            *exitCode*) echo "`$code" ;;
            *) if [ "`$code" = 0 ]; then echo SUCCEEDED; else echo FAILED; fi ;;
        esac ;;
    *) echo "not played: `$*" >&2; exit 252 ;;
esac
"@
    }
    BeforeEach {
        if ($OnWindows) { Set-ItResult -Skipped -Because 'the samples are for Unix' }
    }

    It 'brings everything back and ends with <Code>: <List>, <Authority>' -ForEach @(
        @{ List = 'devices.csv'; Authority = 'ca'; Code = 0 }
        @{ List = 'bad.csv'; Authority = 'ca'; Code = 2 }
        @{ List = 'devices.csv'; Authority = 'nowhere'; Code = 1 }
    ) {
        Remove-Item -LiteralPath "$folder/s3" -Recurse -ErrorAction Ignore
        $null = New-Item -Path "$folder/s3/run" -ItemType Directory
        Copy-Item -LiteralPath "$folder/$List" -Destination "$folder/s3/run/devices.csv"
        if ($Authority -eq 'ca') { Copy-Item -LiteralPath "$folder/ca" -Destination "$folder/s3/run/ca" -Recurse }
        $run = Invoke-Script @("$samples/aws-batch/submit.sh", '2', 's3://test/run', 'queue')
        $run.ExitCode | Should -Be $Code -Because $run.Text
        $run.Text | Should -Not -Match 'correct horse'
        if ($Code -ne 0) { return }
        "$(Get-Tree "$folder/s3/run/results")" | Should -BeLike '*accounts.csv*index.txt*shard-1-of-2.tar*shard-2-of-2.tar*'
    }

    It 'keeps keys and revocations when it runs again, and makes no keys when S3 does not say what is there' {
        Remove-Item -LiteralPath "$folder/s3" -Recurse -ErrorAction Ignore
        $null = New-Item -Path "$folder/s3/run" -ItemType Directory
        Copy-Item -LiteralPath "$folder/devices.csv" -Destination "$folder/s3/run/devices.csv"
        Copy-Item -LiteralPath "$folder/ca" -Destination "$folder/s3/run/ca" -Recurse
        $submit = @("$samples/aws-batch/submit.sh", '2', 's3://test/run', 'queue')
        (Invoke-Script $submit).ExitCode | Should -Be 0
        $ledger = "$folder/s3/run/results/index.txt"
        $before = @(Get-IssuedCertificate -Ledger $ledger)
        $null = $before[0] | Revoke-DeviceCertificate -Ledger $ledger -Reason KeyCompromise -Confirm:$false
        $archives = Get-FileHash "$folder/s3/run/results/*.tar"
        New-Item -Path "$folder/s3-fails" -ItemType File | Out-Null
        try { (Invoke-Script $submit).ExitCode | Should -Be 1 }
        finally { Remove-Item -LiteralPath "$folder/s3-fails" }
        (Get-FileHash "$folder/s3/run/results/*.tar").Hash | Should -Be $archives.Hash
        $null = Invoke-Script $submit
        $after = @(Get-IssuedCertificate -Ledger $ledger)
        ($after | Where-Object State -EQ Revoked).SerialNumber | Should -Be $before[0].SerialNumber
        foreach ($one in $before) { $after.SerialNumber | Should -Contain $one.SerialNumber }
    }

    It 'asks again when AWS refuses to describe a job' {
        Remove-Item -LiteralPath "$folder/s3" -Recurse -ErrorAction Ignore
        $null = New-Item -Path "$folder/s3/run" -ItemType Directory
        Copy-Item -LiteralPath "$folder/devices.csv" -Destination "$folder/s3/run/devices.csv"
        Copy-Item -LiteralPath "$folder/ca" -Destination "$folder/s3/run/ca" -Recurse
        New-Item -Path "$folder/throttled" -ItemType File | Out-Null
        $run = Invoke-Script @("$samples/aws-batch/submit.sh", '2', 's3://test/run/', 'queue')
        $run.ExitCode | Should -Be 0 -Because $run.Text
        "$folder/throttled" | Should -Not -Exist
    }

    It 'submits nothing and ends with 1 when <What>' -ForEach @(
        @{ What = 'jobs of the same run have not ended'; File = 'running'; Message = 'Jobs of s3://test/run have not ended: job-7' }
        @{ What = 'the jobs cannot be listed'; File = 'list-fails'; Message = '^$' }
        @{ What = 'a job cannot be submitted'; File = 'submit-fails'; Message = '^$' }
    ) {
        [System.IO.File]::WriteAllText("$folder/$File", "job-7`n")
        try { $run = Invoke-Script @("$samples/aws-batch/submit.sh", '2', 's3://test/run', 'queue') }
        finally { Remove-Item -LiteralPath "$folder/$File" }
        $run.ExitCode | Should -Be 1
        $run.Text | Should -Match $Message
    }

    It 'has a job definition that the API takes' {
        if (-not (& /usr/bin/python3 -c 'import botocore' 2>&1 | ForEach-Object { 'missing' })) {
            $check = 'import json, sys, botocore.session, botocore.validate as v; ' +
                's = botocore.session.get_session().get_service_model("batch").operation_model("RegisterJobDefinition").input_shape; ' +
                'v.validate_parameters(json.load(open(sys.argv[1])), s)'
            Invoke-Tool /usr/bin/python3 -c $check "$samples/aws-batch/job-definition.json" | Should -BeNullOrEmpty
        }
        else { Set-ItResult -Skipped -Because 'python3-botocore is not installed' }
    }
}

Describe 'samples/clusters/kubernetes' {
    BeforeAll {
        if ($OnWindows) { return }
        # A job has ended as soon as it is there; the pod of the merge ended with the code in a file.
        New-Program kubectl @"
#!/bin/bash
code=`$(cat $folder/pod-code)
case `$1 in
    delete) ;;
    apply) [ -e "`${2#--filename=}" ] ;;
    get)
        case `$2 in
            job) if [ "`$code" = 0 ]; then echo SuccessCriteriaMet Complete; else echo FailureTarget Failed; fi ;;
            pods) echo "`$code" ;;
        esac ;;
    logs) [ ! -e "$folder/logs-fail" ] || exit 1; echo log ;;
    *) echo "not played: `$*" >&2; exit 1 ;;
esac
"@
    }

    It 'ends with <Code> when the pods of the merge ended with <Pods>' -ForEach @(
        @{ Pods = '0'; Code = 0 }
        @{ Pods = '137 0'; Code = 0 }
        @{ Pods = '1 2'; Code = 2 }
        @{ Pods = '1 1'; Code = 1 }
        @{ Pods = ''; Code = 1 }
    ) {
        if ($OnWindows) { Set-ItResult -Skipped -Because 'the samples are for Unix'; return }
        [System.IO.File]::WriteAllText("$folder/pod-code", $Pods)
        (Invoke-Script "$samples/kubernetes/submit.sh" "$samples/kubernetes/shards-token.yaml").ExitCode | Should -Be $Code
    }

    It 'ends with the code of the merge when its log cannot be read' {
        if ($OnWindows) { Set-ItResult -Skipped -Because 'the samples are for Unix'; return }
        [System.IO.File]::WriteAllText("$folder/pod-code", '0')
        New-Item -Path "$folder/logs-fail" -ItemType File | Out-Null
        try { (Invoke-Script "$samples/kubernetes/submit.sh" "$samples/kubernetes/shards-token.yaml").ExitCode | Should -Be 0 }
        finally { Remove-Item -LiteralPath "$folder/logs-fail" }
    }
}

Describe 'Servers of tests' {
    It 'end with what they started, also detached, when the test is killed' {
        if (-not (Get-Command -Name setsid -CommandType Application -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'setsid is not installed'; return
        }
        $mark = New-Folder
        $server = ConvertTo-Json -Compress -Depth 3 @(, @{
            command = 'bash', '-c', "setsid sleep 1000 & sleep 1001; : $mark"; log = "$mark/log"
        })
        # The "test" holds the pipe. It is killed and can do nothing about it.
        $start = [System.Diagnostics.ProcessStartInfo]::new('bash')
        $script = "exec 3> >(exec /usr/bin/python3 $PSScriptRoot/servers.py > $mark/out); echo '$server' >&3; exec sleep 1002"
        foreach ($one in '-c', $script) { $start.ArgumentList.Add($one) }
        $start.Environment['MARK'] = $mark
        $test = [System.Diagnostics.Process]::Start($start)
        try { Wait-Until { @(Get-ProcessOf $mark | Where-Object { $_ -match '^\d+: sleep 100' }).Count -eq 3 } }
        finally { $test.Kill() }
        Wait-Until { -not (Get-ProcessOf $mark) }
    }
}
