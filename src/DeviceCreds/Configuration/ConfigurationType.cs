namespace DeviceCreds;

/// <summary>What a field of a configuration holds.</summary>
internal enum ConfigurationType
{
    Text,
    Flag,
    Integer,
    Time,
    Bytes,
    Certificate,
    Parameters,
    Certificates,
    Keys,
    Integers,
}
