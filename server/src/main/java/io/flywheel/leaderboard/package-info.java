/** Leaderboards: what is ranked, the scores, and the index that finds ranks. */
@NullMarked
package io.flywheel.leaderboard;

import org.jspecify.annotations.NullMarked;
