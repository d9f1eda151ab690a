using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>Whose certificate it is: endpoint name, account ID, issuer.</summary>
internal static class IdentityRules
{
    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "CommonName",
            Title = "The subject has exactly one common name, and before it only attributes that the device knows.",
            Compares = "the subject's attributes, in their order, with those that the device's Mbed TLS knows",
            Advice = "Issue it again with only the subject CN=<endpoint name> (and OU=<account ID> for LwM2M).",
            Source = "Property table, note on CN; device-side code",
            Check = CheckCommonName,
        },
        new()
        {
            Id = "EndpointName",
            Title = "The common name is the device's endpoint name, byte for byte.",
            Compares = "the first CN with the endpoint name that was given",
            Advice = "Issue the certificate for this endpoint name, or correct the endpoint name in the device's configuration.",
            Source = "Property table, note on CN: the device's unique identifier",
            Check = CheckEndpointName,
        },
        new()
        {
            Id = "EndpointNameForm",
            Title = "The endpoint name has 1 to 64 characters; recommended are letters, digits, space and ' ( ) + , - . / : = ?",
            Compares = "the CN's length with 64 and its characters with PrintableString",
            Advice = "Use a shorter endpoint name of recommended characters.",
            Source = "RFC 5280, appendix A (ub-common-name); vendor's portal, endpoint names",
            Check = CheckEndpointNameForm,
        },
        new()
        {
            Id = "AccountId",
            Title = "LwM2M: the organizational unit is the account ID, the one in the LwM2M server's URI.",
            Compares = "the first OU with the account ID that was given, byte for byte",
            Advice = "Issue it with New-Lwm2mDeviceCredential -AccountId <id>, or -ServerUri with ?aid=<id>.",
            Source = "Property table, LwM2M, note on OU",
            Check = CheckAccountId,
        },
        new()
        {
            Id = "NotSelfSigned",
            IsRelaxedForDevelopment = true,
            Title = "The certificate is signed by a CA, not by itself.",
            Compares = "the issuer's name with the subject's, as bytes",
            Advice = "Have the certificate signed by your CA: New-BootstrapDeviceCredential -Issuer <CA>.",
            Source = "Property table, Self signed: No",
            Check = c =>
                !c.Certificate.IsSelfIssued && c.Fields.Subject.Count == c.Fields.Issuer.Count
                && c.Certificate.SubjectKey == c.Certificate.IssuerKey
                    ? Finding.Fail("Issuer and subject are the same name, written in two ways: the certificate is, or looks, self-signed.")
                : c.Certificate.IsSelfIssued
                ? Finding.Fail(
                    c.Certificate.IsCertificateAuthority
                        ? "This is a self-signed CA certificate, not a device's."
                        : "Issuer and subject are the same: the certificate is self-signed.")
                : c.Pass("Issuer and subject differ."),
        },
        new()
        {
            Id = "IssuerName",
            Title = "The issuer has a name.",
            Compares = "the issuer's name with an empty one",
            Advice = "Have it issued by a CA whose own certificate has a subject: New-CertificateAuthority makes one.",
            Source = "RFC 5280, 4.1.2.4; device-side code",
            Check = c => c.Fields.Issuer.Count == 0
                ? Finding.Fail("The issuer's name is empty: its certificate cannot be found.")
                : c.Pass($"Issued by '{SubjectText.Shorten(c.Certificate.Issuer)}'."),
        },
    ];

    // The names that Mbed TLS 2.28 knows; it stops reading a subject at the first unknown one.
    static readonly HashSet<DerObjectIdentifier> KnownToDevice =
    [
        X509Name.CN, X509Name.C, X509Name.L, X509Name.ST, X509Name.O, X509Name.OU, X509Name.EmailAddress, X509Name.SerialNumber,
        X509Name.PostalAddress,
        X509Name.PostalCode, X509Name.Surname, X509Name.GivenName, X509Name.Initials, X509Name.Generation, X509Name.T,
        X509Name.DnQualifier, X509Name.Pseudonym, X509Name.DC, X509Name.UniqueIdentifier,
    ];

    static Finding CheckCommonName(VerificationCase c)
    {
        var attributes = c.Fields.SubjectAttributes;
        var names = Array.FindAll(attributes, a => a.Type.Equals(X509Name.CN)).Length;
        if (names == 0) return Finding.Fail("The subject has no common name.", DeviceStatus.InvalidCertAttribute);
        var lastNeeded = Math.Max(Array.FindIndex(attributes, a => a.Type.Equals(X509Name.CN)),
            c.Profile.NeedsAccountId ? Array.FindIndex(attributes, a => a.Type.Equals(X509Name.OU)) : -1);
        if (Array.FindIndex(attributes, a => !KnownToDevice.Contains(a.Type)) is >= 0 and var at && at < lastNeeded)
        {
            var unknown = attributes[at].Type;
            return Finding.Fail(
                $"The device does not know the attribute {DistinguishedName.Label(unknown)}, which comes before the ones that it needs.",
                DeviceStatus.InvalidCertAttribute);
        }

        return names > 1
            ? Finding.Warn($"The subject has {names} common names; the device takes the first.")
            : c.Pass($"CN = '{SubjectText.Shorten(c.Certificate.EndpointName!)}'.");
    }

    static Finding CheckEndpointName(VerificationCase c)
    {
        if (c.EndpointName is not { } expected) return c.Skip("No endpoint name was given to compare with: use -EndpointName.");
        if (First(c, X509Name.CN) is not { } value)
            return Finding.Fail($"Expected CN = '{SubjectText.Shorten(expected)}', found none.", DeviceStatus.InvalidCertAttribute);
        return SameBytes(value, expected)
            ? c.Pass($"CN = '{SubjectText.Shorten(expected)}'.")
            : Finding.Fail(Difference("CN", value, c.Certificate.EndpointName!, "endpoint name", expected), DeviceStatus.InvalidName);
    }

    static Finding CheckEndpointNameForm(VerificationCase c)
    {
        if (c.Certificate.EndpointName is not { } name) return c.Skip("There is no common name.");
        if (SubjectText.Find(name, "common name", "a common name") is { } problem)
            return problem.Id == "DamagedNumber" ? Finding.Warn(problem.Problem) : Finding.Fail(problem.Problem);
        if (Encoding.UTF8.GetByteCount(name) > SubjectText.MaximumLength)
            return Finding.Warn(
                $"The name has {Encoding.UTF8.GetByteCount(name)} bytes in UTF-8; "
                    + $"the LwM2M client on the device refuses more than {SubjectText.MaximumLength}.");
        return SubjectText.IsRecommended(name)
            ? c.Pass($"{name.Length} characters, all recommended.")
            : Finding.Warn($"'{SubjectText.Shorten(name)}' has characters beyond the recommended ones.");
    }

    static Finding CheckAccountId(VerificationCase c)
    {
        if (!c.Profile.NeedsAccountId) return c.Skip("Only LwM2M certificates carry an account ID.");
        if (First(c, X509Name.OU) is not { } value)
            return Finding.Fail("The subject has no organizational unit.", DeviceStatus.InvalidCertAttribute);
        var found = SubjectText.Shorten(c.Certificate.AccountId!);
        var problem = SubjectText.Find(c.Certificate.AccountId, "account ID", "an organizational unit");
        if (problem is { Id: "InvalidCharacter" } && (c.AccountId is null || SameBytes(value, c.AccountId)))
            return Finding.Fail(problem.Value.Problem);
        if (c.AccountId is not { } expected)
            return Finding.Skip($"No account ID was given to compare OU = '{found}' with: use -AccountId or -ServerUri.");
        if (!SameBytes(value, expected))
            return Finding.Fail(Difference("OU", value, c.Certificate.AccountId!, "account ID", expected),
                Octets(value).Length > Encoding.UTF8.GetByteCount(expected) ? DeviceStatus.UriWrongFormat : DeviceStatus.InvalidName);
        var units = Array.FindAll(c.Fields.SubjectAttributes, a => a.Type.Equals(X509Name.OU)).Length;
        if (units > 1) return Finding.Warn($"The subject has {units} organizational units; the device takes the first.");
        return problem is { Id: "DamagedNumber" } ? Finding.Warn(problem.Value.Problem) : c.Pass($"OU = '{found}'.");
    }

    static Asn1Encodable? First(VerificationCase c, DerObjectIdentifier type) =>
        Array.Find(c.Fields.SubjectAttributes, a => a.Type.Equals(type)).Value;

    // The device compares the raw content of any string type.
    static bool SameBytes(Asn1Encodable value, string expected) => Octets(value).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(expected));

    static byte[] Octets(Asn1Encodable value)
    {
        var der = value.GetDerEncoded();
        var at = 1;
        // Tags above 30 take more bytes, all but the last with the high bit set.
        if ((der[0] & 0x1F) == 0x1F) while (der[at++] >= 0x80) { }
        return der.AsSpan(at + 1 + (der[at] < 0x80 ? 0 : der[at] & 0x7F)).ToArray();
    }

    static string Difference(string attribute, Asn1Encodable value, string found, string what, string expected) => found == expected
        ? $"The {attribute} reads '{SubjectText.Shorten(found)}' but is encoded "
            + $"as {value.GetType().Name.Replace("Der", "")}, whose bytes differ from the {what}'s."
        : $"The {attribute} is '{SubjectText.Shorten(found)}', "
            + $"the {what} is '{SubjectText.Shorten(expected)}': {TextDifference.Describe(found, expected)}.";
}
