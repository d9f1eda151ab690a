using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>
/// SignedData of PKCS#7 and CMS (RFC 2315, RFC 5652), which tools use as a container of certificates and revocation lists
/// (.p7b, .p7c). Its own signature is ignored: each certificate has one.
/// </summary>
internal static class Pkcs7
{
    const byte Certificates0 = 0xA0, Lists1 = 0xA1, Explicit = 0xA0, Sequence = DerCursor.Sequence, Constructed = 0x20;

    /// <summary>The certificates in it, in its order, as they came.</summary>
    /// <exception cref="InputException">It is damaged.</exception>
    public static IReadOnlyList<byte[]> Certificates(InputFile file, FileObject container) => Take(file, container, Certificates0);

    /// <summary>The revocation lists in it, in its order, as they came.</summary>
    /// <exception cref="InputException">It is damaged.</exception>
    public static IReadOnlyList<byte[]> RevocationLists(InputFile file, FileObject container) => Take(file, container, Lists1);

    static IReadOnlyList<byte[]> Take(InputFile file, FileObject container, byte field)
    {
        var der = container.Bytes;
        if (IsOpen(der, DerElement.At(der, 0, der.Length), depth: 4)) der = ToDer(file, container);
        if (DerFault.Find(der) is { } fault) throw Malformed(file, container, fault);
        // ContentInfo { type, [0] SignedData { version, digests, content, [0] certificates, [1] lists, signers } }
        var content = DerElement.At(der, 0, der.Length).Elements(der).Skip(1).FirstOrDefault();
        var signed = content.Tag == Explicit ? content.Elements(der).FirstOrDefault() : default;
        if (signed.Tag != Sequence) throw Malformed(file, container, "it has no signed data");
        return [.. signed.Elements(der).Skip(3).Where(e => e.Tag == field).Take(1).SelectMany(Members)];

        // Attribute certificates have tags of their own; devices have none.
        IEnumerable<byte[]> Members(DerElement set)
        {
            var (at, end) = (set.Start, Math.Min(set.End, der.Length));
            foreach (var member in set.Elements(der))
            {
                // Behind an element of indefinite length no fault was looked for.
                if (member.End > end) throw Malformed(file, container, $"the element at byte {at:N0} is longer than its container");
                if (member.Tag == Sequence) yield return der.AsSpan(at, member.End - at).ToArray();
                at = member.End;
            }
        }
    }

    // Whether every length down to the single certificate is indefinite: then the start of the next one is unknown.
    static bool IsOpen(byte[] der, DerElement element, int depth) => element.Length is null
        || (depth > 0 && (element.Tag & Constructed) != 0 && element.Elements(der).Any(e => IsOpen(der, e, depth - 1)));

    // Java and Windows write indefinite lengths (BER).
    static byte[] ToDer(InputFile file, FileObject container)
    {
        DerObject.RequireSize(file, container.Bytes, "the PKCS#7 container", container.Line);
        return Guarded.Parse(() => Asn1Object.FromByteArray(container.Bytes).GetEncoded(Asn1Encodable.Der),
            e => Malformed(file, container, DerFault.Find(container.Bytes) ?? "it is damaged or incomplete"));
    }

    static InputException Malformed(InputFile file, FileObject container, string reason) =>
        file.Invalid("CertificateMalformed", $"the PKCS#7 container cannot be read: {reason}.",
            "Write or copy the file again.", container.Line);
}
