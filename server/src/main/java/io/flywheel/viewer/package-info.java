/** Viewers: what every feature may know of them, their whole standing, and those who watch it. */
@NullMarked
package io.flywheel.viewer;

import org.jspecify.annotations.NullMarked;
