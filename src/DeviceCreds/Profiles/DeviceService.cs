namespace DeviceCreds;

/// <summary>A service for which a certificate can be tested.</summary>
public enum DeviceService
{
    /// <summary>Azure IoT Hub Device Provisioning Service.</summary>
    AzureDps,

    /// <summary>AWS IoT Core.</summary>
    AwsIot,

    /// <summary>Eclipse Leshan, an LwM2M server.</summary>
    Leshan,

    /// <summary>ThingsBoard's LwM2M transport.</summary>
    ThingsBoard,

    /// <summary>Cumulocity.</summary>
    Cumulocity,

    /// <summary>Eclipse Mosquitto, an MQTT broker, with require_certificate.</summary>
    Mosquitto,
}
