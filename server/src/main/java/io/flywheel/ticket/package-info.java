/** Lottery tickets: each viewer's balance for each lottery, which rewards fill and prices empty. */
@NullMarked
package io.flywheel.ticket;

import org.jspecify.annotations.NullMarked;
