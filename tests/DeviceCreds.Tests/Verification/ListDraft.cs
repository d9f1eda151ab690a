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
    public byte[][]? Extensions { get; init; } = [new DraftExtension("2.5.29.20", false, Tlv.Integer(5)).Encode()];

    public byte[] Der()
    {
        byte[] entries = Entries.Length == 0 ? [] : Tlv.Sequence(Entries);
        byte[] extensions = Extensions is null ? [] : Tlv.Of(0xA0, Tlv.Sequence(Extensions));
        var tbs = Tlv.Sequence(Version, InnerAlgorithm, Issuer, ThisUpdate, NextUpdate, entries, extensions);
        return Tlv.Sequence(tbs, OuterAlgorithm, Tlv.Bits(Sign(tbs)));
    }

    public ListDraft With(string oid, bool critical, byte[] value) => this with { Extensions = [.. Extensions ?? [], new DraftExtension(oid, critical, value).Encode()] };

    public ListDraft Revoking(Draft certificate, byte? reason = null) => this with { Entries = [.. Entries, Entry(certificate.Serial, reason)] };

    public static byte[] Entry(byte[] serial, byte? reason = null, byte[]? extension = null) =>
        Tlv.Sequence(serial, Tlv.Time(Given.Utc("2026-05-15 10:00:00")), extension is not null ? Tlv.Sequence(extension) : reason is { } code ? Tlv.Sequence(new DraftExtension("2.5.29.21", false, [0x0A, 1, code]).Encode()) : []);

    public static ListDraft OfRoot(Scene scene) => new() { Sign = Scene.RootKey.Sign, Issuer = scene.Root.Subject };

    public static ListDraft OfSub(Scene scene) => new() { Sign = Scene.SubKey.Sign, Issuer = scene.Sub.Subject };
}
