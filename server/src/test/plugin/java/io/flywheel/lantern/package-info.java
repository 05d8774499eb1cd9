/**
 * Lanterns: a feature that is made for a test alone. So many likes light a lantern while any is
 * left, which gives wishes, and wishes pay for things.
 */
@NullMarked
package io.flywheel.lantern;

import org.jspecify.annotations.NullMarked;
