/**
 * Leaderboards: scores from what happens, ranks from memory, prizes at a period's end.
 *
 * <p>The scores in the tables are the truth. Ranks are an index in the memory of each node that was
 * asked for a board, also in a cluster, where other nodes tell by the bus what they commit. How
 * each promise is kept on any number of nodes:
 *
 * <ul>
 *   <li>Ranks are those of the table: an index is read from it, each score says how often it has
 *       moved, and the newest stands in whatever order rows and commits come. Scores are whole
 *       numbers of 64 bits; of equal ones the first to reach it is ahead, by its time to the
 *       millisecond.
 *   <li>Whoever was answered sees it: the node that commits moves its index before it answers; for
 *       a viewer's own place any other node looks at the viewer's row. What others did meanwhile on
 *       another node is seen as soon as the bus tells it, a few milliseconds later.
 *   <li>What the bus loses is made up: a node that can't have heard all reads its boards again, and
 *       all are compared with the tables in the background.
 *   <li>Prizes never depend on an index: they are settled from the table, under a lock, once.
 *   <li>A team's score is the sum of its members' scores and kept nowhere else, so that nobody
 *       waits for a team: in memory each team has the ranks of its members, and the teams' ranks
 *       are made from their sums. What members did on another node is seen as soon as the bus tells
 *       it.
 *   <li>Names and pictures are in memory, too, as {@code profile/} keeps them; those of a large
 *       board are looked up in the background once its ranks are there.
 *   <li>Memory is bounded on each node by {@code leaderboard.members-in-memory}; a board beyond it
 *       keeps its first places and estimates the rest.
 * </ul>
 *
 * <p>Sorted sets in Redis would keep none of these better. Their scores are floating-point numbers,
 * exact up to 2^53 only, and their ties go by the member's name, so that score and time would have
 * to be written into names; they would be a second copy to fill, check and mend; a call would wait
 * for Redis twice, for the rank and for what stands around it. What they would save is memory: a
 * board is kept once rather than on each node that is asked for it, some 100 MB for a million
 * members.
 */
@NullMarked
package io.flywheel.leaderboard;

import org.jspecify.annotations.NullMarked;
