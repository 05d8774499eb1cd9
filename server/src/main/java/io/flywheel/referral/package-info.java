/**
 * Referral: viewers share by invites, and are paid for who comes by them.
 *
 * <p>What somebody who came does runs as that viewer's action, which knows by whom the viewer was
 * invited and leaves the inviter a follow-up; what it pays the inviter runs as the inviter's. So no
 * action waits for another viewer's row, but where a circle of invites is ruled out.
 */
@NullMarked
package io.flywheel.referral;

import org.jspecify.annotations.NullMarked;
