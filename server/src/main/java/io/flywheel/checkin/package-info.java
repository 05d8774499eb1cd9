/**
 * Check-in: streaks of days or of a room's broadcasts, and what they are rewarded with.
 *
 * <p>{@code StreakRules} knows how check-ins form runs and what a run pays, over bare numbers;
 * {@code DayRules} applies it to calendar days with their time zones, cards and freezes; {@code
 * BroadcastOrder} numbers a room's broadcasts. {@code CheckInReactor} reacts with them, and {@code
 * CheckInViews} reads.
 */
@NullMarked
package io.flywheel.checkin;

import org.jspecify.annotations.NullMarked;
