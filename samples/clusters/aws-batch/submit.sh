#!/bin/bash
# Runs a device list as an array job, then merges and compares.
#
#   aws batch register-job-definition --cli-input-json file://job-definition.json
#   aws s3 cp devices.csv s3://example/run-1/devices.csv && aws s3 cp --recursive factory-ca s3://example/run-1/ca
#   ./submit.sh 16 s3://example/run-1 factory-queue
#
# The exit code is the run's: 0, all done; 2, some rows failed; 1, anything else. Start it again after 1.
# While jobs of the same folder are in the queue it does not start: two arrays would write the same files.
set -eu
shards=$1 folder=${2%/} queue=$3
every=${DEVICECREDS_POLL_SECONDS:-30}

# The jobs of a run have its folder in their name, which may have 128 letters, digits, - and _.
name=devicecreds-${folder#s3://}
name=${name//[^A-Za-z0-9_-]/-}
name=${name:0:128}

# Submits a job, and gives its id.
submit() {
    aws batch submit-job --job-name "$name" --job-queue "$queue" --job-definition devicecreds --query jobId --output text "$@"
}

# Gives one property of a job. AWS may refuse a call when there are many: the job goes on, so this asks again, for 50 minutes.
property() {
    tries=0
    until aws batch describe-jobs --jobs "$1" --query "jobs[0].$2" --output text; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || exit 1
        sleep "$every"
    done
}

# Waits until a job has ended.
wait_for() {
    while :; do
        status=$(property "$1" status)
        case $status in
            SUCCEEDED | FAILED) return ;;
        esac
        sleep "$every"
    done
}

running=$(aws batch list-jobs --job-queue "$queue" --filters "name=JOB_NAME,values=$name" --output text \
    --query "jobSummaryList[?status!='SUCCEEDED' && status!='FAILED'].jobId") || exit 1
if [ -n "$running" ]; then
    echo "Jobs of $folder have not ended: $running. Wait for them, or end them with aws batch terminate-job." >&2
    exit 1
fi

environment="environment=[{name=DEVICECREDS_S3,value=$folder}]"
array=$(submit --array-properties "size=$shards" --container-overrides "$environment") || exit 1
echo "Array job $array: $shards children."
wait_for "$array"

# Not --depends-on: it wants every child to succeed, and a bad row is exit code 2.
merge=$(submit --container-overrides "command=merge,$environment") || exit 1
wait_for "$merge"
code=$(property "$merge" container.exitCode)
echo "Merge $merge ended with $code. Results: $folder/results"
case $code in
    0 | 2) exit "$code" ;;
    *) exit 1 ;;
esac
