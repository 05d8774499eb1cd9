/** Tests of errors. */
@NullMarked
package io.flywheel.platform.errors;

import org.jspecify.annotations.NullMarked;
