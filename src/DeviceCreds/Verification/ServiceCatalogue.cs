namespace DeviceCreds;

/// <summary>
/// The rules of each service, in the order in which a report shows them, after those of <see cref="RuleCatalogue"/> and only when
/// the service was asked for.
/// </summary>
internal static class ServiceCatalogue
{
    public static readonly IReadOnlyList<(DeviceService Service, string Name, IReadOnlyList<Rule> Rules)> Services =
    [
        (DeviceService.AzureDps, "Azure IoT Hub Device Provisioning Service", AzureDpsRules.All),
        (DeviceService.AwsIot, "AWS IoT Core", AwsIotRules.All),
        (DeviceService.Leshan, "Eclipse Leshan", LeshanRules.All),
        (DeviceService.ThingsBoard, "ThingsBoard", ThingsBoardRules.All),
        (DeviceService.Cumulocity, "Cumulocity", CumulocityRules.All),
        (DeviceService.Mosquitto, "Eclipse Mosquitto", MosquittoRules.All),
    ];

    public static readonly IReadOnlyList<Rule> All = [.. Services.SelectMany(s => s.Rules)];

    /// <summary>The rules of some services, each service once.</summary>
    public static IEnumerable<Rule> Of(IReadOnlyCollection<DeviceService> services) =>
        Services.Where(s => services.Contains(s.Service)).SelectMany(s => s.Rules);
}
