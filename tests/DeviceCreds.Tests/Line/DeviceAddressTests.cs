using System.Net;

namespace DeviceCreds.Tests;

public sealed class DeviceAddressTests
{
    [Theory]
    [InlineData("192.168.1.20", null, "192.168.1.20:7777")]
    [InlineData("192.168.1.20:8000", null, "192.168.1.20:8000")]
    [InlineData("Board7.local", 1024, "board7.local:1024")]
    [InlineData("::1", 7777, "[::1]:7777")]
    [InlineData("[fe80::1]", null, "[fe80::1]:7777")]
    public void An_address_is_host_and_port(string host, int? port, string expected) =>
        Assert.Equal(expected, DeviceAddress.OfHost(host, port).Text);

    [Theory]
    [InlineData("", null)]
    [InlineData("a b", null)]
    [InlineData("http://x", null)]
    [InlineData("10.0.0.1", 0)]
    [InlineData("10.0.0.1", 65536)]
    [InlineData("10.0.0.1:7777", 8000)]
    [InlineData("10.0.0.1:x", null)]
    [InlineData("192.168.001.020", null)]
    [InlineData("10.1", null)]
    [InlineData("10.0.0.01:7777", null)]
    public void What_is_not_an_address_is_refused(string host, int? port) =>
        Assert.Equal("AddressInvalid", Assert.Throws<InputException>(() => DeviceAddress.OfHost(host, port)).ErrorId);

    [Fact]
    public void The_serial_number_of_a_debugger_is_no_secret_and_a_password_is_one()
    {
        const string Port = "/dev/serial/by-id/usb-MBED_MBED_CMSIS-DAP_0240000034544e45003a00048e3800525a91000097969900-if01";
        Assert.Equal(Port, DeviceAddress.OfSerialPort(Port).Text);
        Assert.Throws<InputException>(() => DeviceAddress.OfSerialPort("password=Sw0rdf1sh"));
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("192.169.0.1", true)]
    [InlineData("169.254.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("203.0.113.7", true)]
    public void Public_addresses_are_known(string address, bool isPublic) =>
        Assert.Equal(isPublic, DeviceAddress.IsPublic(IPAddress.Parse(address)));
}
