/**
 * What features give viewers and what they charge them: the words between those who give or charge
 * and those who keep what is given and paid. Knows no feature.
 *
 * <p>Whoever gives something asks the program's {@code Budgets} first. {@code Funds} keeps them,
 * and those that features have themselves: large ones in shares, so that lanes don't wait for each
 * other; {@code Fund} is a budget's whole and {@code FundShare} a share of it.
 */
@NullMarked
package io.flywheel.reward;

import org.jspecify.annotations.NullMarked;
