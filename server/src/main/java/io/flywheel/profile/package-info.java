/** What features share of viewers: how they are shown to others. {@code viewer/} takes it down. */
@NullMarked
package io.flywheel.profile;

import org.jspecify.annotations.NullMarked;
