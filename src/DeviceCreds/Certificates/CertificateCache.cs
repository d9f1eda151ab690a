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

    readonly ConcurrentDictionary<DeviceCertificate, DeviceCertificate> _authorities = new(new ByBytes());
    volatile CertificateFields? _last;

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

        if (_authorities.TryGetValue(certificate, out var known))
            certificate.Share(known);
        else
        {
            if (_authorities.Count >= MaximumAuthorities)
                _authorities.Clear();
            _authorities[certificate] = certificate;
        }

        return certificate;
    }

    internal IReadOnlyList<DeviceCertificate> Share(IReadOnlyList<DeviceCertificate> certificates)
    {
        foreach (var certificate in certificates)
            Share(certificate);
        return certificates;
    }

    // The signature's bytes serve as the hash: they are random, and a digest would cost more than it saves.
    sealed class ByBytes : IEqualityComparer<DeviceCertificate>
    {
        public bool Equals(DeviceCertificate? a, DeviceCertificate? b) => a is not null && a.Equals(b);

        public int GetHashCode(DeviceCertificate certificate) =>
            certificate.Fields.Signature is { Length: >= 4 } signature ? BitConverter.ToInt32(signature, signature.Length - 4) : 0;
    }
}
