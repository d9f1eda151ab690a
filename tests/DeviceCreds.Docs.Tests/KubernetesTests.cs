using k8s;
using k8s.Models;

namespace DeviceCreds.Docs.Tests;

/// <summary>The samples' Kubernetes files, read by the types of its API: an unknown field is an error.</summary>
public sealed class KubernetesTests
{
    const int SomeRowsFailed = 2;

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Repository.File("samples", "clusters", "kubernetes"), "*.yaml").Select(f => Path.GetFileName(f))];

    static string Text(string file) => Repository.Read(Repository.File("samples", "clusters", "kubernetes", file));

    static V1Job Read(string text) => KubernetesYaml.Deserialize<V1Job>(text, strict: true);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_job_is_as_the_API_has_it_and_tries_again_by_exit_code(string file)
    {
        var job = Read(Text(file));
        Assert.Equal(("batch/v1", "Job"), (job.ApiVersion, job.Kind));
        var pod = job.Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);
        var rules = job.Spec.PodFailurePolicy.Rules;
        var final = Assert.Single(rules, rule => rule.Action is "FailIndex" or "FailJob");
        Assert.Equal(("In", container.Name), (final.OnExitCodes.OperatorProperty, final.OnExitCodes.ContainerName));
        Assert.Equal([SomeRowsFailed], final.OnExitCodes.Values);
        Assert.Contains(rules, rule => rule.Action == "Ignore" && rule.OnPodConditions.Any(c => c.Type == "DisruptionTarget"));
        // What podFailurePolicy requires.
        Assert.Equal("Never", pod.RestartPolicy);
        // FailIndex goes with a limit per index, and only an Indexed Job has one.
        Assert.Equal(final.Action == "FailIndex", job.Spec.BackoffLimitPerIndex is not null && job.Spec.CompletionMode == "Indexed");
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.All(container.VolumeMounts, mount => Assert.Contains(pod.Volumes, volume => volume.Name == mount.Name));
    }

    [Theory]
    [InlineData("shards-token.yaml")]
    [InlineData("shards-key-vault.yaml")]
    public void The_shards_know_how_many_they_are_and_have_no_secret_in_the_environment(string file)
    {
        var job = Read(Text(file));
        var environment = job.Spec.Template.Spec.Containers[0].Env;
        Assert.Equal($"{job.Spec.Completions}", Assert.Single(environment, v => v.Name == "DEVICECREDS_SHARDS").Value);
        Assert.All(environment, variable => Assert.Null(variable.ValueFrom));
    }

    [Fact]
    public void A_slip_in_a_file_is_found() =>
        Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => Read(Text("merge.yaml").Replace("restartPolicy:", "restartsPolicy:")));
}
