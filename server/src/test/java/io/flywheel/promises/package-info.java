/** The promises that the service makes, and tests that try to break them. */
@NullMarked
package io.flywheel.promises;

import org.jspecify.annotations.NullMarked;
