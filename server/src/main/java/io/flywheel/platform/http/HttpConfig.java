package io.flywheel.platform.http;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Settings of the HTTP edge. */
public record HttpConfig(
    @Description(
            "The address that browsers and scripts are served on. Default: all, or 127.0.0.1 where"
                + " no key is configured.")
        Optional<String> host,
    @Default("8080")
        @Min(0)
        @Max(65535)
        @Description("The port that browsers and scripts are served on; 0 takes a free one.")
        int port,
    @Description(
            "Origins whose pages may call the service, such as https://live.example.com, separated"
                + " by commas; * lets every page. Without any only the service's own pages may.")
        Optional<String> allowedOrigins,
    @Default("true")
        @Description("Whether /metrics is served on this port, to everyone who reaches it.")
        boolean metrics,
    @Default("10000")
        @Min(1)
        @Max(1_000_000)
        @Description(
            "Connections that may be open at once; further ones are closed. One address (of IPv6, one"
                + " network) alone may have half of them, several share.")
        int maxConnections,
    @Default("1000")
        @Min(1)
        @Max(1_000_000)
        @Description("Calls that one connection may have open at once.")
        int maxCallsPerConnection,
    @Min(1024)
        @Description(
            "Bytes of request bodies that may wait for their end at once, an eighth of the heap"
                + " where nothing is said; further calls are refused for a second.")
        Optional<Long> maxBytesInFlight,
    @Default("30s")
        @Min(100)
        @Max(600_000)
        @Description("How long a JSON call, or the reading of any request, may take.")
        Duration requestTimeout,
    @Default("2m")
        @Min(1000)
        @Max(3_600_000)
        @Description("How long a connection without a call stays open.")
        Duration idleTimeout,
    @Default("10s")
        @Min(0)
        @Max(600_000)
        @Description("How long calls may go on when the server stops.")
        Duration shutdownGrace) {

  /** Origins of other pages that may call; empty: none. */
  List<String> origins() {
    return allowedOrigins.stream()
        .flatMap(list -> Arrays.stream(list.split(",")))
        .map(String::strip)
        .filter(origin -> !origin.isEmpty())
        .toList();
  }
}
