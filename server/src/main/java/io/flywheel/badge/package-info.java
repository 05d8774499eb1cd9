/** Badges: what earns them, who has them, and what is awarded for the past. */
@NullMarked
package io.flywheel.badge;

import org.jspecify.annotations.NullMarked;
