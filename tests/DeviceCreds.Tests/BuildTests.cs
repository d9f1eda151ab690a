using System.Reflection;
using System.Runtime.Versioning;

namespace DeviceCreds.Tests;

public class BuildTests
{
#if NETSTANDARD_BUILD
    const string Expected = ".NETStandard,Version=v2.0";
#else
    const string Expected = ".NETCoreApp,Version=v8.0";
#endif

    [Fact]
    public void The_suite_runs_against_the_build_that_it_names() =>
        Assert.Equal(Expected, typeof(DeviceKey).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()?.FrameworkName);
}
