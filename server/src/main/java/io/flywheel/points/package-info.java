/**
 * Points: a double-entry ledger that is only ever added to.
 *
 * <p>An entry moves an amount from one account to another. A viewer has two accounts, what can be
 * spent and what is pending; the merchant has three: issuance, from which points come, and spent
 * and expired, to which they go. So the sum over all accounts is zero at any time, and what a
 * viewer has is the sum of the viewer's entries.
 *
 * <p>Points that lapse are lots. Whatever takes points takes them from the lot that lapses first,
 * and from the points that never lapse at the end. A viewer has at most {@value
 * io.flywheel.points.Lots#MOST} lots; when there would be more, the two that lapse with the least
 * time between them become one, which lapses when the later of them does: nobody's points ever
 * lapse early.
 */
@NullMarked
package io.flywheel.points;

import org.jspecify.annotations.NullMarked;
