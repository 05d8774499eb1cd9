/** Tests of the demo room. */
@NullMarked
package io.flywheel.demo;

import org.jspecify.annotations.NullMarked;
