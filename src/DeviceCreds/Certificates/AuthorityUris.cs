using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// Where others find what a CA publishes: its revocation lists, its OCSP responder and its own certificate. Each certificate that the CA
/// issues names these places (RFC 5280, 4.2.1.13 and 4.2.2.1); its own certificate names those of its issuer.
/// </summary>
public sealed record AuthorityUris
{
    static readonly string[] ForRequests = ["http", "https"];
    static readonly string[] ForFiles = [.. ForRequests, "ldap", "ldaps"];

    AuthorityUris(IReadOnlyList<Uri> crlDistributionPoints, IReadOnlyList<Uri> ocsp, IReadOnlyList<Uri> caIssuers) =>
        (CrlDistributionPoints, Ocsp, CaIssuers) = (crlDistributionPoints, ocsp, caIssuers);

    /// <summary>A CA that publishes nothing.</summary>
    public static AuthorityUris None { get; } = new([], [], []);

    /// <summary>Where its revocation list is; each place has the same list.</summary>
    public IReadOnlyList<Uri> CrlDistributionPoints { get; }

    /// <summary>Where its OCSP responder answers.</summary>
    public IReadOnlyList<Uri> Ocsp { get; }

    /// <summary>Where its certificate is.</summary>
    public IReadOnlyList<Uri> CaIssuers { get; }

    /// <summary>Whether there is no URI at all.</summary>
    public bool IsEmpty => !All.Any();

    /// <summary>What is possible but unwise, in a sentence; null when nothing is.</summary>
    public string? Warning => All.FirstOrDefault(u => u.Scheme is "https" or "ldaps") is { } uri
        ? $"{Show(uri)}: who fetches this over TLS may need it to check the TLS server itself. RFC 5280, section 8, advises "
            + $"{uri.Scheme.TrimEnd('s')}: what is published there is signed."
        : null;

    /// <summary>Checks and keeps URIs.</summary>
    /// <param name="crlDistributionPoints">Of the revocation list: http, https, ldap or ldaps.</param>
    /// <param name="ocsp">Of the OCSP responder: http or https.</param>
    /// <param name="caIssuers">Of the CA's certificate: http, https, ldap or ldaps.</param>
    /// <exception cref="IssuanceException">One cannot stand in a certificate; the message names the parameter and the URI.</exception>
    public static AuthorityUris Create(IEnumerable<Uri>? crlDistributionPoints, IEnumerable<Uri>? ocsp, IEnumerable<Uri>? caIssuers) => new(
        Check(crlDistributionPoints, "-CrlDistributionPoint", ForFiles),
        Check(ocsp, "-OcspUri", ForRequests),
        Check(caIssuers, "-CaIssuersUri", ForFiles));

    /// <summary>The extensions of what the CA issues.</summary>
    internal IEnumerable<DerSequence> ToExtensions()
    {
        if (CrlDistributionPoints.Count > 0)
        {
            var names = new GeneralNames([.. CrlDistributionPoints.Select(Name)]);
            var point = new DistributionPoint(new DistributionPointName(names), null, null);
            yield return Extensions.Write(X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([point]));
        }

        if (Ocsp.Count + CaIssuers.Count == 0) yield break;
        var access = Ocsp.Select(u => new AccessDescription(AccessDescription.IdADOcsp, Name(u)))
            .Concat(CaIssuers.Select(u => new AccessDescription(AccessDescription.IdADCAIssuers, Name(u))));
        yield return Extensions.Write(X509Extensions.AuthorityInfoAccess, false, new DerSequence(access.ToArray<Asn1Encodable>()));
    }

    IEnumerable<Uri> All => CrlDistributionPoints.Concat(Ocsp).Concat(CaIssuers);

    static GeneralName Name(Uri uri) => new(GeneralName.UniformResourceIdentifier, uri.AbsoluteUri);

    static Uri[] Check(IEnumerable<Uri>? uris, string parameter, string[] schemes) =>
        [.. (uris ?? []).Select(u => Check(u, parameter, schemes)).Distinct()];

    static Uri Check(Uri uri, string parameter, string[] schemes) => FindProblem(uri, schemes) is not { } found
        ? uri
        : throw new IssuanceException("UriInvalid", ErrorKind.InvalidArgument, $"{parameter} {Show(uri)}: {found.Problem}", found.Advice);

    static (string Problem, string Advice)? FindProblem(Uri uri, string[] schemes)
    {
        if (UnexpandedVariable.FindInName(uri.OriginalString) is { } variable)
            return ($"it holds '{MessageText.Shorten(variable)}', a variable that was not replaced by its value.", "Correct the URI.");
        if (!uri.IsAbsoluteUri || !schemes.Contains(uri.Scheme))
        {
            return ($"expected a URI that begins with one of {string.Join(", ", schemes.Select(s => s + "://"))}.",
                "Write the whole URI, such as http://pki.example.com/ca.crl.");
        }

        if (uri.UserInfo.Length > 0)
            return ("it holds a user name or password, which everybody could read in each certificate.", "Leave it out of the URI.");
        if (uri.Fragment.Length > 0)
            return ("it has a fragment ('#...'), which servers never see.", "Leave the fragment out.");
        return uri.AbsoluteUri.All(c => c is > ' ' and <= '~')
            ? null
            : ("it has characters outside ASCII.", "Write the host in its ASCII form (xn--...).");
    }

    static string Show(Uri uri) => $"'{MessageText.Shorten(uri.OriginalString)}'";

    /// <summary>The URIs, for people.</summary>
    public override string ToString() => string.Join(" ", All.Select(u => u.AbsoluteUri));
}
