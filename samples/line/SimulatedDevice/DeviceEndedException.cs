namespace SimulatedDevice;

/// <summary>The device's program ends, as if its power were cut.</summary>
sealed class DeviceEndedException : Exception;
