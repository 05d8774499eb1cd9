/** Tests of tags. */
@NullMarked
package io.flywheel.audience.tag;

import org.jspecify.annotations.NullMarked;
