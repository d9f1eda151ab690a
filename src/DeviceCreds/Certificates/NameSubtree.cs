using System.Text.RegularExpressions;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// Whether a name is within one subtree of name constraints, as RFC 5280, 4.2.1.10, says for each form of names. Null means that nobody
/// can say, and that the certificate must be refused: a form or a syntax that the RFC does not define, or a URI that names no host.
/// </summary>
internal static class NameSubtree
{
    const string Label = "[A-Za-z0-9_-]+", Labels = $@"{Label}(?:\.{Label})*";

    // A fully qualified domain name: the last label is no number, as in an IP address.
    const string FullHost = $@"(?:{Label}\.)+[A-Za-z][A-Za-z0-9_-]*";

    // RFC 3986, 3.2.1.
    const string User = "[A-Za-z0-9._~!$&'()*+,;=:%-]*@";

    static readonly Regex Host = Whole(Labels), DnsName = Whole($@"(?:\*\.)?{Labels}"), Domain = Whole($@"\.?{Labels}"),
        Uri = new(@$"^[A-Za-z][A-Za-z0-9+.-]*://(?:{User})?({FullHost})(?::[0-9]*)?(?:[/?#]|\z)", RegexOptions.CultureInvariant);

    static Regex Whole(string pattern) => new($"^(?:{pattern})\\z", RegexOptions.CultureInvariant);

    /// <summary>Whether the name, which has the form of the subtree's base, is within it.</summary>
    // RFC 5280 does not use minimum and maximum.
    public static bool? Contains(GeneralSubtree subtree, GeneralName name) =>
        subtree.MinimumObject is { Value.SignValue: not 0 } || subtree.MaximumObject is not null ? null : name.TagNo switch
        {
            GeneralName.Rfc822Name => HasMailbox(Text(subtree.Base), Text(name)),
            GeneralName.DnsName => HasDnsName(Text(subtree.Base), Text(name)),
            GeneralName.DirectoryName => HasDirectoryName(Directory(subtree.Base), Directory(name)),
            GeneralName.UniformResourceIdentifier => HasUri(Text(subtree.Base), Text(name)),
            GeneralName.IPAddress => HasAddress(Octets(subtree.Base), Octets(name)),
            _ => null,
        };

    // A name within begins with the attributes of the subtree, so a subtree without attributes contains every name.
    static bool? HasDirectoryName(Asn1Sequence subtree, Asn1Sequence name) =>
        DistinguishedName.Normalise(name).StartsWith(DistinguishedName.Normalise(subtree), StringComparison.Ordinal);

    // Zero or more labels may be added on the left, so an empty subtree contains every name; after a period, one or more.
    static bool? HasDnsName(string subtree, string name)
    {
        if (subtree.Length == 0) return true;
        if (!Domain.IsMatch(subtree) || !DnsName.IsMatch(name)) return null;
        if (subtree[0] == '.') return EndsWith(name, subtree);
        if (EndsWith("." + name, "." + subtree)) return true;
        // Of the names that a wildcard stands for, one is within.
        return name[0] == '*' && subtree.IndexOf('.') is var end && end > 0 && IsSame(subtree.Substring(end), name.Substring(1))
            ? null : false;
    }

    // A mailbox, all mailboxes of a host, or, after a period, those of every host of a domain.
    static bool? HasMailbox(string subtree, string address)
    {
        var (at, mailbox) = (address.LastIndexOf('@'), subtree.LastIndexOf('@'));
        var (host, constrained) = (address.Substring(at + 1), subtree.Substring(mailbox + 1));
        if (at <= 0 || mailbox == 0 || !Host.IsMatch(host) || !(mailbox < 0 ? Domain : Host).IsMatch(constrained)) return null;
        // 7.5: the case of the local part counts.
        return mailbox < 0 ? IsOnHost(constrained, host)
            : subtree.Substring(0, mailbox) == address.Substring(0, at) && IsSame(constrained, host);
    }

    // A URI without a host that is a fully qualified domain name must be refused, whatever the constraint.
    static bool? HasUri(string subtree, string uri) =>
        Uri.Match(uri) is { Success: true } match && Domain.IsMatch(subtree) ? IsOnHost(subtree, match.Groups[1].Value) : null;

    static bool IsOnHost(string subtree, string host) => subtree[0] == '.' ? EndsWith(host, subtree) : IsSame(host, subtree);

    // The subtree is an address and a mask.
    static bool? HasAddress(byte[] subtree, byte[] address)
    {
        if (address.Length is not (4 or 16) || subtree.Length is not (8 or 32)) return null;
        return subtree.Length == 2 * address.Length
            && address.Select((octet, i) => (octet ^ subtree[i]) & subtree[address.Length + i]).All(difference => difference == 0);
    }

    static bool EndsWith(string name, string end) => name.EndsWith(end, StringComparison.OrdinalIgnoreCase);

    static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    static string Text(GeneralName name) => ((IAsn1String)name.Name).GetString();

    static byte[] Octets(GeneralName name) => Asn1OctetString.GetInstance(name.Name).GetOctets();

    static Asn1Sequence Directory(GeneralName name) => Asn1Sequence.GetInstance(name.Name.ToAsn1Object());
}
