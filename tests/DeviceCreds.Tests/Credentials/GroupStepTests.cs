namespace DeviceCreds.Tests;

/// <summary>A step behind the workers, on a thread of its own.</summary>
public sealed class GroupStepTests
{
    static IEnumerable<IReadOnlyList<int>> Groups(int count, int size) =>
        Enumerable.Range(0, count * size).Chunk(size);

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Every_group_is_taken_once_and_comes_back_in_order(int leave)
    {
        var seen = new List<int>();
        using var step = new GroupStep<int>((group, _) =>
        {
            Thread.SpinWait(group[0] % 3 * 1000);
            seen.AddRange(group);
        }, CancellationToken.None);
        var back = Groups(200, 7).SelectMany(group => step.After([group], leave)).SelectMany(g => g).ToList();
        Assert.InRange(back.Count, 200 * 7 - leave, 200 * 7);
        back.AddRange(step.After([], leave: 0).SelectMany(g => g));
        Assert.Equal(Enumerable.Range(0, 200 * 7), back);
        Assert.Equal(back, seen);
    }

    [Fact]
    public void Of_a_slow_source_the_owner_takes_the_step_itself()
    {
        var threads = new HashSet<int>();
        using var step = new GroupStep<int>((_, _) => threads.Add(Environment.CurrentManagedThreadId), CancellationToken.None);
        foreach (var group in Groups(50, 1)) Assert.Same(group, Assert.Single(step.After([group], leave: 0)));
        Assert.Equal(Environment.CurrentManagedThreadId, Assert.Single(threads));
    }

    [Fact]
    public void The_owner_goes_on_while_the_step_is_taken()
    {
        using var release = new ManualResetEventSlim();
        using var step = new GroupStep<int>((_, _) => release.Wait(TimeSpan.FromSeconds(20)), CancellationToken.None);
        Assert.Empty(Groups(3, 5).SelectMany(group => step.After([group], leave: 100)));
        release.Set();
        Assert.Equal(3, step.After([], leave: 0).Count());
    }

    [Fact]
    public void What_the_step_throws_is_not_lost()
    {
        using var step = new GroupStep<int>((group, _) => { if (group[0] == 5) throw new FormatException(); }, CancellationToken.None);
        Assert.Throws<FormatException>(() => step.After(Groups(3, 5), leave: 100).Concat(step.After([], leave: 0)).Count());
    }

    [Fact]
    public void Ending_tells_the_step_and_waits_for_it()
    {
        using var begun = new ManualResetEventSlim();
        var wasTold = false;
        var step = new GroupStep<int>((_, end) =>
        {
            begun.Set();
            wasTold = end.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));
        }, CancellationToken.None);
        _ = step.After(Groups(2, 5), leave: 1000).ToList();
        begun.Wait();
        step.Dispose();
        Assert.True(wasTold);
    }

    [Fact]
    public void Stopping_wakes_the_owner_and_no_further_group_begins()
    {
        using var release = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var begun = 0;
        using var step = new GroupStep<int>((_, _) =>
        {
            Interlocked.Increment(ref begun);
            release.Wait(TimeSpan.FromSeconds(20));
        }, stop.Token);
        _ = step.After(Groups(10, 5), leave: 1000).ToList();
        var owner = new Thread(() => step.After([], leave: 0).Count());
        owner.Start();
        Assert.False(owner.Join(100));
        stop.Cancel();
        Assert.True(owner.Join(5_000));
        release.Set();
        step.Dispose();
        Assert.Equal(1, begun);
    }
}
