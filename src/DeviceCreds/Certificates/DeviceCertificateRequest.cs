using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>A certificate signing request (PKCS#10, RFC 2986) for a device's key.</summary>
public sealed class DeviceCertificateRequest
{
    DeviceCertificateRequest(byte[] der, Asn1Sequence subject, DeviceKey key, DeviceColumns? columns = null)
    {
        Columns = columns ?? DeviceColumns.None;
        Der = der;
        Key = key;
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
    public static DeviceCertificateRequest Create(string endpointName, string? accountId = null, DeviceKey? key = null, DeviceColumns? columns = null)
    {
        SubjectText.CheckEndpointName(endpointName);
        if (accountId is not null) SubjectText.CheckAccountId(accountId);
        if (key is { HasPrivateKey: false }) throw new IssuanceException("KeyIsPublic", ErrorKind.InvalidArgument, "The key has no private half, and a request is signed with it.", "Give the device's private key.");
        key ??= DeviceKey.Generate();
        var subject = DistinguishedName.Create(endpointName, accountId);
        var info = new DerSequence(DerInteger.ValueOf(0), subject, Asn1Object.FromByteArray(key.PublicKeyInfo), new DerTaggedObject(false, 0, DerSet.Empty));
        using var signer = key.CreateSigner();
        var signature = signer.Sign(info.GetDerEncoded());
        return new DeviceCertificateRequest(new DerSequence(info, Algorithms.EcdsaWithSha256, new DerBitString(signature)).GetDerEncoded(), subject, key, columns);
    }

    /// <summary>Reads a request in PEM or DER and checks that it is signed with its own P-256 key.</summary>
    /// <exception cref="InputException">It is no request, its key is not on P-256, or its signature does not verify.</exception>
    public static DeviceCertificateRequest Read(InputFile file)
    {
        var (der, line) = FindDer(file);
        DerObject.RequireSize(file, der, "the request", line);
        try
        {
            var request = Asn1Sequence.GetInstance(der);
            var info = CertificationRequestInfo.GetInstance(request[0]);
            var subject = (Asn1Sequence)info.Subject.ToAsn1Object();
            var point = KeyReader.ReadPublicPoint(info.SubjectPublicKeyInfo, out var problem)
                ?? throw file.Invalid("RequestKeyUnsupported", $"the request is for {problem}.", "Device keys are on P-256: the device must make such a key.", line);
            // The signature covers the bytes as they came, which BouncyCastle keeps only when they are DER.
            var algorithm = AlgorithmIdentifier.GetInstance(request[1]).Algorithm;
            var signed = info.GetEncoded("DER");
            if (!algorithm.Equals(X9ObjectIdentifiers.ECDsaWithSha256))
                throw file.Invalid("RequestSignatureUnsupported", $"the request is signed with {Algorithms.Name(algorithm)}.", "Sign it with ecdsa-with-SHA256: openssl req -sha256.", line);
            if (!P256.Verify(point, signed, ((DerBitString)request[2]).GetOctets()))
                throw file.Invalid("RequestSignatureInvalid", "the request's signature does not verify: it was altered, or made with another key.", "Have the device make it again.", line);
            return new DeviceCertificateRequest(der, subject, new DeviceKey(null, point));
        }
        catch (Exception e) when (DerObject.IsParsingError(e))
        {
            throw CertificateReader.Describe(der) is { } other and not CertificateReader.Request
                ? file.Invalid("RequestNotFound", $"this is {other}, not a certificate signing request.", "Give the file that openssl req or New-DeviceCertificateRequest wrote.", line, inner: e)
                : file.Invalid("RequestMalformed", "this is not a certificate signing request (PKCS#10), or it is damaged.", "Give the file that openssl req or New-DeviceCertificateRequest wrote.", line, inner: e);
        }
    }

    static (byte[] Der, int? Line) FindDer(InputFile file)
    {
        if (file.LooksLikeDer) return (file.Bytes, null);
        var text = file.Text;
        if (!DeviceCreds.Pem.IsPem(text)) throw file.Invalid("RequestNotRecognised", "this is neither PEM nor DER.", "A request file holds '-----BEGIN CERTIFICATE REQUEST-----' (PEM) or begins with the byte 30 (DER).");
        var blocks = DeviceCreds.Pem.Parse(file);
        var requests = blocks.Where(b => b.Label is "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST").ToList();
        return requests.Count switch
        {
            1 => (requests[0].Bytes, requests[0].Line),
            0 => throw file.Invalid("RequestNotFound", $"the file holds no certificate signing request (found: {DeviceCreds.Pem.Labels(blocks)}).", "Give the file that holds the request."),
            _ => throw file.Invalid("RequestSeveral", $"the file holds {requests.Count} requests.", "Keep one request in a file."),
        };
    }

    /// <summary>The subject's name.</summary>
    public override string ToString() => MessageText.Clean(Subject);
}
