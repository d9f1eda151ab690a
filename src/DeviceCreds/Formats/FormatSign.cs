namespace DeviceCreds;

/// <summary>How a file of a format is recognised, the strongest sign first: formats are tried in this order.</summary>
internal enum FormatSign
{
    /// <summary>Its name.</summary>
    FileName,

    /// <summary>A structure, or words, that no other format has.</summary>
    Structure,

    /// <summary>Certificates and keys in PEM, DER and the like, which may also stand inside files of other formats.</summary>
    Objects,

    /// <summary>Numbers that fit together, as those of any file may.</summary>
    Numbers,
}
