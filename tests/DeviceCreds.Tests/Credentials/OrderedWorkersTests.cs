using System.Collections.Concurrent;
using System.Diagnostics;
using CsCheck;

namespace DeviceCreds.Tests;

public class OrderedWorkersTests
{
    static List<TOut> Run<TIn, TOut>(OrderedWorkers<TIn, TOut> workers, IEnumerable<TIn> inputs)
    {
        var results = new List<TOut>();
        foreach (var input in inputs)
        {
            workers.Add(input);
            results.AddRange(workers.Finished().SelectMany(g => g).Select(p => p.Output));
        }

        results.AddRange(workers.Rest().SelectMany(g => g).Select(p => p.Output));
        return results;
    }

    [Fact]
    public void Results_come_in_the_order_of_the_input_however_long_each_takes() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 200].Array[0, 600]).Sample((threads, spins) =>
        {
            using var workers = new OrderedWorkers<int, int>(threads, i =>
            {
                Thread.SpinWait(spins[i]);
                return i;
            });
            Assert.Equal(Enumerable.Range(0, spins.Length), Run(workers, Enumerable.Range(0, spins.Length)));
        }, iter: 50);

    [Fact]
    public void A_long_run_is_done_by_several_threads_and_a_limit_of_one_by_the_callers_own()
    {
        foreach (var (threads, check) in new (int, Action<int[]>)[] { (1, ids => Assert.Equal([Environment.CurrentManagedThreadId], ids)),
            (3, ids => Assert.InRange(ids.Length, 2, 4)) })
        {
            var ids = new ConcurrentDictionary<int, bool>();
            using var workers = new OrderedWorkers<int, bool>(threads, _ =>
            {
                Thread.SpinWait(2_000);
                return ids.TryAdd(Environment.CurrentManagedThreadId, true);
            });
            Run(workers, Enumerable.Range(0, 5_000));
            check([.. ids.Keys]);
        }
    }

    [Fact]
    public void No_more_is_under_way_than_the_capacity()
    {
        var begun = 0;
        var taken = 0;
        var most = 0;
        using var workers = new OrderedWorkers<int, int>(2, i => Interlocked.Increment(ref begun));
        for (var i = 0; i < 20_000; i++)
        {
            workers.Add(i);
            foreach (var piece in workers.Finished().SelectMany(g => g)) taken++;
            most = Math.Max(most, i + 1 - taken);
        }

        Assert.InRange(most, 0, workers.Capacity);
        Assert.Equal(20_000, taken + workers.Rest().Sum(g => g.Count));
    }

    [Fact]
    public void A_source_that_takes_its_time_gets_each_result_at_once()
    {
        using var workers = new OrderedWorkers<int, int>(4, i => i);
        Run(workers, Enumerable.Range(0, 2_000));
        for (var i = 0; i < 5; i++)
        {
            Thread.Sleep(30);
            workers.Add(i);
            Assert.Equal([i], workers.Finished().SelectMany(g => g).Select(p => p.Output));
        }
    }

    [Fact]
    public void In_a_fast_run_results_come_in_groups_and_none_waits_long_for_others()
    {
        using var workers = new OrderedWorkers<Stopwatch, TimeSpan>(2, sinceAdded =>
        {
            Thread.SpinWait(500);
            return sinceAdded.Elapsed;
        });
        var groups = 0;
        var waited = new List<TimeSpan>();
        void Take(IEnumerable<IReadOnlyList<OrderedWorkers<Stopwatch, TimeSpan>.Piece>> taken)
        {
            foreach (var group in taken)
            {
                groups++;
                waited.AddRange(group.Select(p => p.Input.Elapsed - p.Output));
            }
        }

        for (var i = 0; i < 20_000; i++)
        {
            workers.Add(Stopwatch.StartNew());
            Take(workers.Finished());
        }

        // The first few hundred come one by one.
        Assert.InRange(groups, 1, 5_000);
        groups = 0;
        waited.Clear();
        for (var i = 0; i < 200; i++)
        {
            Thread.Sleep(2);
            workers.Add(Stopwatch.StartNew());
            Take(workers.Finished());
        }

        // As input comes every few milliseconds, what is ready goes out after some: not with the hundredth after it.
        Assert.InRange(groups, 5, 200);
        Assert.InRange(waited[waited.Count / 2].TotalMilliseconds, 0, 200);
    }

    [Fact]
    public void An_error_comes_at_its_place_and_the_others_go_on()
    {
        using var workers = new OrderedWorkers<int, int>(3, i => i % 7 == 3 ? throw new FormatException(i.ToString()) : i);
        var seen = new List<int>();
        void Take(IEnumerable<IReadOnlyList<OrderedWorkers<int, int>.Piece>> groups)
        {
            foreach (var piece in groups.SelectMany(g => g))
            {
                try
                {
                    Assert.NotEqual(3, piece.Output % 7);
                    seen.Add(piece.Output);
                }
                catch (FormatException e)
                {
                    seen.Add(int.Parse(e.Message));
                }
            }
        }

        for (var i = 0; i < 3_000; i++)
        {
            workers.Add(i);
            Take(workers.Finished());
        }

        Take(workers.Rest());
        Assert.Equal(Enumerable.Range(0, 3_000), seen);
    }

    [Fact]
    public void Stopping_wakes_a_waiting_owner_and_nothing_new_begins()
    {
        using var release = new ManualResetEventSlim();
        var begun = 0;
        var results = 0;
        using var workers = new OrderedWorkers<int, int>(2, i =>
        {
            Interlocked.Increment(ref begun);
            if (i >= 100) release.Wait(TimeSpan.FromSeconds(20));
            return i;
        });
        var owner = new Thread(() => results = Run(workers, Enumerable.Range(0, 100_000)).Count);
        owner.Start();
        Assert.False(owner.Join(300));
        workers.Stop();
        Thread.Sleep(50);
        var atStop = Volatile.Read(ref begun);
        release.Set();
        Assert.True(owner.Join(5_000));
        Assert.InRange(begun, atStop, atStop + 2);
        Assert.InRange(results, 1, 102);
    }
}
