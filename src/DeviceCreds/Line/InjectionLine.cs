using System.Collections.Concurrent;

namespace DeviceCreds;

/// <summary>
/// A line of stations: devices at different addresses are injected in parallel, those at the same one after each other, in the order
/// in which they came. One thread, the owner's, adds devices and receives the news.
/// </summary>
public sealed class InjectionLine : IDisposable
{
    // How long an injection that is running may take to notice that the run was stopped.
    static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(5);

    readonly Injector _injector;
    readonly CancellationTokenSource _stop = new();
    readonly object _gate = new();
    readonly List<InjectionOrder> _waiting = [];
    readonly HashSet<string> _busy = new(StringComparer.OrdinalIgnoreCase);
    readonly BlockingCollection<LineNews> _news = [];
    readonly Thread[] _stations;
    int _underWay;
    bool _isClosed;

    /// <param name="injector">Injects one device.</param>
    /// <param name="stations">How many devices are injected at a time.</param>
    public InjectionLine(Injector injector, int stations)
    {
        _injector = injector;
        _stations = [.. Enumerable.Range(0, stations).Select(_ => new Thread(Work) { IsBackground = true, Name = "DeviceCreds station" })];
    }

    /// <summary>Adds a device.</summary>
    public void Add(InjectionOrder order)
    {
        _underWay++;
        lock (_gate)
        {
            _waiting.Add(order);
            Monitor.PulseAll(_gate);
        }

        // As many threads as there are devices, up to the limit.
        if (_stations.FirstOrDefault(t => t.ThreadState.HasFlag(ThreadState.Unstarted)) is { } station) station.Start();
    }

    /// <summary>The news, as they come, until no more devices than wanted are in work.</summary>
    /// <param name="leave">How many may stay in work.</param>
    /// <param name="cancel">Ends the wait.</param>
    public IEnumerable<LineNews> Take(int leave, CancellationToken cancel)
    {
        while (_news.TryTake(out var news) || (_underWay > leave && _news.TryTake(out news, Timeout.Infinite, cancel)))
        {
            if (news!.Kind == LineNewsKind.Finished) _underWay--;
            yield return news;
        }
    }

    /// <summary>
    /// Ends every wait, from any thread: a device that is being injected is recorded as stopped, and the others are left.
    /// </summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }

        _stop.Cancel();
    }

    /// <summary>Stops, and waits until everything is recorded.</summary>
    public void Dispose()
    {
        Stop();
        foreach (var station in _stations)
        {
            if (!station.ThreadState.HasFlag(ThreadState.Unstarted)) station.Join(PatienceAtEnd);
        }
    }

    void Work()
    {
        while (Next() is { } order)
        {
            try
            {
                _injector.Inject(order, _news.Add, _stop.Token);
            }
            catch (Exception e)
            {
                // Any exception is passed to the owner, not thrown on this thread.
                _news.Add(new(order, LineNewsKind.Finished) { Error = e });
            }

            lock (_gate)
            {
                _busy.Remove(order.Address.Text);
                Monitor.PulseAll(_gate);
            }
        }
    }

    InjectionOrder? Next()
    {
        lock (_gate)
        {
            while (!_isClosed)
            {
                if (_waiting.Find(o => !_busy.Contains(o.Address.Text)) is { } order)
                {
                    _waiting.Remove(order);
                    _busy.Add(order.Address.Text);
                    return order;
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }
}
