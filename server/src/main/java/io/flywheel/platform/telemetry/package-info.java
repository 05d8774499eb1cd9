/** Metrics. */
@NullMarked
package io.flywheel.platform.telemetry;

import org.jspecify.annotations.NullMarked;
