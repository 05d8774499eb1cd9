/** Tests of authentication. */
@NullMarked
package io.flywheel.platform.auth;

import org.jspecify.annotations.NullMarked;
