package io.flywheel.leaderboard;

/**
 * What a team has reached in a period.
 *
 * @param score the sum of what its members have scored for it
 * @param reachedMillis the time of the latest event that is part of it, in epoch milliseconds
 * @param members how many have scored for it, without those who were taken off
 */
record TeamTotal(long score, long reachedMillis, long members) {
  static final TeamTotal NONE = new TeamTotal(0, 0, 0);
}
