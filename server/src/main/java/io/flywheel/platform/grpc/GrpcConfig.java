package io.flywheel.platform.grpc;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;
import java.util.Optional;

/** Settings of the gRPC server. */
public record GrpcConfig(
    @Description(
            "The address that calls are taken on. Default: all, or 127.0.0.1 where no key is"
                + " configured.")
        Optional<String> host,
    @Default("9090")
        @Min(0)
        @Max(65535)
        @Description("The port that calls are taken on; 0 takes a free one.")
        int port,
    @Default("4194304")
        @Min(1024)
        @Max(67_108_864)
        @Description("The largest message taken, in bytes.")
        int maxMessageBytes,
    @Default("1000")
        @Min(1)
        @Max(1_000_000)
        @Description("Calls that one connection may have open at once.")
        int maxCallsPerConnection,
    @Default("10000")
        @Min(100)
        @Max(10_000_000)
        @Description(
            "Calls that one connection may break off in a minute before it is closed. A gateway's"
                + " connection carries those of many viewers.")
        int maxResetsPerMinute,
    @Default("10s")
        @Min(0)
        @Max(600_000)
        @Description("How long calls may go on when the server stops.")
        Duration shutdownGrace,
    @Default("2s")
        @Min(100)
        @Max(60_000)
        @Description("How often the database is asked whether it is there, for the health service.")
        Duration healthInterval) {}
