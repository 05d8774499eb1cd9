/** The audience: who a merchant's viewers are, found and counted by what is known of them. */
@NullMarked
package io.flywheel.audience;

import org.jspecify.annotations.NullMarked;
