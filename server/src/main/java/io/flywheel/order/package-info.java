/**
 * Orders and their refunds: an order counts once, whatever events tell of it, and what was given
 * for it is taken back as it is refunded, in whatever order order and refunds are told.
 *
 * <p>An order is known by its viewer and its id: two viewers' orders under one id are two orders,
 * so that no row is shared by viewers.
 */
@NullMarked
package io.flywheel.order;

import org.jspecify.annotations.NullMarked;
