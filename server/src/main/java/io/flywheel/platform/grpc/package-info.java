/** The gRPC server and what every call passes through. */
@NullMarked
package io.flywheel.platform.grpc;

import org.jspecify.annotations.NullMarked;
