using System.Security.Cryptography;
using System.Text;

namespace DeviceCreds.Fuzz;

/// <summary>
/// Writes random credentials in every format that is read back, and reads each file: as its own format, with the same
/// certificate and the same key. What one format writes is never to be taken for another's.
/// </summary>
internal sealed class Lookalikes
{
    static readonly char[] Password = "x".ToCharArray();
    static readonly Pkcs12Protection Weak = Pkcs12Protection.Modern with { Iterations = 1 };

    readonly Random _random;
    readonly CertificateAuthority _authority = CertificateChain.Create(["Root", "Lower"]).Issuer!;
    readonly CredentialIssuer[] _issuers;
    readonly DeviceConfiguration[] _configurations;

    /// <param name="seed">What names and kinds come of.</param>
    /// <param name="format">One format's name; null for all.</param>
    public Lookalikes(int seed, string? format = null)
    {
        Formats = [.. CredentialFormats.All.OfType<IReadableFormat>().Where(f => format is null || f.Info.Name == format)];
        _random = new Random(seed);
        _issuers = [.. Enum.GetValues<CredentialKind>().Select(kind => new CredentialIssuer(_authority, kind))];
        _configurations = [.. new[] { "bootstrap", "lwm2m" }.Select(host => new DeviceConfiguration
        {
            ServerUri = $"coaps://{host}.example.com:5684?aid=account", ServerCertificate = _authority.Chain.Root,
                CurrentTime = DateTimeOffset.UtcNow,
            Manufacturer = "Acme", ModelNumber = "M", SerialNumber = "S", DeviceType = "T", HardwareVersion = "H", MemoryTotalKB = 512,
        })];
    }

    /// <summary>The formats that are written and read.</summary>
    public IReadOnlyList<IReadableFormat> Formats { get; }

    /// <summary>Makes one credential and puts it through every format.</summary>
    /// <returns>What was taken for another, or is not the same; null when nothing was.</returns>
    public string? Try()
    {
        var kind = _random.Next(2);
        // Keys come from the system's generator, and with them all that is random in a credential: a seed gives names and kinds again.
        var credential = Issue(kind, _random.Next(16));
        foreach (var format in Formats)
        {
            if (format is DeveloperSourceFormat && credential.Kind != CredentialKind.Bootstrap) continue;
            var options = new ExportOptions
            {
                Configurations = [_configurations[kind]], ChainDepth = format is DeveloperSourceFormat ? 1
                    : 0, KeyEncoding = (KeyEncoding)_random.Next(2),
            };
            foreach (var (name, content) in Write(format, credential, options))
            {
                var bytes = IsText(format) && _random.Next(2) == 0 ? WithCrLf(content) : content;
                if (Check(format, name, bytes, credential) is { } problem) return $"{format.Info.Name}, {name}: "
                    + $"{problem}\n{Convert.ToHexString(bytes)}";
            }
        }

        return null;
    }

    static bool IsText(IReadableFormat format) =>
        format is PemFormat or SenmlJsonFormat or DeveloperSourceFormat or AzureDpsFormat or ThingsBoardFormat or AwsIotFormat;

    static byte[] WithCrLf(byte[] text) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace("\n", "\r\n"));

    static IEnumerable<(string Name, byte[] Content)> Write(
        IReadableFormat format, DeviceCredential credential, ExportOptions options) => format switch
    {
        // Its files are PKCS#12 as well.
        PfxLegacyFormat => [],
        PfxFormat => [("x.pfx", Pkcs12.Encode(credential.EndpointName, credential.PrivateKey!,
            credential.Chain.Certificates, Password, Weak))],
        IFleetFormat fleet => [(fleet.FileName, Encoding.UTF8.GetBytes(fleet.Begin + fleet.Entry(credential, options) + fleet.End))],
        IDeviceFormat device => device.Write(credential, options).Select(f => (f.Name, f.Content)),
        _ => [],
    };

    static string? Check(IReadableFormat written, string name, byte[] content, DeviceCredential credential)
    {
        try
        {
            var file = new InputFile(content, name);
            if (CredentialFormats.Recognise(file) is not { } format) return "recognised as none";
            if (format != written) return $"recognised as {format.Info.Name}";
            var parts = new CredentialParts();
            format.Read(file, Password, parts);
            if (parts.Certificates.Count > 0 && !parts.Certificates.Exists(c => c.Thumbprint == credential.Thumbprint)
                && written is not KcmFormat) return "another certificate was read";
            return parts.Keys.Exists(k => !k.Key.Matches(credential.PrivateKey!.Point)) ? "another key was read" : null;
        }
        catch (DeviceCredsException e)
        {
            return $"refused: {e.ErrorId}, {e.Problem}";
        }
    }

    DeviceCredential Issue(int kind, int choice)
    {
        // Names that stand in the formats themselves are among them; an issuer takes each name once.
        var word = choice switch { 0 => "MBED_CLOUD_DEV_X", 1 => "CertificatePem", 2 => "clientCertificates",
            3 => "credentialsValue", _ => null };
        var issuer = word is null ? _issuers[kind] : new CredentialIssuer(_authority, (CredentialKind)kind);
        return issuer.Issue(new DeviceIdentity(word ?? Name(), kind == 1 ? "account" : null));
    }

    string Name()
    {
        const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
        var middle = Enumerable.Range(0, _random.Next(30)).Select(_ => Characters[_random.Next(Characters.Length)]);
        return $"d{string.Concat(middle)}{RandomNumberGenerator.GetInt32(int.MaxValue)}";
    }
}
