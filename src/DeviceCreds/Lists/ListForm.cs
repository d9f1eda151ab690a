namespace DeviceCreds;

/// <summary>The form of a list.</summary>
enum ListForm
{
    /// <summary>Columns with a header.</summary>
    Csv,

    /// <summary>One JSON object on each line.</summary>
    JsonLines,

    /// <summary>One endpoint name on each line.</summary>
    Names,
}
