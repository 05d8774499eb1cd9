/** The benchmark: the service over the wire beside the barest thing that could be done instead. */
@NullMarked
package io.flywheel.bench;

import org.jspecify.annotations.NullMarked;
