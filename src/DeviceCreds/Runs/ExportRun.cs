namespace DeviceCreds;

/// <summary>
/// Credentials on their way to disk. Each is written aside, on several threads; they get their names in the order in which they came, with
/// one flush for all that became ready together. One thread, the owner's, adds credentials and takes results.
/// </summary>
public sealed class ExportRun : IDisposable
{
    readonly OrderedWorkers<ExportOrder, StagedCredential> _workers;
    readonly GroupStep<OrderedWorkers<ExportOrder, StagedCredential>.Piece> _placing;

    /// <param name="threads">How many threads write; with 1 the owner's thread does everything.</param>
    /// <param name="cancel">Ends the run: no further credential gets its name.</param>
    public ExportRun(int threads, CancellationToken cancel)
    {
        _workers = new(threads, order => order.Export.Stage(order.Credential));
        _placing = new(Place, cancel);
    }

    /// <summary>Adds a credential. Take the results of <see cref="Finished"/> before adding the next one.</summary>
    /// <param name="export">Where it goes.</param>
    /// <param name="credential">The credential.</param>
    public void Add(CredentialExport export, DeviceCredential credential) => _workers.Add(new ExportOrder(export, credential));

    /// <summary>The credentials that are placed or failed, in their order.</summary>
    public IEnumerable<ExportResult> Finished() => Results(_placing.After(_workers.Finished(), _workers.Allowed));

    /// <summary>All remaining ones, in the same way.</summary>
    public IEnumerable<ExportResult> Rest() => Results(_placing.After(_workers.Rest(), leave: 0));

    /// <summary>Ends the work, from any thread: what has begun is finished, but gives no more results.</summary>
    public void Stop() => _workers.Stop();

    /// <summary>Ends the work, and waits for what has begun, so that nothing runs on unnoticed.</summary>
    public void Dispose()
    {
        _workers.Dispose();
        _placing.Dispose();
    }

    static IEnumerable<ExportResult> Results(IEnumerable<IReadOnlyList<OrderedWorkers<ExportOrder, StagedCredential>.Piece>> groups) =>
        groups.SelectMany(group => group).Select(piece => new ExportResult(piece));

    static void Place(IReadOnlyList<OrderedWorkers<ExportOrder, StagedCredential>.Piece> group, CancellationToken cancel)
    {
        var failed = Flush(group);
        foreach (var piece in group)
        {
            if (cancel.IsCancellationRequested) return;
            var export = piece.Input.Export;
            piece.Continue(staged =>
            {
                if (failed.TryGetValue(export, out var flushing)) throw flushing;
                export.Place(staged);
            });
        }
    }

    static Dictionary<CredentialExport, OutputException> Flush(IReadOnlyList<OrderedWorkers<ExportOrder, StagedCredential>.Piece> group)
    {
        var failed = new Dictionary<CredentialExport, OutputException>();
        foreach (var export in group.Select(p => p.Input.Export).Distinct())
        {
            try
            {
                export.Flush();
            }
            catch (OutputException e)
            {
                failed[export] = e;
            }
        }

        return failed;
    }
}
