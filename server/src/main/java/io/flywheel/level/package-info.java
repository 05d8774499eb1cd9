/** Levels: what experience raises viewers to. */
@NullMarked
package io.flywheel.level;

import org.jspecify.annotations.NullMarked;
