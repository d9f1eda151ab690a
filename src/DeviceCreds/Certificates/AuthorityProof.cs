namespace DeviceCreds;

/// <summary>
/// Proof that somebody has a CA's private key, for services that devices register with by their CA: a certificate with the service's
/// code as its name, which the CA signs. It lasts a few days, and no device can use it.
/// </summary>
public static class AuthorityProof
{
    /// <summary>For how many days the certificate is valid: services look at it when it is uploaded.</summary>
    public const int ValidDays = 7;

    /// <summary>Makes the certificate; its private key is thrown away.</summary>
    /// <param name="authority">The CA.</param>
    /// <param name="code">The code that the service shows: 48 digits of Azure, 64 of AWS.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="cancel">Ends the wait for the CA's signature.</param>
    /// <exception cref="IssuanceException">The code is not possible, or the CA may not sign.</exception>
    public static DeviceCertificate Create(
        CertificateAuthority authority, string code, TimeProvider? time = null, CancellationToken cancel = default)
    {
        CheckCode(code);
        var now = (time ?? TimeProvider.System).GetUtcNow().UtcDateTime;
        authority.EnsureCanIssue(now, forAuthority: false);
        var name = DistinguishedName.Create(code);
        authority.EnsureNameAllowed(name);
        var own = authority.Own.Fields;
        using var key = DeviceKey.Generate();
        var builder = new CertificateBuilder(CertificateProfile.Proof, authority.Signer!, authority.Own);
        var period = Lifetime.ForProof(now, own.NotBefore, own.NotAfter, ValidDays);
        return new(builder.Build(SerialNumbers.Create(), new CertificateSubject(name, key.Point), period, cancel));
    }

    // What it holds is not shown: it may be anything that was on the clipboard.
    static void CheckCode(string code)
    {
        var problem = code.Length is 0 or > SubjectText.MaximumLength ? $"found {code.Length} characters"
            : ServiceNames.FindOther(code, "-_") is { } other ? $"found {other}"
            : null;
        if (problem is not null)
            throw new IssuanceException("CodeInvalid", ErrorKind.InvalidArgument,
                $"-Code: expected 1 to {SubjectText.MaximumLength} letters, digits, '-' and '_', {problem}.",
                "Copy the code from the service: Azure shows it as verification code, AWS gives it with aws iot get-registration-code.");
    }
}
