using System.Text;

namespace DeviceCreds;

/// <summary>
/// Finds the addresses of devices in their console output. The first device of a run may have printed before the
/// run began: its address is the last one in the file. Every later device prints after the one before.
/// </summary>
internal sealed class ConsoleLogs
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);

    /// <summary>Waits for an address.</summary>
    /// <param name="path">The file.</param>
    /// <param name="patience">How long.</param>
    /// <param name="limit">The clock.</param>
    /// <exception cref="InjectionException">No address was printed.</exception>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public Task<DeviceAddress> FindAsync(string path, TimeSpan patience, TimeLimit limit)
    {
        var found = Find(path);
        return found is not null ? Task.FromResult(found) : limit.RunAsync(patience, async cancel =>
        {
            while (true)
            {
                await limit.DelayAsync(Pause).ConfigureAwait(false);
                cancel.ThrowIfCancellationRequested();
                if (Find(path) is { } address) return address;
            }
        }, () => new InjectionException(
            "ConsoleLogWithoutAddress", ErrorKind.NotFound,
            $"{path}: no device has printed its address ('Client IP Address and Port') since the last one.",
            "Restart the device; -WaitSec waits for it."));
    }

    /// <summary>The last address that was printed since the last call; null for none.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public DeviceAddress? Find(string path)
    {
        lock (_read)
        {
            _read.TryGetValue(path, out var from);
            // A log that was started again is read from its beginning.
            if (File.Exists(path) && new FileInfo(path).Length < from) from = 0;
            DeviceAddress? last = null;
            using var lines = new LineReader(path, from);
            while (lines.Read() && lines.IsWhole)
            {
                from = lines.NextOffset;
                // If only the first digits of a port were written yet, it would be another port.
                if (DeviceConsole.Find(Encoding.UTF8.GetString(lines.Line.ToArray())) is { } address) last = address;
            }

            _read[path] = from;
            return last;
        }
    }
}
