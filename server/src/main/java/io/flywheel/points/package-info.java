/**
 * Points: a double-entry ledger that is only ever added to.
 *
 * <p>An entry moves an amount from one account to another. A viewer has four accounts: what can be
 * spent, what is pending, what is held, and what is owed; the merchant has three: issuance, from
 * which points come, and spent and expired, to which they go. So the sum over all accounts is zero
 * at any time, and what a viewer has is the sum of the viewer's entries.
 *
 * <p>Points that can be spent are lots, which lapse, and those that never do. Whatever takes points
 * takes them from the lot that lapses first (of two that lapse together from the older), and from
 * the points that never lapse at the end. A viewer has at most {@value
 * io.flywheel.points.Lots#MAX_LOTS} lots; when there would be more, the two that lapse with the
 * least time between them become one, which lapses when the later of them does: nobody's points
 * ever lapse early.
 *
 * <p>What comes back, of a charge or of a hold, comes back with the end that it had. If that has
 * passed meanwhile, it can be spent for another 24 hours, once. Points that are owed are paid by
 * whatever comes in next, before it can be spent: nobody who owes points can spend any.
 *
 * <p>{@link io.flywheel.points.Account} is all of that as rules in memory; the reactor brings it to
 * the turns. What has fallen due is booked before anything else is done by a call, so it does not
 * matter whether the settlement has run.
 */
@NullMarked
package io.flywheel.points;

import org.jspecify.annotations.NullMarked;
