/**
 * Lotteries: draws on the spot and draws of a room, both of which anyone can check.
 *
 * <p>Before the first draw the hash of a secret seed is published. Each draw takes its number from
 * that seed, a seed that the viewer chooses and a count, by {@link io.flywheel.lottery.FairNumber};
 * once the seed is published too, everybody can reckon every draw again.
 */
@NullMarked
package io.flywheel.lottery;

import org.jspecify.annotations.NullMarked;
