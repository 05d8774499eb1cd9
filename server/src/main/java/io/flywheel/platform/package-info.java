/** What everything else stands on; it knows no feature. */
@NullMarked
package io.flywheel.platform;

import org.jspecify.annotations.NullMarked;
