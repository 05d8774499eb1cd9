/** What tests stand on: real servers on real sockets and a real database. */
@NullMarked
package io.flywheel.testing;

import org.jspecify.annotations.NullMarked;
