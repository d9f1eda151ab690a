using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Random books, compared by the library and by a model that is as simple as the rules are said.</summary>
public sealed class BooksPropertyTests
{
    static readonly (string Name, string? Account)[] Subjects =
        [("a", null), ("a", "acc"), ("b", null), ("b", "acc"), ("b", "other"), ("c", null)];

    // Two certificates for each of the subjects.
    static readonly DeviceCredential[] Pool = [.. Make()];

    static readonly string[] States = ["V", "R\tsuperseded", "R\tkeyCompromise", "R", "E"];

    static readonly string[] Names = ["a", "b", "c", "d"];

    // What is known of one certificate of the pool.
    sealed record Known(int[] InLedgers, int State, bool[] InFolders, bool Renews);

    static readonly Gen<Known> OneKnown =
        from ledgers in Gen.Int[0, 2].Array[0, 2]
        from state in Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[1, 4]))
        from folders in Gen.Bool.Array[2]
        from inNone in Gen.Bool
        from renews in Gen.Bool
        select new Known([.. ledgers.Distinct()], state, inNone ? [false, false] : folders, renews);

    static readonly Gen<(int Certificate, bool Succeeded, bool Sent)> OneInjection =
        Gen.Select(Gen.Int[0, Pool.Length - 1], Gen.Bool, Gen.Bool, (c, ok, sent) => (c, ok, ok || sent));

    static readonly Gen<(Known[] Known, (int, bool, bool)[] Injections, (string Name, string? Account)[]? List, int Compared)> AllBooks =
        from known in OneKnown.Array[Pool.Length]
        from injections in OneInjection.Array[0, 6]
        from names in Gen.Shuffle(Names)
        from count in Gen.Int[0, 4]
        from accounts in Gen.OneOf(Gen.Const((string?)null), Gen.Const((string?)"acc")).Array[4]
        from hasList in Gen.Bool
        from compared in Gen.Int[0, 3]
        select (known, injections, hasList ? names.Take(count).Zip(accounts).ToArray() : null, compared);

    [Fact]
    public void The_accounts_are_those_of_the_model_and_the_figures_add_up() => AllBooks.Sample(given =>
    {
        var (known, injections, list, compared) = given;
        var (hasFolders, hasJournal) = ((compared & 1) != 0, (compared & 2) != 0);
        using var books = new BookKeeping();
        for (var ledger = 0; ledger < 3; ledger++)
            books.Ledger([.. All.Where(i => known[i].InLedgers.Contains(ledger)).Select(i => Line(Pool[i], known[i]))]);
        if (hasFolders)
            for (var folder = 0; folder < 2; folder++)
                books.Export([.. InFolder(known, folder).Select(i => Pool[i])]);
        if (hasJournal) books.Journal([.. injections.Select((x, n) => BookKeeping.Injection(Pool[x.Item1], x.Item2, x.Item3, n))]);

        var (accounts, summary) = books.Compare(list?.Select(d => new DeviceIdentity(d.Name, d.Account)));
        Assert.Empty(books.Errors);
        var expected = Model(known, hasJournal ? injections : [], list, hasFolders, hasJournal);
        Assert.Equal(expected.Order(StringComparer.Ordinal),
            accounts.Select(a => Text(a.EndpointName, a.AccountId, a.State, a.SerialNumbersToRevoke)).Order(StringComparer.Ordinal));
        if (list is not null)
            Assert.Equal(list.Select(d => d.Name), accounts.TakeWhile(a => a.IsPlanned == true).Select(a => a.EndpointName).Distinct());
        AddUp(summary, accounts);
    }, iter: 150);

    static IEnumerable<int> All => Enumerable.Range(0, Pool.Length);

    static void AddUp(BooksSummary summary, IReadOnlyList<DeviceAccount> accounts)
    {
        Assert.Equal(accounts.Count, summary.Accounts);
        Assert.Equal(summary.Accounts, summary.States.Values.Sum());
        Assert.All(summary.States, s => Assert.Equal(accounts.Count(a => a.State == s.Key), s.Value));
        if (summary.PlannedAccounts is { } planned) Assert.Equal(summary.Accounts, planned + summary.UnplannedAccounts);
        Assert.Equal(accounts.Sum(a => a.Certificates.Count), summary.Certificates);
        Assert.Equal(summary.Certificates, summary.ValidCertificates + summary.RevokedCertificates + summary.ExpiredCertificates);
        Assert.Equal(summary.Certificates, summary.RecordedCertificates + summary.UnrecordedCertificates);
        Assert.Equal(accounts.Count(a => a.NeedsAttention), summary.NeedsAttention);
        Assert.Equal(summary.ValidCertificates, summary.Forecast.Expiries.Sum(m => m.Certificates)
            + accounts.SelectMany(a => a.Certificates).Count(c => c.State == LedgerState.Valid && c.ExpiresAt is null));
    }

    // The model: a certificate is valid, revoked or expired; recorded or not; delivered or not; injected or not.
    static IEnumerable<string> Model(Known[] known, (int Certificate, bool Succeeded, bool Sent)[] injections,
        (string Name, string? Account)[]? list, bool hasFolders, bool hasJournal)
    {
        // The last message that a device got decides what it has; serial numbers that were sent with success are known.
        var onDevice = new Dictionary<string, int>();
        var told = new HashSet<int>();
        var unknown = new HashSet<string>();
        foreach (var (certificate, succeeded, sent) in injections.Where(i => i.Succeeded || i.Sent))
        {
            if (succeeded) told.Add(certificate);
            if (succeeded) unknown.Remove(Pool[certificate].EndpointName);
            else unknown.Add(Pool[certificate].EndpointName);
            if (succeeded) onDevice[Pool[certificate].EndpointName] = certificate;
            else onDevice.Remove(Pool[certificate].EndpointName);
        }

        List<int> inFolders = hasFolders ? [.. InFolder(known, 0), .. InFolder(known, 1)] : [];
        var exists = All.Where(i => known[i].InLedgers.Length > 0 || inFolders.Contains(i) || told.Contains(i)).ToList();
        foreach (var subject in exists.GroupBy(i => (Name: Pool[i].EndpointName, Account: AccountOf(i), Pool[i].Kind)))
        {
            bool? planned = list is null ? null : list.Any(d => d.Name == subject.Key.Name
                && (d.Account is null || subject.Key.Account is null || d.Account == subject.Key.Account));
            bool IsRecorded(int i) => known[i].InLedgers.Length > 0;
            bool IsValid(int i) => !IsRecorded(i) || known[i].State == 0;
            bool IsInjected(int i) => onDevice.TryGetValue(Pool[i].EndpointName, out var now) && now == i;
            bool IsDelivered(int i) => inFolders.Contains(i) || IsInjected(i);
            // The second certificate of a subject may renew the first.
            bool IsRenewed(int i) => i % 2 == 0 && subject.Contains(i + 1) && IsValid(i + 1) && IsRecorded(i + 1) && known[i + 1].Renews;
            var current = subject.Where(i => IsValid(i) && !IsRenewed(i)).ToList();
            var reasons = subject.Where(i => IsRecorded(i)).Select(i => known[i].State).ToList();
            var state = current.Count > 1 ? DeviceAccountState.Duplicate
                : current.Count == 1 && !IsRecorded(current[0]) ? DeviceAccountState.NotRecorded
                : current.Count == 1 && planned == false ? DeviceAccountState.Unplanned
                : current.Count == 1 && IsInjected(current[0]) ? DeviceAccountState.Injected
                : current.Count == 1 && IsDelivered(current[0]) ? DeviceAccountState.Delivered
                : current.Count == 1 ? hasFolders || hasJournal ? DeviceAccountState.NotDelivered : DeviceAccountState.Issued
                : reasons.Exists(r => r is 2 or 3) ? DeviceAccountState.Revoked
                : reasons.Contains(4) ? DeviceAccountState.Expired
                : planned == true ? DeviceAccountState.Missing : DeviceAccountState.Revoked;
            var recorded = subject.Where(i => IsValid(i) && IsRecorded(i)).ToList();
            var injected = current.Where(IsInjected).ToList();
            var delivered = current.Where(IsDelivered).ToList();
            var kept = unknown.Contains(subject.Key.Name) ? -1
                : injected.Count == 1 ? injected[0] : delivered.Count == 1 ? delivered[0] : -1;
            var revoke = state == DeviceAccountState.Duplicate
                    ? kept < 0 ? [] : recorded.Where(i => current.Contains(i) && i != kept)
                : state == DeviceAccountState.NotDelivered
                    ? recorded.Where(i => current.Contains(i) && !unknown.Contains(subject.Key.Name))
                : state == DeviceAccountState.Unplanned ? recorded.Where(i => !IsDelivered(i))
                : state is DeviceAccountState.Delivered or DeviceAccountState.Injected or DeviceAccountState.Issued ? [] : recorded;
            yield return Text(subject.Key.Name, subject.Key.Account, state, revoke.Select(i => Pool[i].SerialNumber));
        }

        foreach (var (name, account) in list ?? [])
        {
            var has = exists.Where(i => Pool[i].EndpointName == name).Select(AccountOf)
                .Any(id => account is null || id is null || id == account);
            if (!has) yield return Text(name, account, DeviceAccountState.Missing, []);
        }

        // A journal names no account: it is the one that the serial number has elsewhere, or else the first of the kind, or none.
        string? AccountOf(int i) =>
            known[i].InLedgers.Length > 0 || inFolders.Contains(i) || Pool[i].AccountId is null ? Pool[i].AccountId
            : Enumerable.Range(0, 3).SelectMany(l => All.Where(x => known[x].InLedgers.Contains(l))).Concat(inFolders)
                .Where(x => Pool[x].EndpointName == Pool[i].EndpointName && Pool[x].Kind == Pool[i].Kind)
                .Select(x => Pool[x].AccountId).FirstOrDefault();
    }

    static string Text(string name, string? account, DeviceAccountState state, IEnumerable<string> revoke) =>
        $"{name}/{account ?? "-"} {state} {string.Join("+", revoke.Order(StringComparer.Ordinal))}";

    static string Line(DeviceCredential credential, Known known)
    {
        var state = States[known.State].Split('\t');
        var at = Array.IndexOf(Pool, credential);
        var revocation = state[0] == "R" ? "270101000000Z" + (state.Length > 1 ? "," + state[1] : "") : "";
        return BookKeeping.Line(credential, state[0], revocation, known.Renews && at % 2 == 1 ? Pool[at - 1] : null);
    }

    // A folder holds one certificate of each kind for each device.
    static IEnumerable<int> InFolder(Known[] known, int folder) =>
        All.Where(i => known[i].InFolders[folder]).GroupBy(i => (Pool[i].EndpointName, Pool[i].Kind)).Select(g => g.First());

    static IEnumerable<DeviceCredential> Make()
    {
        var ca = CertificateAuthority.Create("Books CA");
        foreach (var (name, account) in Subjects)
        {
            // An issuer issues to a device once.
            var kind = account is null ? CredentialKind.Bootstrap : CredentialKind.Lwm2m;
            for (var i = 0; i < 2; i++) yield return new CredentialIssuer(ca, kind).Issue(new DeviceIdentity(name, account));
        }
    }
}
