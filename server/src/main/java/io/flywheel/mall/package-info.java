/**
 * The mall: what viewers buy with what they have earned.
 *
 * <p>A redemption is one action of the viewer. It looks at the item's shared stock without a lock,
 * so that a crowd in front of an empty shelf waits for nobody, and locks it only to take a piece.
 * Price and item are frozen on the redemption. An item with rewards is delivered at once; any other
 * waits for the merchant, until its time is up and it is cancelled by itself.
 */
@NullMarked
package io.flywheel.mall;

import org.jspecify.annotations.NullMarked;
