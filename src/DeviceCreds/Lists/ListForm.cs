namespace DeviceCreds;

/// <summary>How a list is written.</summary>
enum ListForm
{
    /// <summary>Columns with a header.</summary>
    Csv,

    /// <summary>One JSON object on each line.</summary>
    JsonLines,

    /// <summary>One endpoint name on each line.</summary>
    Names,
}
