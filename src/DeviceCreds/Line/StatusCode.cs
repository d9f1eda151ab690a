using System.Globalization;

namespace DeviceCreds;

/// <summary>A status of a device: its number and its name. A script compares it with a number: <c>-eq 14</c>, <c>-gt 0</c>.</summary>
public sealed class StatusCode : IEquatable<StatusCode>, IComparable<StatusCode>, IComparable
{
    internal StatusCode(long number, string name) => (Number, Name) = (number, name);

    /// <summary>The number; 0 is success.</summary>
    public long Number { get; }

    /// <summary>The name in the device's source code; the number again where it has none.</summary>
    public string Name { get; }

    /// <summary>A status of the factory configurator client.</summary>
    public static StatusCode OfDevice(int number) => new(number, DeviceStatus.Name(number));

    /// <summary>A status of the communication.</summary>
    internal static StatusCode OfCommunication(long number) => new(number, CommunicationStatus.Name(number));

    /// <summary>A number, to compare with.</summary>
    public static implicit operator StatusCode(int number) => new(number, number.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public bool Equals(StatusCode? other) => other?.Number == Number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StatusCode);

    /// <inheritdoc/>
    public override int GetHashCode() => Number.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(StatusCode? other) => other is null ? 1 : Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => CompareTo(obj as StatusCode);

    /// <summary>Number and name.</summary>
    public override string ToString() => FormattableString.Invariant($"{Number} {Name}");
}
