/**
 * Rooms: who is where, and for how long they have provably watched.
 *
 * <p>A viewer is in one room at a time. Entering, heartbeats, acting and leaving are signs of life;
 * from the first to the last of a session, no two of which lie further apart than the program
 * allows, the viewer has watched. What is credited is united over all rooms, so that no moment
 * counts twice however it was reported.
 */
@NullMarked
package io.flywheel.room;

import org.jspecify.annotations.NullMarked;
