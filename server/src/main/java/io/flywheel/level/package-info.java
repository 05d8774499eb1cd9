/** Levels and seasons: what experience raises viewers to, for good and for a while. */
@NullMarked
package io.flywheel.level;

import org.jspecify.annotations.NullMarked;
