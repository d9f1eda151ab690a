using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// Finds out, before a device gets its certificate, whether the formats can hold its credential, and in which files. Apart from the
/// characters of the device's name, its length, its account, its kind, its configuration and the place of its private key decide: one
/// rehearsal serves all devices that share these. From any thread.
/// </summary>
/// <param name="options">The export's choices.</param>
/// <param name="filesOf">Makes the files of a credential, and gives their names.</param>
internal sealed class ExportRehearsal(ExportOptions options, Func<DeviceCredential, IReadOnlyList<string>> filesOf)
{
    readonly ConcurrentDictionary<Part, IReadOnlyList<string>> _done = new();

    /// <summary>The names of the files that a device's credential will have.</summary>
    /// <exception cref="DeviceCredsException">A format cannot hold it.</exception>
    public IReadOnlyList<string> FilesOf(DeviceOrder order)
    {
        var identity = order.Identity;
        var part = new Part(order.Issuer.Kind, options.ConfigurationsOf(identity.EndpointName), order.GivesPrivateKey,
            Encoding.UTF8.GetByteCount(identity.EndpointName), identity.AccountId);
        if (_done.TryGetValue(part, out var known)) return known;
        using var key = order.GivesPrivateKey ? DeviceKey.Generate() : null;
        return _done[part] = filesOf(order.Issuer.Rehearse(identity, key));
    }

    /// <summary>What a rehearsal depends on. Comparing the values of configurations would take longer than a rehearsal.</summary>
    sealed record Part(CredentialKind Kind, object Configurations, bool HasPrivateKey, int NameLength, string? AccountId)
    {
        public bool Equals(Part? other) => other is not null && Kind == other.Kind && HasPrivateKey == other.HasPrivateKey
            && NameLength == other.NameLength && AccountId == other.AccountId
            && ReferenceEquals(Configurations, other.Configurations);

        public override int GetHashCode() =>
            (RuntimeHelpers.GetHashCode(Configurations) * 31 + NameLength) * 31 + (AccountId?.GetHashCode() ?? 0);
    }
}
