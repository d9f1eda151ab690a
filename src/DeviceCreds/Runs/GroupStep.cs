namespace DeviceCreds;

/// <summary>
/// The step after <see cref="OrderedWorkers{TIn, TOut}"/>: it takes one group of results after another, in their order and beside the
/// owner, which goes on with its next input meanwhile. One thread, the owner's, gives groups and gets them back.
/// </summary>
/// <typeparam name="T">The results.</typeparam>
public sealed class GroupStep<T> : IDisposable
{
    static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(2);

    readonly Action<IReadOnlyList<T>, CancellationToken> _step;
    readonly CancellationTokenSource _end;
    readonly CancellationToken _ended;
    readonly Queue<(IReadOnlyList<T> Group, Task Done)> _open = new();
    Task _last = Task.CompletedTask;
    int _count;

    /// <param name="step">The step. Its token ends it: nothing may be done with what is left of a group.</param>
    /// <param name="cancel">Ends the work: no further group begins, and none comes back.</param>
    public GroupStep(Action<IReadOnlyList<T>, CancellationToken> step, CancellationToken cancel)
    {
        _step = step;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _ended = _end.Token;
    }

    /// <summary>Gives groups to the step, and returns those that it has taken.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="leave">How many results may be left open; with 0 the owner's thread takes the step.</param>
    public IEnumerable<IReadOnlyList<T>> After(IEnumerable<IReadOnlyList<T>> groups, int leave)
    {
        foreach (var group in groups)
        {
            Add(group, isAlone: leave == 0 && _open.Count == 0);
            while (HasNext(leave)) yield return Take();
        }

        while (HasNext(leave)) yield return Take();
    }

    /// <summary>Ends the step, and waits for what it is doing, so that nothing runs on unnoticed.</summary>
    public void Dispose()
    {
        if (!_ended.IsCancellationRequested) _end.Cancel();
        Task.WaitAny([_last], PatienceAtEnd);
        _end.Dispose();
    }

    void Add(IReadOnlyList<T> group, bool isAlone)
    {
        if (isAlone) Run(group);
        else _last = _last.ContinueWith(_ => Run(group), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _open.Enqueue((group, _last));
        _count += group.Count;
    }

    void Run(IReadOnlyList<T> group)
    {
        if (!_ended.IsCancellationRequested) _step(group, _ended);
    }

    bool HasNext(int leave)
    {
        if (_open.Count == 0 || _ended.IsCancellationRequested) return false;
        var next = _open.Peek().Done;
        if (next.IsCompleted) return true;
        if (_count <= leave) return false;
        try
        {
            Task.WaitAny([next], _ended);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    IReadOnlyList<T> Take()
    {
        var (group, done) = _open.Dequeue();
        _count -= group.Count;
        done.GetAwaiter().GetResult();
        return group;
    }
}
