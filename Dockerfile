# PowerShell with the module, as the entry point: docker run --rm devicecreds:0.1.0 -Command '(New-DeviceKey).Curve'
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/DeviceCreds.Shell --configuration Release --output /app

FROM mcr.microsoft.com/dotnet/runtime:10.0
COPY --from=build /app /opt/devicecreds/shell
COPY samples/clusters/Shard.ps1 samples/clusters/Merge.ps1 /opt/devicecreds/
# What scripts call PowerShell.
RUN ln -s /opt/devicecreds/shell/DeviceCreds.Shell /usr/local/bin/pwsh
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 POWERSHELL_TELEMETRY_OPTOUT=1
WORKDIR /work
USER $APP_UID
ENTRYPOINT ["/usr/local/bin/pwsh"]
