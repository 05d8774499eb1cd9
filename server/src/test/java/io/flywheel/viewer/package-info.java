/** Tests of viewers. */
@NullMarked
package io.flywheel.viewer;

import org.jspecify.annotations.NullMarked;
