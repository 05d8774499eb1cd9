/**
 * Tasks: what viewers do is counted towards tiers, and tiers are rewarded.
 *
 * <p>{@code TaskReactor} turns events and facts into {@code Occurrence}s; {@code Counting} counts
 * one towards one task; {@code Payment} gives or keeps what a tier earns, within {@code
 * TaskBudgets}. {@code TaskStateSlice} stores a viewer's progress, {@code RoomGoalSlice}, {@code
 * BudgetSlice}, {@code TaskShareSlice} and {@code ContributorAppender} what viewers share. What
 * viewers contribute to goals of rooms goes through a {@code ContributionInbox}, from which the
 * room's own turns add it to the goals ({@code RoomGoals}). {@code TaskProjection} and {@code
 * TaskExplanation} say how a viewer stands.
 */
@NullMarked
package io.flywheel.task;

import org.jspecify.annotations.NullMarked;
