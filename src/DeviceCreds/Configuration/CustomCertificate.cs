namespace DeviceCreds;

/// <summary>A certificate or a chain of your own that is stored on the device under a name of your own.</summary>
public sealed class CustomCertificate : IEquatable<CustomCertificate>
{
    /// <summary>One certificate, or a chain of several.</summary>
    /// <param name="name">The item's name on the device.</param>
    /// <param name="certificates">The certificates, in the order in which the device stores them.</param>
    /// <param name="privateKeyName">The name of the private key on the device that belongs to it; null for none.</param>
    /// <param name="isChain">Whether it is stored as a chain; by default when there are several.</param>
    public CustomCertificate(string name, IReadOnlyList<DeviceCertificate> certificates, string? privateKeyName = null,
        bool? isChain = null)
    {
        if (certificates.Count == 0) throw new ArgumentException("There is no certificate.", nameof(certificates));
        (Name, Certificates, PrivateKeyName, IsChain) = (name, certificates, privateKeyName, isChain ?? certificates.Count > 1);
    }

    /// <summary>The item's name on the device.</summary>
    public string Name { get; }

    /// <summary>The certificates, in the order in which the device stores them.</summary>
    public IReadOnlyList<DeviceCertificate> Certificates { get; }

    /// <summary>The name of the private key on the device that belongs to it; null when none is named.</summary>
    public string? PrivateKeyName { get; }

    /// <summary>Whether it is stored as a chain.</summary>
    public bool IsChain { get; }

    /// <summary>Two are equal when the device stores the same.</summary>
    public bool Equals(CustomCertificate? other) => other is not null
        && (Name, PrivateKeyName, IsChain) == (other.Name, other.PrivateKeyName, other.IsChain)
            && Certificates.SequenceEqual(other.Certificates);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CustomCertificate);

    /// <inheritdoc/>
    public override int GetHashCode() => (Name, Certificates[0]).GetHashCode();

    /// <summary>The name and the first certificate's subject.</summary>
    public override string ToString() =>
        $"{Name}: {Certificates[0]}{(Certificates.Count > 1 ? $" and {Certificates.Count - 1} more" : "")}";
}
