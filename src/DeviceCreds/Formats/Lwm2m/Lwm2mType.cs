namespace DeviceCreds;

/// <summary>What a resource holds (LwM2M 1.1 core, appendix C): text, true or false, a number with or without sign, bytes.</summary>
internal enum Lwm2mType
{
    Text,
    Boolean,
    Integer,
    Unsigned,
    Bytes,
}
