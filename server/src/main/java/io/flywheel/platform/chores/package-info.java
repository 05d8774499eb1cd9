/** What one node of all does from time to time, in short steps. */
@NullMarked
package io.flywheel.platform.chores;

import org.jspecify.annotations.NullMarked;
