#!/bin/bash
# What a container runs. "shard": one child of the array job; "merge": the job after it.
#
# DEVICECREDS_S3 is the folder of the run in S3: devices.csv and ca/ in, results/ out. DEVICECREDS_SECRET_ID names the secret with the
# password of the CA's key. /work is in memory (tmpfs): no key and no password reaches a disk of the machine.
set -u
umask 077
scripts=${DEVICECREDS_SCRIPTS:-/opt/devicecreds}
work=${DEVICECREDS_WORK:-/work}
results=$work/results
mkdir -p "$results" || exit 1

copy() { aws s3 cp --only-show-errors "$@"; }

# Fetches what an earlier attempt wrote. Only a file that is not there may be missing: without it, keys would be made a second time.
fetch() {
    aws s3 ls "$1" > /dev/null
    case $? in
        0) copy "$1" "$2" || exit 1 ;;
        1) return 1 ;;
        *) exit 1 ;;
    esac
}

run() {
    pwsh -NoProfile -NonInteractive -File "$@"
    code=$?
    case $code in
        0 | 2) ;;
        *) code=1 ;;
    esac
}

copy "$DEVICECREDS_S3/devices.csv" "$work/devices.csv" || exit 1
case $1 in
    shard)
        # AWS Batch counts from 0.
        shard="shard-$((AWS_BATCH_JOB_ARRAY_INDEX + 1))-of-$AWS_BATCH_JOB_ARRAY_SIZE"
        copy --recursive "$DEVICECREDS_S3/ca" "$work/ca" || exit 1
        aws secretsmanager get-secret-value --secret-id "$DEVICECREDS_SECRET_ID" --query SecretString --output text \
            > "$work/secret" || exit 1
        if fetch "$DEVICECREDS_S3/results/$shard.tar" "$work/$shard.tar"; then
            tar -xf "$work/$shard.tar" -C "$results" || exit 1
        fi
        run "$scripts/Shard.ps1" -DeviceList "$work/devices.csv" -CertificateAuthority "$work/ca" -SecretFile "$work/secret" \
            -Path "$results"
        # Also after a failure: the ledger has what was issued.
        if [ -d "$results/$shard" ]; then
            tar -cf "$work/$shard.tar" -C "$results" "$shard" && copy "$work/$shard.tar" "$DEVICECREDS_S3/results/$shard.tar" || exit 1
        fi
        ;;
    merge)
        copy --recursive --exclude '*' --include 'shard-*.tar' "$DEVICECREDS_S3/results" "$work/shards" || exit 1
        for file in "$work"/shards/*.tar; do tar -xf "$file" -C "$results" || exit 1; done
        # What was revoked since an earlier merge stays revoked.
        for file in index.txt index.txt.attr; do fetch "$DEVICECREDS_S3/results/$file" "$results/$file"; done
        run "$scripts/Merge.ps1" -DeviceList "$work/devices.csv" -Path "$results" -RevokeUndelivered
        for file in index.txt index.txt.attr accounts.csv; do
            [ ! -e "$results/$file" ] || copy "$results/$file" "$DEVICECREDS_S3/results/$file" || exit 1
        done
        ;;
    *)
        echo "expected shard or merge, found '$1'" >&2
        exit 1
        ;;
esac
exit "$code"
