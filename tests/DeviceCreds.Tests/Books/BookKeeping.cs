using System.Text;

namespace DeviceCreds.Tests;

/// <summary>A factory's books in a folder: ledgers, exported folders, a journal and a list, written as the product writes them.</summary>
sealed class BookKeeping : IDisposable
{
    readonly TempFolder _folder = new();

    public List<InputException> Errors { get; } = [];

    public List<string> Ledgers { get; } = [];

    public List<string> Folders { get; } = [];

    public List<string> Journals { get; } = [];

    public string File(string name) => _folder.File(name);

    /// <summary>A credential's line as a ledger has it.</summary>
    public static string Line(DeviceCredential credential, string state = "V", string revocation = "", DeviceCredential? renews = null)
    {
        var entry = LedgerEntry.Of(credential);
        var file = renews is null ? "unknown" : "renews:" + renews.SerialNumber;
        return $"{state}\t{entry.ToString().Split('\t')[1]}\t{revocation}\t{entry.SerialNumber}\t{file}\t{entry.Subject}";
    }

    public BookKeeping Ledger(params string[] lines)
    {
        Ledgers.Add(_folder.Write($"index-{Ledgers.Count}.txt", string.Concat(lines.Select(l => l + "\n"))));
        return this;
    }

    public BookKeeping Export(params DeviceCredential[] credentials)
    {
        var folder = File($"out-{Folders.Count}");
        Directory.CreateDirectory(folder);
        using (var export = new CredentialExport(folder, ["Pem", "Der"], new ExportOptions(), replace: true))
        {
            foreach (var credential in credentials) export.Write(credential);
            export.Complete();
        }

        Folders.Add(folder);
        return this;
    }

    public BookKeeping Journal(params DeviceInjection[] injections)
    {
        Journals.Add(_folder.Write($"line-{Journals.Count}.jsonl",
            string.Concat(injections.Select(i => Encoding.UTF8.GetString(JournalFormat.Write(i)) + "\n"))));
        return this;
    }

    public static DeviceInjection Injection(DeviceCredential credential, bool succeeded = true, bool sent = true, int minute = 0) => new()
    {
        EndpointName = credential.EndpointName, Kind = credential.Kind, SerialNumber = credential.SerialNumber, Succeeded = succeeded,
        MessageSent = sent, StartedAt = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(minute).ToLocalTime(),
    };

    public (IReadOnlyList<DeviceAccount> Accounts, BooksSummary Summary) Compare(IEnumerable<DeviceIdentity>? list = null,
        CredentialKind[]? kinds = null, TimeProvider? time = null)
    {
        var books = new Books(Errors.Add, time) { Kinds = kinds ?? [] };
        foreach (var ledger in Ledgers) books.AddLedger(ledger);
        foreach (var folder in Folders) books.AddFolder(folder, threads: 2);
        foreach (var journal in Journals) books.AddJournal(journal);
        IReadOnlyList<DeviceAccount> accounts = [.. list is null ? books.Compare() : books.Compare(list)];
        return (accounts, books.Summarise());
    }

    public void Dispose() => _folder.Dispose();
}
