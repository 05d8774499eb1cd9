/** Tests of reminders. */
@NullMarked
package io.flywheel.audience.reminder;

import org.jspecify.annotations.NullMarked;
