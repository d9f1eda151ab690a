using System.Text.RegularExpressions;

namespace DeviceCreds.Tests;

/// <summary>
/// One of each certificate that the library issues, and what OpenSSL and GnuTLS say about them. Made once: processes are dear.
/// </summary>
public sealed class MintedCertificates : IDisposable
{
    readonly TempFolder _folder = new();
    readonly Dictionary<string, DeviceCertificate> _certificates = [];
    readonly Lazy<IReadOnlyDictionary<string, string>> _verdicts;

    public MintedCertificates()
    {
        var chain = CertificateChain.Create(["Minted Root", "Minted Intermediate"]);
        Add("root", chain.Certificates[1]);
        Add("intermediate", chain.Certificates[0]);
        Add("lone-root", CertificateAuthority.Create("Lone Root").Chain.Leaf);
        var bootstrap = new CredentialIssuer(chain.Issuer!, CredentialKind.Bootstrap);
        Add("bootstrap", bootstrap.Issue(new DeviceIdentity("device-0001")).Leaf);
        Add("unicode", bootstrap.Issue(new DeviceIdentity("Gerät 漢字 😀")).Leaf);
        Add("bootstrap-account", bootstrap.Issue(new DeviceIdentity("device-0003", Given.AccountId)).Leaf);
        var endless = CertificateAuthority.Create("Endless Root", validity: ValidityRequest.NoExpiration);
        Add("endless-root", endless.Chain.Leaf);
        Add("endless",
            new CredentialIssuer(endless, CredentialKind.Bootstrap,
                ValidityRequest.NoExpiration).Issue(new DeviceIdentity("endless")).Leaf);
        Add("lwm2m",
            new CredentialIssuer(chain.Issuer!, CredentialKind.Lwm2m).Issue(new DeviceIdentity("device-0002", Given.AccountId)).Leaf);
        _verdicts = new(Ask);
    }

    public DeviceCertificate this[string name] => _certificates[name];

    public string Folder => _folder.Path;

    /// <summary>The output of one of the commands below.</summary>
    public string Verdict(string name, string command) => _verdicts.Value[$"{name} {command}"];

    /// <summary>The extensions as <c>openssl x509 -text</c> shows them: name, criticality and value in one line each.</summary>
    public string[] Extensions(string name)
    {
        var lines = Verdict(name, "text").Split('\n').SkipWhile(l => !l.Contains("X509v3 extensions:")).Skip(1)
            .TakeWhile(l => l.StartsWith("            ", StringComparison.Ordinal)).ToList();
        var found = new List<string>();
        foreach (var line in lines)
        {
            if (line.Trim().StartsWith("X509v3", StringComparison.Ordinal)) found.Add(line.Trim());
            else found[^1] += " " + line.Trim().Replace("keyid:", "");
        }

        return [.. found];
    }

    void Add(string name, DeviceCertificate certificate)
    {
        _certificates[name] = certificate;
        _folder.Write(name + ".pem", certificate.CertificatePem + "\n");
        _folder.Write(name + ".der", certificate.CertificateDer);
    }

    Dictionary<string, string> Ask()
    {
        var output = Tool.Bash(_folder.Path, """
            for f in *.pem; do
              n=${f%.pem}
              echo "=== $n text"; openssl x509 -in $f -noout -text -nameopt RFC2253,-esc_msb,utf8 -certopt ext_error
              echo "=== $n subject"; openssl x509 -in $f -noout -subject -nameopt RFC2253,-esc_msb,utf8
              echo "=== $n asn1"; openssl asn1parse -in $f
              echo "=== $n ski"; openssl x509 -in $f -noout -pubkey | openssl pkey -pubin -outform der | tail -c 65 | sha1sum
              echo "=== $n fields"; openssl x509 -in $f -noout -serial -dates -dateopt iso_8601 -fingerprint -sha256
              echo "=== $n certtool"; certtool -i --infile $f
            done
            """, "openssl", "certtool");
        return Regex.Matches(output, @"=== (\S+ \S+)\n(.*?)(?==== |\z)", RegexOptions.Singleline).ToDictionary(m => m.Groups[1].Value,
            m => m.Groups[2].Value);
    }

    public void Dispose() => _folder.Dispose();
}
