/** Tests of tags. */
@NullMarked
package io.flywheel.tag;

import org.jspecify.annotations.NullMarked;
