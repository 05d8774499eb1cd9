package io.flywheel.platform.db;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of the database. */
public record DatabaseConfig(
    @Description(
            "The database, such as jdbc:mysql://host:3306/flywheel; the schema is created if need"
                + " be. Without one, a database of the service's own runs in the data folder.")
        Optional<String> url,
    @Description("The user, where the URL names none.") Optional<String> user,
    @Description("The password, where the URL names none.") Optional<String> password,
    @Default("16") @Min(2) @Max(1000) @Description("Connections to the database.") int poolSize,
    @Default("10s")
        @Min(250)
        @Max(600_000)
        @Description("How long a call waits for a free connection.")
        Duration connectionTimeout,
    @Default("60s")
        @Min(1_000)
        @Max(3_600_000)
        @Description("How long a statement may take before its connection is given up.")
        Duration statementTimeout,
    @Default("data")
        @Description("The folder for the embedded database and for secrets that the service makes.")
        Path dataDir,
    @Default("0")
        @Min(0)
        @Max(65535)
        @Description("The embedded database's port on 127.0.0.1; 0 takes a free one.")
        int embeddedPort,
    @Min(64)
        @Max(1_048_576)
        @Description(
            "The embedded database's buffer pool in MiB. Default: an eighth of the machine's"
                + " memory, from 128 to 4096.")
        Optional<Integer> embeddedBufferPoolMib,
    @Default("30m")
        @Min(1_000)
        @Max(86_400_000)
        @Description(
            "How long an embedded database that has died is started again and again before the"
                + " service gives up and ends, with exit code 3.")
        Duration embeddedGiveUpAfter,
    @Description(
            "Where the embedded database's programs are unpacked. Default: in the data folder.")
        Optional<Path> embeddedPrograms) {}
