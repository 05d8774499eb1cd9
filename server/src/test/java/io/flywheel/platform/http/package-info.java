/** Tests of the HTTP edge. */
@NullMarked
package io.flywheel.platform.http;

import org.jspecify.annotations.NullMarked;
