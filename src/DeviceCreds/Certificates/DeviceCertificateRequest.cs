using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>A certificate signing request (PKCS#10, RFC 2986) for a device's key.</summary>
public sealed class DeviceCertificateRequest
{
    readonly Asn1Sequence _subject;

    DeviceCertificateRequest(
        byte[] der, Asn1Sequence subject, DeviceKey key, IReadOnlyList<ExtensionField> extensions, DeviceColumns? columns = null)
    {
        Columns = columns ?? DeviceColumns.None;
        Der = der;
        Key = key;
        _subject = subject;
        RequestedExtensions = extensions;
        Subject = DistinguishedName.Format(subject);
        EndpointName = DistinguishedName.First(subject, X509Name.CN);
        AccountId = DistinguishedName.First(subject, X509Name.OU);
    }

    /// <summary>The subject's common name; null when the request has none.</summary>
    public string? EndpointName { get; }

    /// <summary>The subject's organizational unit; null when the request has none.</summary>
    public string? AccountId { get; }

    /// <summary>The other columns of the row that the request was made for; a request that was read has none.</summary>
    public DeviceColumns Columns { get; }

    /// <summary>The subject's name, as RFC 4514 writes it.</summary>
    public string Subject { get; }

    /// <summary>The device's key: the pair when the request was made here, the public half when it was read.</summary>
    public DeviceKey Key { get; }

    /// <summary>The name under which the device stored the key; null unless the request came in a device's response.</summary>
    public string? PrivateKeyName { get; internal set; }

    /// <summary>The request in DER.</summary>
    public byte[] Der { get; }

    /// <summary>The request in PEM, label <c>CERTIFICATE REQUEST</c>, without a newline at the end.</summary>
    public string Pem => DeviceCreds.Pem.Encode("CERTIFICATE REQUEST", Der);

    /// <summary>Makes a request and signs it with the device's key.</summary>
    /// <param name="endpointName">The common name: 1 to 64 characters.</param>
    /// <param name="accountId">The organizational unit, or null.</param>
    /// <param name="key">The device's key pair; by default a new one.</param>
    /// <param name="columns">The other columns of the device's row.</param>
    /// <exception cref="IssuanceException">A name is not possible, or the key has no private half.</exception>
    public static DeviceCertificateRequest Create(
        string endpointName, string? accountId = null, DeviceKey? key = null, DeviceColumns? columns = null)
    {
        SubjectText.CheckEndpointName(endpointName);
        if (accountId is not null) SubjectText.CheckAccountId(accountId);
        if (key is { HasPrivateKey: false }) throw new IssuanceException(
            "KeyIsPublic", ErrorKind.InvalidArgument, "The key has no private half, and a request is signed with it.",
            "Give the device's private key.");
        key ??= DeviceKey.Generate();
        var subject = DistinguishedName.Create(endpointName, accountId);
        using var signer = key.CreateSigner();
        var der = Sign(subject, key.Point, DerSet.Empty, signer.Sign);
        return new DeviceCertificateRequest(der, subject, key, [], columns);
    }

    /// <summary>The same request with the key pair that it was made with.</summary>
    /// <exception cref="IssuanceException">It is for another key.</exception>
    public DeviceCertificateRequest With(DeviceKey key) => key.Matches(Key.Point)
        ? new(Der, _subject, key, RequestedExtensions, Columns) { PrivateKeyName = PrivateKeyName }
        : throw new IssuanceException("KeyDiffers", ErrorKind.InvalidArgument,
            $"The request of '{SubjectText.Shorten(EndpointName ?? Subject)}' is for another key than the private key beside it.",
            "Give the device's own key and request, or one of the two.");

    /// <summary>A signed request in DER (RFC 2986, 4).</summary>
    internal static byte[] Sign(Asn1Sequence subject, byte[] point, Asn1Set attributes, Func<byte[], byte[]> sign)
    {
        var info = new DerSequence(DerInteger.ValueOf(0), subject, Asn1Object.FromByteArray(KeyCodec.EncodePublic(point)),
            new DerTaggedObject(false, 0, attributes));
        var signature = sign(info.GetDerEncoded());
        return new DerSequence(info, Algorithms.EcdsaWithSha256, new DerBitString(signature)).GetDerEncoded();
    }

    /// <summary>
    /// Reads a request out of a file (see <see cref="FileObjects"/>), whatever its label says, and checks that it is
    /// signed with its own P-256 key.
    /// </summary>
    /// <exception cref="InputException">There is none, or several; its key is not on P-256; or its signature does not verify.</exception>
    public static DeviceCertificateRequest Read(InputFile file)
    {
        var objects = FileObjects.Find(file);
        try
        {
            var requests = objects.Where(IsRequest).ToList();
            return requests.Count == 1 ? Read(file, requests[0]) : throw NotOne(file, objects, requests.Count);
        }
        finally
        {
            FileObjects.Wipe(file, objects);
        }
    }

    // A damaged object is recognised only by its label, or by its place in a DER file.
    static bool IsRequest(FileObject item) =>
        item.Shape == FileShape.Request || (item.Shape == FileShape.Unknown
            && (item.Block is null || item.IsLabelled("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")));

    static InputException NotOne(InputFile file, IReadOnlyList<FileObject> objects, int count)
    {
        var found = FileObjects.Describe(file, objects);
        if (objects.Count == 0)
            return file.Invalid("RequestNotRecognised", $"this is {found}.", FileObjects.Conversion(file, objects)
                ?? "A request file holds '-----BEGIN CERTIFICATE REQUEST-----' (PEM) or begins with the byte 30 (DER).");
        return count == 0
            ? file.Invalid("RequestNotFound", $"the file holds no certificate signing request (found: {found}).",
                FileObjects.Conversion(file, objects) ?? "Give the file that openssl req or New-DeviceCertificateRequest wrote.")
            : objects[objects.Count - 1].Shape == FileShape.Unknown && objects[0].Block is null
            ? file.Invalid("RequestMalformed", "the certificate signing request cannot be read: "
                + $"{MessageText.BytesFollow(objects[objects.Count - 1].Bytes.Length)} it.", "Write or copy the file again.")
            : file.Invalid("RequestSeveral", $"the file holds {count} requests.", "Put each request in a file of its own.");
    }

    static DeviceCertificateRequest Read(InputFile file, FileObject item)
    {
        DerObject.RequireSize(file, item.Bytes, "the request", item.Line);
        // The file's own bytes may be overwritten later.
        var der = ReferenceEquals(item.Bytes, file.Bytes) ? (byte[])item.Bytes.Clone() : item.Bytes;
        return Guarded.Parse(() => Parse(file, der, item.Line), e =>
        {
            var reason = UnreadableException.ReasonOf(e) ?? DerFault.Find(der)
                ?? "it does not have the structure of a request (PKCS#10)";
            return file.Invalid("RequestMalformed", $"the certificate signing request cannot be read: {reason}.",
                "If the file was copied, copy it again; otherwise have the device make the request again.", item.Line, inner: e);
        });
    }

    static DeviceCertificateRequest Parse(InputFile file, byte[] der, int? line)
    {
        var request = Asn1Sequence.GetInstance(der);
        if (request.Count != 3) throw new UnreadableException($"expected 3 parts (content, algorithm, signature), found {request.Count}");
        var info = CertificationRequestInfo.GetInstance(request[0]);
        var subject = (Asn1Sequence)info.Subject.ToAsn1Object();
        CheckNames(file, subject, line);
        var point = KeyReader.ReadAnyPublicPoint(info.SubjectPublicKeyInfo, out var problem)
            ?? throw file.Invalid("RequestKeyUnsupported", $"the request is for {problem}.",
                "Device keys are on P-256: the device must make such a key.", line);
        var algorithm = AlgorithmIdentifier.GetInstance(request[1]).Algorithm;
        if (!algorithm.Equals(X9ObjectIdentifiers.ECDsaWithSha256))
            throw file.Invalid("RequestSignatureUnsupported", $"the request is signed with {Algorithms.Name(algorithm)}.",
                "Sign it with ecdsa-with-SHA256: openssl req -sha256.", line);
        CheckSignature(file, der, (DerBitString)request[2], point, line);
        return new DeviceCertificateRequest(
            der, subject, new DeviceKey(null, point), DeviceCreds.RequestedExtensions.Read(info.Attributes));
    }

    // The device's certificate has one name. Only the device's maker knows which of two is meant.
    static void CheckNames(InputFile file, Asn1Sequence subject, int? line)
    {
        var names = DistinguishedName.Values(subject, X509Name.CN).ToList();
        if (names.Count > 1)
            throw file.Invalid("RequestNameSeveral", $"the request has {names.Count} common names "
                + $"({string.Join(", ", names.Take(3).Select(n => $"'{SubjectText.Shorten(n)}'"))}), "
                + "and a device has one.", "Have the device make the request again, with its endpoint name as the only common name.", line);
    }

    static void CheckSignature(InputFile file, byte[] der, DerBitString bits, byte[] point, int? line)
    {
        if (bits.PadBits != 0) throw new UnreadableException(
            $"its signature has {bits.PadBits} unused bits, expected none");
        var signature = bits.GetOctets();
        if (P256.FindSignatureFault(signature) is { } fault)
            throw file.Invalid("RequestSignatureInvalid", $"the request's signature is not valid DER: {fault}.",
                "The key may be right, but the program that made the request writes numbers wrongly: update it, "
                + "and have the device make the request again.", line);
        // The signature covers the bytes as they came, even where they are not DER.
        var whole = DerElement.At(der, 0, der.Length);
        var signed = whole.Elements(der).First();
        if (signed.Length is null) throw new UnreadableException("the signed part has an indefinite length (BER); expected DER");
        if (!P256.Verify(point, der.AsSpan(whole.Start, signed.End - whole.Start).ToArray(), signature))
            throw file.Invalid("RequestSignatureInvalid",
                "the request's signature does not verify: it was altered, or made with another key.",
                "Have the device make it again.", line);
    }

    /// <summary>
    /// What the request asks for that its certificate does not have: attributes of the subject with their values, and extensions.
    /// The certificate has what its profile says, whatever the request asks for.
    /// </summary>
    /// <param name="certificate">The certificate that was issued to it.</param>
    internal IReadOnlyList<string> FindNotGranted(DeviceCertificate certificate)
    {
        var granted = Attributes(certificate.Fields.Subject).ToList();
        return
        [
            .. Attributes(_subject).Where(a => !granted.Contains(a))
                .Select(a => $"{DistinguishedName.Label(a.Type)}={SubjectText.Shorten(a.Text)}"),
            .. RequestedExtensions.SelectMany(e => DeviceCreds.RequestedExtensions.Missing(e, certificate.Fields)),
        ];

        static IEnumerable<(DerObjectIdentifier Type, string Text)> Attributes(Asn1Sequence name) =>
            DistinguishedName.Attributes(name).Select(a => (a.Type, DistinguishedName.Text(a.Value)));
    }

    /// <summary>The extensions that it asks for.</summary>
    internal IReadOnlyList<ExtensionField> RequestedExtensions { get; }

    /// <summary>The organizational units: more than one leave open which is the account ID.</summary>
    internal IReadOnlyList<string> AccountIds => [.. DistinguishedName.Values(_subject, X509Name.OU)];

    /// <summary>The subject's name.</summary>
    public override string ToString() => MessageText.Clean(Subject);
}
