/** The single-node edge: gRPC-Web, JSON, the documentation page, the apps, metrics and health. */
@NullMarked
package io.flywheel.platform.http;

import org.jspecify.annotations.NullMarked;
