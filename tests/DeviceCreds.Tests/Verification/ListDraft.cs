namespace DeviceCreds.Tests;

/// <summary>A revocation list before it is signed: every field is bytes that a test may bend.</summary>
sealed record ListDraft
{
    public required Func<byte[], byte[]> Sign { get; init; }

    public required byte[] Issuer { get; init; }

    public byte[] Version { get; init; } = Tlv.Integer(1);

    public byte[] InnerAlgorithm { get; init; } = Tlv.Algorithm(Draft.EcdsaWithSha256);

    public byte[] OuterAlgorithm { get; init; } = Tlv.Algorithm(Draft.EcdsaWithSha256);

    public byte[] ThisUpdate { get; init; } = Tlv.Time(Given.Utc("2026-05-20"));

    public byte[] NextUpdate { get; init; } = Tlv.Time(Given.Utc("2026-06-20"));

    public byte[][] Entries { get; init; } = [Entry(Tlv.Integer(0x11)), Entry(Tlv.Integer(0x7F), 4)];

    /// <summary>Null for none at all.</summary>
    public byte[][]? Extensions { get; init; } = [Number(5)];

    public byte[] Der()
    {
        byte[] entries = Entries.Length == 0 ? [] : Tlv.Sequence(Entries);
        byte[] extensions = Extensions is null ? [] : Tlv.Of(0xA0, Tlv.Sequence(Extensions));
        var tbs = Tlv.Sequence(Version, InnerAlgorithm, Issuer, ThisUpdate, NextUpdate, entries, extensions);
        return Tlv.Sequence(tbs, OuterAlgorithm, Tlv.Bits(Sign(tbs)));
    }

    public ListDraft With(string oid, bool critical, byte[] value) =>
        this with
        {
            Extensions = [.. Extensions ?? [], new DraftExtension(oid, critical, value).Encode()],
        };

    /// <summary>With an issuingDistributionPoint of these fields.</summary>
    public ListDraft For(params byte[][] fields) => With("2.5.29.28", true, Tlv.Sequence(fields));

    /// <summary>With another thisUpdate.</summary>
    public ListDraft At(string time) => this with { ThisUpdate = Tlv.Time(Given.Utc(time)) };

    /// <summary>With another number.</summary>
    public ListDraft Numbered(byte number) => this with { Extensions = [Number(number), .. Extensions!.Skip(1)] };

    static byte[] Number(byte number) => new DraftExtension("2.5.29.20", false, Tlv.Integer(number)).Encode();

    public static readonly byte[] OnlyUsers = Tlv.Of(0x81, [0xFF]),
        OnlyAuthorities = Tlv.Of(0x82, [0xFF]),
        IsIndirect = Tlv.Of(0x84, [0xFF]),
        OnlyAttributes = Tlv.Of(0x85, [0xFF]);

    /// <summary>The name of a distribution point.</summary>
    public static byte[] Uri(string uri) => Tlv.Of(0xA0, Tlv.Of(0xA0, Tlv.Text(0x86, uri)));

    /// <summary>The name of a distribution point that is a CA's.</summary>
    public static byte[] IssuerPoint(byte[] name) => Tlv.Of(0xA0, Tlv.Of(0xA0, Tlv.Of(0xA4, name)));

    /// <summary>Flags of reasons, from 0x40 keyCompromise to 0x01 privilegeWithdrawn, and 0x80 of the second octet aACompromise.</summary>
    public static byte[] SomeReasons(params byte[] flags) => Tlv.Of(0x83, [(byte)(flags.Length > 1 ? 7 : 0)], flags);

    public ListDraft Revoking(Draft certificate, byte? reason = null) =>
        this with
        {
            Entries = [.. Entries, Entry(certificate.Serial, reason)],
        };

    public static byte[] Entry(byte[] serial, byte? reason = null, byte[]? extension = null) =>
        Tlv.Sequence(
            serial,
            Tlv.Time(Given.Utc("2026-05-15 10:00:00")),
            extension is not null ? Tlv.Sequence(extension)
                : reason is { } code ? Tlv.Sequence(new DraftExtension("2.5.29.21", false, [0x0A, 1, code]).Encode())
                : []
        );

    public static ListDraft OfRoot(Scene scene) => new() { Sign = Scene.RootKey.Sign, Issuer = scene.Root.Subject };

    public static ListDraft OfSub(Scene scene) => new() { Sign = Scene.SubKey.Sign, Issuer = scene.Sub.Subject };
}
