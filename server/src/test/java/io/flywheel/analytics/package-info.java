/** Tests of figures. */
@NullMarked
package io.flywheel.analytics;

import org.jspecify.annotations.NullMarked;
