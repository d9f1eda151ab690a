namespace DeviceCreds;

/// <summary>A key of your own that is stored on the device under a name of your own. Scripts can see its public part only.</summary>
public sealed class CustomKey : IEquatable<CustomKey>
{
    readonly byte[]? _unreadable;

    /// <summary>A private key, or a public one when there is no private half.</summary>
    /// <param name="name">The item's name on the device.</param>
    /// <param name="key">The key.</param>
    public CustomKey(string name, DeviceKey key) => (Name, Key, IsPrivate) = (name, key, key.HasPrivateKey);

    internal CustomKey(string name, bool isPrivate, byte[] unreadable) => (Name, IsPrivate, _unreadable) = (name, isPrivate, unreadable);

    /// <summary>The item's name on the device.</summary>
    public string Name { get; }

    /// <summary>Whether it is stored as a private key.</summary>
    public bool IsPrivate { get; }

    /// <summary>The key; null when it is not a readable key on P-256: the device cannot read it either.</summary>
    public DeviceKey? Key { get; }

    /// <summary>The item's content, in DER; to be cleared when it is private.</summary>
    internal byte[] ToDer(KeyEncoding encoding) =>
        Key is null ? (byte[])_unreadable!.Clone() : IsPrivate ? Key.ToDer(encoding) : Key.PublicKeyInfo;

    /// <summary>Two are equal when the device stores the same.</summary>
    public bool Equals(CustomKey? other) => other is not null && (Name, IsPrivate) == (other.Name, other.IsPrivate)
        && Equals(Key, other.Key) && (_unreadable ?? []).AsSpan().SequenceEqual(other._unreadable ?? []);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CustomKey);

    /// <inheritdoc/>
    public override int GetHashCode() => (Name, IsPrivate).GetHashCode();

    /// <summary>The name, and kind and fingerprint of the key; never key material.</summary>
    public override string ToString() => $"{Name}: {Key?.ToString() ?? "a key that cannot be read"}";
}
