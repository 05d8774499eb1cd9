/** Tests of the audience. */
@NullMarked
package io.flywheel.audience;

import org.jspecify.annotations.NullMarked;
