/** The gateway in front of servers: a real Envoy, started as it ships. */
@NullMarked
package io.flywheel.gateway;

import org.jspecify.annotations.NullMarked;
