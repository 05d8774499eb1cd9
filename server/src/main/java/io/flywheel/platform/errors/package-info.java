/** Errors, and the one table that turns them into statuses. */
@NullMarked
package io.flywheel.platform.errors;

import org.jspecify.annotations.NullMarked;
