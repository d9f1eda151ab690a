namespace DeviceCreds;

/// <summary>The labels of SenML (RFC 8428, table 1 and 4) that LwM2M objects need; the numbers are CBOR's.</summary>
internal enum SenmlLabel
{
    BaseName = -2,
    Name = 0,
    Number = 2,
    Text = 3,
    Boolean = 4,
    Data = 8,
}
