#!/bin/bash
# Runs a device list as an array job, then merges and compares.
#
#   aws batch register-job-definition --cli-input-json file://job-definition.json
#   aws s3 cp devices.csv s3://example/run-1/devices.csv && aws s3 cp --recursive factory-ca s3://example/run-1/ca
#   ./submit.sh 16 s3://example/run-1 factory-queue
#
# The exit code is the run's: 0, all done; 2, some rows failed; 1, anything else. Start it again after 1.
set -eu
shards=$1 folder=$2 queue=$3
every=${DEVICECREDS_POLL_SECONDS:-30}

# Submits a job, and gives its id.
submit() {
    aws batch submit-job --job-name devicecreds --job-queue "$queue" --job-definition devicecreds --query jobId --output text "$@"
}

# Waits until a job has ended.
wait_for() {
    while :; do
        status=$(aws batch describe-jobs --jobs "$1" --query 'jobs[0].status' --output text)
        case $status in
            SUCCEEDED | FAILED) return ;;
        esac
        sleep "$every"
    done
}

environment="environment=[{name=DEVICECREDS_S3,value=$folder}]"
array=$(submit --array-properties "size=$shards" --container-overrides "$environment")
echo "Array job $array: $shards children."
wait_for "$array"

# Not --depends-on: it wants every child to succeed, and a bad row is exit code 2.
merge=$(submit --container-overrides "command=merge,$environment")
wait_for "$merge"
code=$(aws batch describe-jobs --jobs "$merge" --query 'jobs[0].container.exitCode' --output text)
echo "Merge $merge ended with $code. Results: $folder/results"
case $code in
    0 | 2) exit "$code" ;;
    *) exit 1 ;;
esac
