/** What holds for the whole of the code. */
@NullMarked
package io.flywheel;

import org.jspecify.annotations.NullMarked;
