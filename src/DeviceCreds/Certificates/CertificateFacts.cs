using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>What was computed about a certificate, once. Copies of one certificate may share it.</summary>
internal sealed class CertificateFacts(CertificateFields fields, byte[] der, byte[]? point)
{
    LastIssuer? _lastIssuer;
    LastIssuer? _lastForServers;
    P256.Verifier? _verifier;
    string? _parserProblem;
    string? _malformed;
    string? _unprocessed;
    int _hash;

    // Several threads may ask at once: one word is written whole, a nullable one in two parts.
    public int Hash => _hash != 0 ? _hash : _hash = BitConverter.ToInt32(Digest.Sha256(der), 0);

    /// <summary>Why the Device Management client's parser cannot read it, as a clause; null when it can.</summary>
    public string? ParserProblem => OrNull(_parserProblem ??= DeviceParser.FindProblem(der, point) ?? "");

    /// <summary>What is wrong with the form of its extensions, as a clause; null when nothing is.</summary>
    public string? MalformedExtension => OrNull(_malformed ??= Extensions.FindMalformed(fields) ?? "");

    /// <summary>The names of its critical extensions that are not processed here; empty when there are none.</summary>
    public string UnprocessedExtensions => _unprocessed ??= Extensions.NotProcessed(fields);

    /// <summary>What <see cref="IssuerRights"/> found.</summary>
    public IssuerRights? Rights { get; set; }

    /// <summary>Whether the signature is an ECDSA-with-SHA256 one of the issuer's P-256 key.</summary>
    /// <param name="issuer">What is known of the issuer's certificate.</param>
    public bool IsSignedBy(CertificateFacts issuer)
    {
        if (issuer.Point is not { } key || !IsForDevices(issuer))
            return false;
        // Every rule asks about the same certificate again, for every device below it.
        if (_lastIssuer is { } last && last.Key.AsSpan().SequenceEqual(key))
            return last.Signed;
        var signed = issuer.Verifier.Verify(fields.Tbs, fields.Signature);
        _lastIssuer = new(key, signed);
        return signed;
    }

    /// <summary>Whether devices can verify the signature with the issuer's key: ecdsa-with-SHA256 and P-256.</summary>
    public bool IsForDevices(CertificateFacts issuer) =>
        issuer.Point is not null && fields.OuterAlgorithm.Algorithm.Equals(X9ObjectIdentifiers.ECDsaWithSha256);

    /// <summary>Whether the signature is the issuer's, by any algorithm that servers verify.</summary>
    public bool IsIssuedBy(CertificateFacts issuer)
    {
        if (IsForDevices(issuer))
            return IsSignedBy(issuer);
        var key = issuer.KeyInfoDer;
        if (_lastForServers is { } last && last.Key.AsSpan().SequenceEqual(key))
            return last.Signed;
        var signed = ServerSignature.Verify(fields.OuterAlgorithm, issuer.KeyInfo, new(fields.Tbs), fields.Signature) == true;
        _lastForServers = new(key, signed);
        return signed;
    }

    /// <summary>Lets two certificates of one key import it once.</summary>
    public void ShareKey(CertificateFacts other)
    {
        if (point is not null && other.Point is { } key && key.AsSpan().SequenceEqual(point))
            _verifier = other.Verifier;
    }

    static string? OrNull(string text) => text.Length == 0 ? null : text;

    byte[]? Point => point;

    byte[] KeyInfoDer => fields.KeyInfoDer;

    SubjectPublicKeyInfo KeyInfo => fields.KeyInfo;

    // Importing a key costs more than verifying with it.
    P256.Verifier Verifier => _verifier ??= new P256.Verifier(point!);

    sealed record LastIssuer(byte[] Key, bool Signed);
}
