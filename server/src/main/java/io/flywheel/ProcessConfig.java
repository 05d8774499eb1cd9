package io.flywheel;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;

/** Settings of the service as a process. */
record ProcessConfig(
    @Default("false")
        @Description(
            "Whether the service stops when the process that started it has ended, however it"
                + " ended. mvn -Prun asks for it.")
        boolean endWithParent) {}
