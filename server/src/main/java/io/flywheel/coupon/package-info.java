/**
 * Coupons: each that a reward gives has a code, can be used once, and ends. The platform's checkout
 * reserves, commits and releases it.
 */
@NullMarked
package io.flywheel.coupon;

import org.jspecify.annotations.NullMarked;
