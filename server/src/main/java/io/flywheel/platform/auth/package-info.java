/** Who calls, and what they may do. */
@NullMarked
package io.flywheel.platform.auth;

import org.jspecify.annotations.NullMarked;
