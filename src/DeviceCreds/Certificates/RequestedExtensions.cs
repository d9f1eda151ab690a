using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>The extensions that a certificate signing request asks for (RFC 2985, 5.4.2).</summary>
internal static class RequestedExtensions
{
    // Windows has an attribute of its own for the same purpose.
    static readonly DerObjectIdentifier[] Attributes = [PkcsObjectIdentifiers.Pkcs9AtExtensionRequest, new("1.3.6.1.4.1.311.2.1.14")];

    /// <summary>The extensions among a request's attributes. Attributes that are not lists of extensions are left out.</summary>
    public static IReadOnlyList<ExtensionField> Read(Asn1Set? attributes)
    {
        var list = new List<ExtensionField>();
        foreach (var attribute in attributes ?? Enumerable.Empty<Asn1Encodable>())
        {
            if (Asn1Sequence.GetInstance(attribute) is not { Count: 2 } pair || pair[0] is not DerObjectIdentifier type
                || !Attributes.Contains(type)) continue;
            foreach (var extensions in Asn1Set.GetInstance(pair[1])) list.AddRange(Asn1Sequence.GetInstance(extensions).Select(ReadOne));
        }

        return list;
    }

    static ExtensionField ReadOne(Asn1Encodable element)
    {
        var parts = Asn1Sequence.GetInstance(element);
        if (parts.Count is < 2 or > 3) throw new UnreadableException($"expected 2 or 3 parts in an extension, found {parts.Count}");
        return new((DerObjectIdentifier)parts[0], parts.Count == 3
            && ((DerBoolean)parts[1]).IsTrue, Asn1OctetString.GetInstance(parts[parts.Count - 1]).GetOctets());
    }

    static IEnumerable<string> MissingConstraints(string name, ExtensionField wanted, ExtensionField given)
    {
        if (!Extensions.IsAuthority(wanted)) return [];
        if (!Extensions.IsAuthority(given)) return [$"{name} (CA:TRUE)"];
        var (asked, limit) = (Limit(wanted), Limit(given));
        // Without a limit in the request, the signer decides.
        return asked is null || limit is null || asked.CompareTo(limit) <= 0 ? [] : [$"{name} (pathLenConstraint {asked})"];

        static BigInteger? Limit(ExtensionField field) => Extensions.Constraints(field)?.PathLenConstraint;
    }

    /// <summary>What an extension asks for that a certificate does not have, for people; nothing when it has it.</summary>
    public static IEnumerable<string> Missing(ExtensionField wanted, CertificateFields certificate)
    {
        var name = Extensions.Name(wanted.Id);
        if (certificate.Extension(wanted.Id) is not { } given) return [name];
        if (given.Value.AsSpan().SequenceEqual(wanted.Value)) return [];
        if (wanted.Id.Equals(X509Extensions.BasicConstraints)) return MissingConstraints(name, wanted, given);
        if (wanted.Id.Equals(X509Extensions.KeyUsage) && Extensions.Usage(wanted) is { } usage)
        {
            var missing = usage & ~(Extensions.KeyUsage(certificate) ?? X509KeyUsageFlags.None);
            return missing == X509KeyUsageFlags.None ? [] : [$"{name} ({missing})"];
        }

        if (wanted.Id.Equals(X509Extensions.ExtendedKeyUsage) && Extensions.Purposes(wanted) is { } purposes)
        {
            var missing = purposes.Except(Extensions.ExtendedKeyUsage(certificate) ?? []).Select(Extensions.PurposeName).ToList();
            return missing.Count == 0 ? [] : [$"{name} ({string.Join(", ", missing.Take(5))})"];
        }

        return [$"{name} (with another value)"];
    }
}
