/**
 * What features give viewers and what they charge them: the words between those who give or charge
 * and those who keep what is given and paid. Knows no feature.
 */
@NullMarked
package io.flywheel.reward;

import org.jspecify.annotations.NullMarked;
