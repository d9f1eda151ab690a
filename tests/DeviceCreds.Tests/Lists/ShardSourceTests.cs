namespace DeviceCreds.Tests.Lists;

/// <summary>Which shard a job is, by the variables that each engine sets.</summary>
public sealed class ShardSourceTests
{
    static Shard Find(string variables)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        return ShardSource.Find(name => set.GetValueOrDefault(name));
    }

    [Theory]
    [InlineData("SYSTEM_JOBPOSITIONINPHASE=1 SYSTEM_TOTALJOBSINPHASE=1", "1/1")]
    [InlineData("SYSTEM_JOBPOSITIONINPHASE=4 SYSTEM_TOTALJOBSINPHASE=4", "4/4")]
    [InlineData("JOB_COMPLETION_INDEX=0 DEVICECREDS_SHARDS=16", "1/16")]
    [InlineData("JOB_COMPLETION_INDEX=15 DEVICECREDS_SHARDS=16", "16/16")]
    [InlineData("AWS_BATCH_JOB_ARRAY_INDEX=0 AWS_BATCH_JOB_ARRAY_SIZE=10", "1/10")]
    [InlineData("AWS_BATCH_JOB_ARRAY_INDEX=9 DEVICECREDS_SHARDS=10", "10/10")]
    [InlineData("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_STEP=1",
        "1/8")]
    [InlineData("SLURM_ARRAY_TASK_ID=8 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=8 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_STEP=1",
        "8/8")]
    [InlineData("SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=15 SLURM_ARRAY_TASK_COUNT=6 SLURM_ARRAY_TASK_STEP=2",
        "3/6")]
    [InlineData("SGE_TASK_ID=3 SGE_TASK_FIRST=1 SGE_TASK_LAST=4 SGE_TASK_STEPSIZE=1", "3/4")]
    [InlineData("SGE_TASK_ID=30 SGE_TASK_FIRST=10 SGE_TASK_LAST=35 SGE_TASK_STEPSIZE=10", "3/3")]
    [InlineData("CLOUD_RUN_TASK_INDEX=0 CLOUD_RUN_TASK_COUNT=3", "1/3")]
    [InlineData("CI_NODE_INDEX=3 CI_NODE_TOTAL=3", "3/3")]
    [InlineData("AZ_BATCH_TASK_ID=task-2 DEVICECREDS_SHARD=3/16", "3/16")]
    [InlineData("CI_NODE_INDEX=2 CI_NODE_TOTAL=3 CLOUD_RUN_TASK_INDEX=1 CLOUD_RUN_TASK_COUNT=3", "2/3")]
    [InlineData("CI_NODE_TOTAL=1 SGE_TASK_ID=undefined JOB_COMPLETION_INDEX=1 DEVICECREDS_SHARDS=2", "2/2")]
    public void Each_engine_counts_from_its_own_first(string variables, string shard) => Assert.Equal(shard, Find(variables).ToString());

    [Theory]
    [InlineData("", "no job engine says")]
    [InlineData("AZ_BATCH_TASK_ID=task-2", "no job engine says")]
    [InlineData("JOB_COMPLETION_INDEX=3", "not how many jobs there are")]
    [InlineData("JOB_COMPLETION_INDEX=x DEVICECREDS_SHARDS=4", "expected a number in JOB_COMPLETION_INDEX")]
    [InlineData("JOB_COMPLETION_INDEX=0 DEVICECREDS_SHARDS=0", "expected a number in DEVICECREDS_SHARDS")]
    [InlineData("CI_NODE_INDEX=1 CI_NODE_TOTAL=2 CLOUD_RUN_TASK_INDEX=1 CLOUD_RUN_TASK_COUNT=2", "GitLab says 1/2")]
    [InlineData("DEVICECREDS_SHARD=1/2 CLOUD_RUN_TASK_INDEX=1 CLOUD_RUN_TASK_COUNT=2", "Cloud Run says 2/2")]
    [InlineData("SLURM_ARRAY_TASK_ID=5", "but not SLURM_ARRAY_TASK_MIN")]
    // A single task of an array of 16, submitted again: Slurm calls it the first of one.
    [InlineData("SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=5 SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_STEP=1 "
        + "DEVICECREDS_SHARDS=16", "DEVICECREDS_SHARDS says 16")]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_STEP=1",
        "with gaps")]
    public void What_is_not_sure_is_refused(string variables, string message)
    {
        var error = Assert.Throws<InputException>(() => Find(variables));
        Assert.Equal("ShardUnknown", error.ErrorId);
        Assert.Contains(message, error.Message);
    }

    [Theory]
    [InlineData("JOB_COMPLETION_INDEX=16 DEVICECREDS_SHARDS=16")]
    [InlineData("CI_NODE_INDEX=0 CI_NODE_TOTAL=3")]
    public void A_position_beyond_the_total_is_refused(string variables) =>
    Assert.Equal("ShardInvalid", Assert.Throws<InputException>(() => Find(variables)).ErrorId);
}
