namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-UtcOffset</c> with the offsets that are in use on earth.</summary>
public sealed class UtcOffsetCompleter : ValueCompleter
{
    static readonly string[] Offsets =
    [
        "+00:00", "+01:00", "+02:00", "+03:00", "+03:30", "+04:00", "+04:30", "+05:00", "+05:30", "+05:45", "+06:00", "+06:30",
        "+07:00", "+08:00", "+08:45", "+09:00", "+09:30",
        "+10:00", "+10:30", "+11:00", "+12:00", "+12:45", "+13:00", "+14:00", "-01:00", "-02:00", "-03:00", "-03:30", "-04:00",
        "-05:00", "-06:00", "-07:00", "-08:00", "-09:00", "-09:30", "-10:00", "-11:00", "-12:00",
    ];

    private protected override IReadOnlyList<KeyValuePair<string, string>> Values { get; } =
        [.. Offsets.Select(o => new KeyValuePair<string, string>(o, o))];
}
