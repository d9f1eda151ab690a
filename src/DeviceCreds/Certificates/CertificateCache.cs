using System.Collections.Concurrent;

namespace DeviceCreds;

/// <summary>
/// What many certificates have in common: each device's file brings its own copy of the same few CAs, and certificates of one
/// fleet have their issuer and most extensions in common. The reader of many certificates owns it; from any thread.
/// </summary>
public sealed class CertificateCache
{
    /// <summary>More CAs than any fleet has. Each takes about 50 KiB.</summary>
    const int MaximumAuthorities = 1024;

    readonly ConcurrentDictionary<byte[], DeviceCertificate> _authorities = new(new ByBytes());
    volatile CertificateFields? _last;

    /// <summary>The CA's certificate of these bytes, when it came before.</summary>
    internal DeviceCertificate? Find(byte[] der) => _authorities.TryGetValue(der, out var known) ? known : null;

    /// <summary>Lets a certificate share what is known of the same bytes, or of the one before.</summary>
    /// <returns>The same certificate.</returns>
    internal DeviceCertificate Share(DeviceCertificate certificate)
    {
        if (_last is { } last)
            certificate.Fields.Share(last);
        if (!certificate.IsCertificateAuthority)
        {
            _last = certificate.Fields;
            return certificate;
        }

        if (Find(certificate.CertificateDer) is { } known)
            certificate.Share(known);
        else
        {
            if (_authorities.Count >= MaximumAuthorities)
                _authorities.Clear();
            _authorities[certificate.CertificateDer] = certificate;
        }

        return certificate;
    }

    internal IReadOnlyList<DeviceCertificate> Share(IReadOnlyList<DeviceCertificate> certificates)
    {
        foreach (var certificate in certificates)
            Share(certificate);
        return certificates;
    }

    // The last bytes, which are the signature's, serve as the hash: they are random, and a digest would cost more than it saves.
    sealed class ByBytes : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? a, byte[]? b) => a.AsSpan().SequenceEqual(b);

        public int GetHashCode(byte[] der) => der.Length < 4 ? 0 : BitConverter.ToInt32(der, der.Length - 4);
    }
}
