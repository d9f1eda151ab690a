#!/bin/bash
# Runs the shards, then merges and compares.
#
#   ./submit.sh shards-key-vault.yaml
#
# The exit code is the run's: 0, all done; 2, some rows failed; 1, anything else. Start it again after 1: what is done is skipped.
set -eu
here=$(dirname "$(realpath "$0")")
every=${DEVICECREDS_POLL_SECONDS:-10}

# Starts a job, and waits until it has ended, well or not.
run() {
    kubectl delete job "$1" --ignore-not-found
    kubectl apply --filename="$2"
    until kubectl get job "$1" --output=jsonpath='{.status.conditions[?(@.status=="True")].type}' | grep --quiet --extended-regexp \
        '(Complete|Failed)\b'; do
        sleep "$every"
    done
}

run devicecreds-shards "$1"
run devicecreds-merge "$here/merge.yaml"
# The log is for people: without it the run is as good.
kubectl logs job/devicecreds-merge || true
until codes=$(kubectl get pods --selector=batch.kubernetes.io/job-name=devicecreds-merge \
    --output=jsonpath='{.items[*].status.containerStatuses[0].state.terminated.exitCode}'); do
    sleep "$every"
done
# Kubernetes ends the job at the first pod that ends with one of these.
case " $codes " in
    *" 0 "*) exit 0 ;;
    *" 2 "*) exit 2 ;;
    *) exit 1 ;;
esac
