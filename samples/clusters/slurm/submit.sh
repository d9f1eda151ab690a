#!/bin/bash
# Submits a device list as an array job, and a job that merges and compares when all tasks have ended.
#
#   ./submit.sh 16 devices.csv factory-ca ~/ca-password results [--wait] [other options of sbatch]
#
# The folder is one that all nodes see. ~/ca-password has the password of the CA's key, and mode 0600. With --wait, the exit code is
# the run's: 0, all done; 2, some rows failed; 1, anything else.
set -eu
shards=$1 list=$(realpath "$2") ca=$(realpath "$3") secret_file=$(realpath "$4") results=$5
shift 5
wait=() options=()
for option in "$@"; do
    if [ "$option" = --wait ]; then wait=(--wait); else options+=("$option"); fi
done
here=$(dirname "$(realpath "$0")")
scripts=$(dirname "$here")
mkdir -p "$results"
results=$(realpath "$results")

# When only some tasks are submitted again, Slurm counts only these: this number makes a wrong shard an error.
export DEVICECREDS_SHARDS=$shards
array=$(sbatch --parsable --array="1-$shards" --output="$results/shard-%a.log" "${options[@]}" \
    "$here/shard.sbatch" "$scripts" "$list" "$ca" "$secret_file" "$results")
array=${array%%;*}
echo "Array job $array: $shards tasks. Logs: $results/shard-*.log"
exec sbatch --dependency="afterany:$array" --output="$results/merge.log" "${options[@]}" "${wait[@]}" \
    "$here/merge.sbatch" "$scripts" "$list" "$results"
