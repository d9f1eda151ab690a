using System.Text;

namespace DeviceCreds;

/// <summary>
/// What the factory configurator client writes into its reply of success, and whether that fits: the reply has 512
/// bytes, and one that does not fit turns success into an error. Source: the client's bundle and output handlers.
/// </summary>
internal static class DeviceReply
{
    public const int MaximumBytes = 512;

    public const string NotSet = "Item not set:";
    public const string Redundant = "Item redundant:";
    public const string NotBootstrap = "Bootstrap mode not activated:";
    public const string AuthorityIdentifier = "CA identifier wasn't set properly:";
    public const string SelfSigned = "Certificate is self signed:";
    public const string NotYetValid = "Certificate validity cannot be checked:";
    public const string UnderTenYears = "Certificate validity is less than 10 years:";

    /// <summary>The device's warnings, in the order in which it verifies.</summary>
    public static IReadOnlyList<string> Warnings(VerificationCase c)
    {
        var configuration = c.Configuration!;
        var lines = new List<string>();
        if (!c.HasClock) lines.Add(NotSet + DeviceItems.CurrentTime);
        Missing(configuration.Timezone, "mbed.Timezone");
        Missing(configuration.UtcOffset, "mbed.UTCOffset");
        if (c.Kind == CredentialKind.Lwm2m) lines.Add(NotBootstrap + DeviceItems.UseBootstrap);
        lines.AddRange(configuration.RedundantItems.Where(IsServer).Select(i => Redundant + i));
        // The device remembers the server's CA at the end of a session.
        if (configuration.KeepSession
            && c.Kind == CredentialKind.Bootstrap) lines.Add(AuthorityIdentifier + DeviceItems.ServerCertificate(c.Kind));
        lines.AddRange(configuration.RedundantItems.Where(i => !IsServer(i)).Select(i => Redundant + i));
        if (c.Certificate.IsSelfIssued) lines.Add(SelfSigned + DeviceItems.Certificate(c.Kind));
        foreach (var certificate in c.Bundle) Dates(certificate, DeviceItems.Certificate(c.Kind));
        Missing(configuration.UpdateCertificate, DeviceItems.UpdateCertificate);
        foreach (var update in c.UpdateCertificates) Dates(update, DeviceItems.UpdateCertificate);
        Missing(configuration.ClassId, "mbed.ClassId");
        Missing(configuration.VendorId, "mbed.VendorId");
        return lines;

        static bool IsServer(string item) =>
            item == DeviceItems.ServerCertificate(CredentialKind.Bootstrap) || item == DeviceItems.ServerCertificate(CredentialKind.Lwm2m);

        void Missing(object? value, string item)
        {
            if (value is null or "") lines.Add(NotSet + item);
        }

        void Dates(DeviceCertificate certificate, string item)
        {
            if (!c.HasClock || certificate.Fields.NotBefore - c.Now > Lifetime.ClockTolerance) lines.Add(NotYetValid + item);
            if (c.HasClock && certificate.Fields.NotAfter - c.Now < Lifetime.TenYearsOnDevice) lines.Add(UnderTenYears + item);
        }
    }

    /// <summary>The length of a reply of success with these warnings: a CBOR map of indefinite length.</summary>
    public static int Length(IReadOnlyList<string> warnings, string? sessionId)
    {
        var length = 2 + Text("SchemeVersion") + Text(FccLimits.Version) + Text("ReturnStatus") + 1 + Text("InfoMessage")
            + Text("The Factory process succeeded\n");
        if (sessionId is not null) length += Text("SID") + Text(sessionId);
        return warnings.Count == 0 ? length : length + Text("WarningInfo") + Text(string.Concat(warnings.Select(w => w + "\n")));
    }

    static int Text(string text) => Encoding.UTF8.GetByteCount(text) is var count ? count + (count < 24 ? 1 : count < 256 ? 2 : 3) : 0;
}
