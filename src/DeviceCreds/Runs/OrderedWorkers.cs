using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace DeviceCreds;

/// <summary>
/// Runs work on several threads and returns the results in the order in which the work came, with a limit on how much
/// is in work. One thread, the owner's, adds work and takes results.
/// </summary>
/// <remarks>
/// The owner cannot be told of a result while it waits for its next input. So work stays open only when input
/// comes fast: the owner itself runs the first few pieces, and those from a slow source. In a fast run
/// pieces are handed over in groups, since handing one over costs as much as a small piece of work.
/// </remarks>
/// <typeparam name="TIn">The input.</typeparam>
/// <typeparam name="TOut">The result.</typeparam>
public sealed class OrderedWorkers<TIn, TOut> : IDisposable
{
    // With these, a burst of a dozen rows leaves at most one result waiting, and a thousand rows reach full speed.
    const int PiecesPerStep = 8;
    const int ReadAheadPerThread = 64;
    const int PiecesPerTake = 32;
    const int HandingsPerThread = 8;
    static readonly TimeSpan SlowInput = TimeSpan.FromMilliseconds(10);

    // How long a result that is ready may wait for others.
    static readonly TimeSpan PatienceForGroup = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(2);

    readonly Func<TIn, TOut> _work;
    readonly int _threadCount;
    readonly object _gate = new();
    readonly Queue<Piece> _order = new();
    readonly BlockingCollection<Piece[]> _waiting = [];
    readonly Stopwatch _sinceLast = new();
    readonly Stopwatch _sinceTaken = new();
    readonly List<Piece> _handing = [];
    Thread[] _threads = [];
    int _fastPieces;
    volatile Piece? _awaited;
    volatile bool _stopped;

    /// <param name="threads">How many threads work; with 1 the owner's thread does everything.</param>
    /// <param name="work">The work; called from several threads at once.</param>
    public OrderedWorkers(int threads, Func<TIn, TOut> work)
    {
        if (threads < 1) throw new ArgumentOutOfRangeException(nameof(threads));
        _threadCount = threads;
        _work = work;
    }

    /// <summary>The most pieces that are in work at a time.</summary>
    public int Capacity => _threadCount == 1 ? 0 : _threadCount * ReadAheadPerThread;

    /// <summary>How many pieces may stay open now: none when input comes slowly.</summary>
    public int Allowed => _fastPieces / PiecesPerStep;

    /// <summary>
    /// Adds a piece of work, unless the work was ended. Take the results of <see cref="Finished"/> before adding the
    /// next piece.
    /// </summary>
    public void Add(TIn input)
    {
        if (_stopped) return;
        _fastPieces = _sinceLast.Elapsed < SlowInput ? Math.Min(_fastPieces + 1, Capacity * PiecesPerStep) : 0;
        var piece = new Piece(input);
        _order.Enqueue(piece);
        if (Allowed == 0) Run(piece);
        else Hand(piece);
    }

    /// <summary>
    /// The finished results, in order and in groups. Waits while more than the limit is in work.
    /// </summary>
    public IEnumerable<IReadOnlyList<Piece>> Finished()
    {
        foreach (var group in Take(Allowed)) yield return group;
        _sinceLast.Restart();
    }

    /// <summary>All remaining results, in the same way.</summary>
    public IEnumerable<IReadOnlyList<Piece>> Rest() => Take(0);

    /// <summary>Ends the work, from any thread: work that has begun is finished, but gives no more results.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the work, and waits for work that had begun, so that nothing runs on unnoticed.</summary>
    public void Dispose()
    {
        Stop();
        _waiting.CompleteAdding();
        foreach (var thread in _threads) thread.Join(PatienceAtEnd);
        _order.Clear();
    }

    IEnumerable<IReadOnlyList<Piece>> Take(int leave)
    {
        while (_order.Count > leave && Await() || _order.Count > 0 && _order.Peek().IsDone && _sinceTaken.Elapsed > PatienceForGroup)
        {
            if (_stopped) yield break;
            var group = new List<Piece>();
            while (_order.Count > 0 && _order.Peek().IsDone) group.Add(_order.Dequeue());
            yield return group;
            _sinceTaken.Restart();
        }
    }

    bool Await()
    {
        if (!_order.Peek().IsDone)
        {
            Hand();
            Await(_order.ElementAt(Math.Min(_order.Count, PiecesPerTake) - 1), PatienceForGroup);
            Await(_order.Peek(), Timeout.InfiniteTimeSpan);
        }

        return !_stopped;
    }

    void Await(Piece piece, TimeSpan patience)
    {
        lock (_gate)
        {
            _awaited = piece;
            // The worker reads _awaited after setting IsDone, so either the worker or the owner sees the other's change.
            Interlocked.MemoryBarrier();
            while (!piece.IsDone && !_stopped && Monitor.Wait(_gate, patience))
            {
            }

            _awaited = null;
        }
    }

    void Hand(Piece piece)
    {
        if (_threads.Length == 0)
        {
            _threads = [
                .. Enumerable.Range(0, _threadCount).Select(_ => new Thread(Run) { IsBackground = true, Name = "DeviceCreds worker" })];
            foreach (var thread in _threads) thread.Start();
        }

        _handing.Add(piece);
        if (_handing.Count >= Allowed / _threadCount / HandingsPerThread) Hand();
    }

    void Hand()
    {
        if (_handing.Count == 0) return;
        _waiting.Add([.. _handing]);
        _handing.Clear();
    }

    void Run()
    {
        foreach (var piece in _waiting.GetConsumingEnumerable().SelectMany(pieces => pieces))
        {
            if (_stopped) return;
            Run(piece);
        }
    }

    void Run(Piece piece)
    {
        piece.Run(_work);
        piece.IsDone = true;
        Interlocked.MemoryBarrier();
        if (_awaited != piece) return;
        // Only the owner waits here.
        lock (_gate) Monitor.Pulse(_gate);
    }

    /// <summary>One piece of work.</summary>
    public sealed class Piece
    {
        TOut _output = default!;
        ExceptionDispatchInfo? _error;
        volatile bool _isDone;

        internal Piece(TIn input) => Input = input;

        /// <summary>What came.</summary>
        public TIn Input { get; }

        /// <summary>The result; throws what the work threw.</summary>
        public TOut Output
        {
            get
            {
                _error?.Throw();
                return _output;
            }
        }

        /// <summary>Whether there is an <see cref="Output"/>.</summary>
        public bool Succeeded => _error is null;

        /// <summary>Goes on with the result, if there is one; what this throws, <see cref="Output"/> throws.</summary>
        public void Continue(Action<TOut> step)
        {
            if (Succeeded) Try(() => step(_output));
        }

        internal bool IsDone
        {
            get => _isDone;
            set => _isDone = value;
        }

        internal void Run(Func<TIn, TOut> work) => Try(() => _output = work(Input));

        void Try(Action action)
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                // Any exception is passed to the owner of this piece of work, not thrown on this thread.
                _error = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
