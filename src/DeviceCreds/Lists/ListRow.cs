namespace DeviceCreds;

/// <summary>One device of a list, not checked yet.</summary>
/// <param name="EndpointName">Its endpoint name.</param>
/// <param name="AccountId">Its account ID; null when the row has none.</param>
/// <param name="Columns">The row's other columns.</param>
/// <param name="Damage">A sign that the list was read in a wrong encoding; null for none.</param>
sealed record ListRow(ListCell EndpointName, ListCell? AccountId, DeviceColumns Columns, TextDamage? Damage = null);
