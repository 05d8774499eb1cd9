package io.flywheel.demo;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;

/** Settings of the demo room; read under {@code demo}. */
public record DemoConfig(
    @Default("false")
        @Description(
            "For trying the service: fills the room demo-room of the merchant demo with simulated"
                + " viewers and prints links for viewer and host, with their credentials. --demo is"
                + " short for it.")
        boolean enabled,
    @Default("60")
        @Min(1)
        @Max(500)
        @Description("How many simulated viewers are in the demo room, more or less a quarter.")
        int viewers) {}
