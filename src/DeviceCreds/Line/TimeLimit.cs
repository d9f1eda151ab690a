namespace DeviceCreds;

/// <summary>Steps with a time limit, which end at once when the run is stopped.</summary>
/// <param name="time">The clock.</param>
/// <param name="cancel">Stops the run.</param>
internal sealed class TimeLimit(TimeProvider time, CancellationToken cancel)
{
    /// <summary>Runs a step.</summary>
    /// <param name="limit">How long it may take.</param>
    /// <param name="step">The step; a result that comes too late is disposed.</param>
    /// <param name="late">The error when it takes longer.</param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public async Task<T> RunAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> step, Func<DeviceCredsException> late)
    {
        using var timer = Timer(limit);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        var work = step(both.Token);
        // Not every stream obeys a cancellation token.
        var over = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (both.Token.Register(() => over.TrySetResult(true)))
        {
            if (await Task.WhenAny(work, over.Task).ConfigureAwait(false) == work
                && !(both.IsCancellationRequested && work.Status != TaskStatus.RanToCompletion))
                return await work.ConfigureAwait(false);
        }

        Abandon(work);
        cancel.ThrowIfCancellationRequested();
        throw late();
    }

    /// <summary>Waits.</summary>
    public async Task DelayAsync(TimeSpan delay)
    {
        using var timer = Timer(delay);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        var over = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (both.Token.Register(() => over.TrySetResult(true))) await over.Task.ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
    }

    static void Abandon<T>(Task<T> work) => work.ContinueWith(
        t =>
        {
            if (t.Status == TaskStatus.RanToCompletion) (t.Result as IDisposable)?.Dispose();
            // Observed, so that its error is not reported as unhandled.
            _ = t.Exception;
        },
        CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    CancellationTokenSource Timer(TimeSpan limit) =>
#if NET
        new(limit, time);
#else
        time.CreateCancellationTokenSource(limit);
#endif
}
