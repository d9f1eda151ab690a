namespace DeviceCreds;

/// <summary>
/// Finds the token among bytes that come one at a time. A byte that ends a partial match is checked again: it may begin
/// the token itself. (Devices do not check again, so nothing that could begin the token may be sent before it.)
/// </summary>
internal sealed class TokenSearch
{
    int _matched;

    /// <summary>Reads a byte.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="around">Gets the bytes that turned out not to belong to a token.</param>
    /// <returns>Whether the token is complete with this byte.</returns>
    public bool Push(byte value, ICollection<byte> around)
    {
        if (value != FactoryMessage.Token[_matched] && _matched > 0) GiveBack(around);
        if (value != FactoryMessage.Token[_matched])
        {
            around.Add(value);
            return false;
        }

        if (++_matched < FactoryMessage.Token.Length) return false;
        _matched = 0;
        return true;
    }

    // The first letter comes only once in the token, so no other beginning is among these bytes.
    void GiveBack(ICollection<byte> around)
    {
        foreach (var value in FactoryMessage.Token.Slice(0, _matched)) around.Add(value);
        _matched = 0;
    }
}
