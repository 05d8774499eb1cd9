/**
 * What merchants administer through the engine: a program is applied by an action of the merchant.
 * {@code io.flywheel.program} reads, checks and keeps programs, and knows nothing of this.
 */
@NullMarked
package io.flywheel.administration;

import org.jspecify.annotations.NullMarked;
