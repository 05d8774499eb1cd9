/**
 * Reminders: what brings a viewer back today, told once, at an hour that suits, and not too often.
 */
@NullMarked
package io.flywheel.audience.reminder;

import org.jspecify.annotations.NullMarked;
