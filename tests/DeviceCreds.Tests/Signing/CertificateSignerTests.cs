using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.Tests;

/// <summary>Keys behind .NET's certificates: they sign, and are never taken out.</summary>
public class CertificateSignerTests
{
    static readonly CertificateAuthority Lower = Given.Chain("Root", "Upper", "Lower");

    static DeviceCredential Issue(CertificateAuthority authority) =>
        new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));

    static X509Certificate2 WithKey(CertificateAuthority authority) =>
        X509Certificate2.CreateFromPem(authority.CertificatePem, authority.ExportableKey.ToPem());

    [Fact]
    public void A_key_that_does_not_let_itself_be_exported_signs()
    {
        using var key = new SmartCard(Lower.ExportableKey.ToDer());
        var authority = CertificateAuthority.Open(new CertificateSigner(key, Lower.Own.Point!), Lower.Chain.Certificates);
        for (var i = 0; i < 50; i++) Assert.True(Issue(authority).Leaf.IsSignedBy(Lower.Own));
        authority.Dispose();
        Assert.True(key.IsDisposed);
    }

    [Fact]
    public void A_key_that_never_touches_the_disk_signs()
    {
        if (OperatingSystem.IsMacOS()) Assert.Skip("macOS has no EphemeralKeySet");
        using var exportable = WithKey(Lower);
        using var ephemeral = X509CertificateLoader.LoadPkcs12(exportable.Export(X509ContentType.Pkcs12, "word"), "word",
            X509KeyStorageFlags.EphemeralKeySet);
        Assert.True(Issue(CertificateAuthority.Open(ephemeral)).Leaf.IsSignedBy(Lower.Own));
    }

    [Fact]
    public void The_chain_is_what_is_given_and_nothing_else()
    {
        using var certificate = WithKey(Lower);
        Assert.Equal([Lower.Own], CertificateAuthority.Open(certificate).Chain.Certificates);
        var above = Lower.Chain.Certificates.Skip(1).Reverse().Select(c => c.Certificate);
        Assert.Equal(Lower.Chain.Certificates, CertificateAuthority.Open([.. above, certificate]).Chain.Certificates);
        Assert.Equal("IssuerWithoutKey", Refused.Input(() => CertificateAuthority.Open([.. above])));
    }

    [Fact]
    public void A_card_that_is_gone_is_an_error_a_device()
    {
        using var key = new SmartCard(Lower.ExportableKey.ToDer()) { IsGone = true };
        var authority = CertificateAuthority.Open(new CertificateSigner(key, Lower.Own.Point!), Lower.Chain.Certificates);
        Assert.Equal("SigningFailed", Refused.Issuance(() => Issue(authority)));
    }

    /// <summary>A key as a card's driver gives it: it signs, and that is all.</summary>
    sealed class SmartCard : ECDsa
    {
        readonly ECDsa _chip = Create();

        public SmartCard(byte[] sec1) => _chip.ImportECPrivateKey(sec1, out _);

        public bool IsGone { get; init; }

        public bool IsDisposed { get; private set; }

        public override int KeySize => 256;

        public override byte[] SignHash(byte[] hash) =>
            IsGone ? throw new CryptographicException("The card is not there.") : _chip.SignHash(hash);

        public override bool VerifyHash(byte[] hash, byte[] signature) => _chip.VerifyHash(hash, signature);

        protected override byte[] HashData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm) =>
            SHA256.HashData(data.AsSpan(offset, count));

        public override ECParameters ExportParameters(bool includePrivateParameters) => throw Refusal();

        public override ECParameters ExportExplicitParameters(bool includePrivateParameters) => throw Refusal();

        public override byte[] ExportECPrivateKey() => throw Refusal();

        public override byte[] ExportPkcs8PrivateKey() => throw Refusal();

        static CryptographicException Refusal() => new("Key not valid for use in specified state.");

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            _chip.Dispose();
        }
    }
}
