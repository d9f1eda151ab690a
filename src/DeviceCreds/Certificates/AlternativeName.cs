using System.Text.RegularExpressions;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>An endpoint name as subjectAltName of a device's certificate.</summary>
internal static class AlternativeName
{
    // RFC 1034, 3.5, and RFC 1123, 2.1: labels of letters, digits and hyphens, 63 characters each at most.
    static readonly Regex Host = new(@"^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\z", RegexOptions.CultureInvariant);

    // RFC 3986, 3.1: a scheme, and something after it, all of it in ASCII.
    static readonly Regex AbsoluteUri = new("^[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-Z_a-z~\\[\\]%]+\\z", RegexOptions.CultureInvariant);

    /// <summary>The name in the wanted form; null when none is wanted.</summary>
    /// <exception cref="IssuanceException">The endpoint name does not have that form.</exception>
    public static GeneralNames? Create(string endpointName, SubjectAltName form) => form switch
    {
        SubjectAltName.Dns when Host.IsMatch(endpointName) => new(new GeneralName(GeneralName.DnsName, endpointName)),
        SubjectAltName.Dns => throw NotPossible(endpointName, form, "a host's name: letters, digits and hyphens, with dots between"),
        SubjectAltName.Uri when AbsoluteUri.IsMatch(endpointName) =>
            new(new GeneralName(GeneralName.UniformResourceIdentifier, endpointName)),
        SubjectAltName.Uri => throw NotPossible(endpointName, form, "a URI, such as urn:uuid:..."),
        _ => null,
    };

    static IssuanceException NotPossible(string endpointName, SubjectAltName form, string expected) => new(
        "SubjectAltNameNotPossible", ErrorKind.InvalidArgument,
        $"-SubjectAltName {form}: expected an endpoint name that is {expected}, found '{SubjectText.Shorten(endpointName)}'.",
        "Leave -SubjectAltName out, or rename the device.");
}
