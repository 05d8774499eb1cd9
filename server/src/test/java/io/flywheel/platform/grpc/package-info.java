/** Tests of the gRPC server. */
@NullMarked
package io.flywheel.platform.grpc;

import org.jspecify.annotations.NullMarked;
