/** Looking after what the service does by itself. */
@NullMarked
package io.flywheel.operations;

import org.jspecify.annotations.NullMarked;
