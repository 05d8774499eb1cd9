package io.flywheel.points;

import io.flywheel.v1.AdjustmentCause;

/**
 * A correction that somebody asks for.
 *
 * @param amount how many points to add, or with a minus sign to take away
 * @param cause why, and who asks
 */
record Adjustment(long amount, AdjustmentCause cause) {}
