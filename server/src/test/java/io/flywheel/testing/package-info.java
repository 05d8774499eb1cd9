/** What tests share. */
@NullMarked
package io.flywheel.testing;

import org.jspecify.annotations.NullMarked;
