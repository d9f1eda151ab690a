using System.Globalization;

namespace DeviceCreds;

/// <summary>Compared books in the files that reports are written to.</summary>
public static class BooksReport
{
    // In the order of ReportEntry.Account.
    static readonly DeviceAccountState[] Failures =
    [
        DeviceAccountState.Unplanned, DeviceAccountState.Missing, DeviceAccountState.NotRecorded, DeviceAccountState.Duplicate,
        DeviceAccountState.NotDelivered,
    ];

    /// <summary>Adds a device.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Add(this ReportExport export, DeviceAccount account)
    {
        var subject = account.SerialNumber is null ? "" : OneLineName.Create(account.EndpointName, account.AccountId);
        export.Add(new ReportEntry(new ReportSubject(account.EndpointName, account.Kind, subject, account.SerialNumber ?? "",
            account.IssuedAt, account.ExpiresAt), account.Paths.FirstOrDefault(),
            [.. ReportEntry.Account.Select((rule, i) => Check(rule, account, Failures[i]))])
        {
            Noun = "account",
        });
    }

    /// <summary>Adds the figures, with the forecast.</summary>
    public static void Add(this ReportExport export, BooksSummary summary)
    {
        export.Add(new ReportTable("states", "States", summary.IsBalanced ? "The books balance."
            : $"Of {Text(summary.Accounts)} accounts, {Text(summary.NeedsAttention)} need attention. "
                + $"Could not be read: {Text(summary.Unreadable)} rows, lines or folders.",
            ["State", "Accounts"], [.. summary.States.Select(s => new[] { s.Key.ToString(), Text(s.Value) })]));
        var forecast = summary.Forecast;
        export.Add(new ReportTable("forecast", "Forecast",
            $"Entries in the next revocation list: {Text(forecast.RevocationListEntries)}, "
                + $"about {Text(forecast.RevocationListBytes)} bytes.",
            ["Month", "Certificates that expire", "CAs that expire", "Names of the CAs"],
            [.. forecast.Expiries.Select(m => new[] { Month(m.Month), Text(m.Certificates), Text(m.Authorities), Names(forecast, m) })]));
    }

    static DeviceCertificateCheck Check(Rule rule, DeviceAccount account, DeviceAccountState failure)
    {
        var (outcome, message) = account.State == failure ? (CheckOutcome.Failed, account.Message)
            : failure == DeviceAccountState.Unplanned && account.IsPlanned is null ? (CheckOutcome.Skipped, "No list was given.")
            // The first state that fits is the account's: those behind it were not looked at.
            : account.NeedsAttention && failure > account.State && failure != DeviceAccountState.Missing
                ? (CheckOutcome.Skipped, $"Not judged, since the account is {account.State}.")
            : failure == DeviceAccountState.NotDelivered && account.State == DeviceAccountState.Issued
                ? (CheckOutcome.Skipped, "Neither folders nor journals were given.")
            : (CheckOutcome.Passed, account.NeedsAttention ? rule.Title : account.Message);
        return new(rule.Id, rule.Title, rule.Severity, outcome, MessageText.Clean(message),
            outcome == CheckOutcome.Failed ? account.Recommendation : null, rule.Source);
    }

    static string Names(BooksForecast forecast, ExpiryMonth month) => string.Join(", ", forecast.Authorities
        .Where(a => a.State == LedgerState.Valid && Month(a.ExpiresAt.ToUniversalTime()) == Month(month.Month))
        .Select(a => MessageText.Clean(a.EndpointName ?? a.Subject)));

    static string Month(DateTime time) => time.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    static string Text(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
