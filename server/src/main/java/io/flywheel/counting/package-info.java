/**
 * What features count, and in which windows. Tasks count by it; so may badges, levels, boards and
 * tags.
 *
 * <p><b>To say that something can be counted</b>, a feature binds an {@code OccurrenceSource} with
 * {@code Triggers.sources}: which triggers of the contract it sets off, what can be added up of
 * them, and how a message (an {@code Event}, or the payload of a fact) becomes {@code Occurrence}s.
 * Each trigger has exactly one source, or the start fails.
 *
 * <p><b>To count</b>, a feature
 *
 * <ul>
 *   <li>puts a {@code Metric} into its part of the program (tasks have its fields among their own),
 *       and lets its {@code ProgramSection} call {@code Triggers.fill}, {@code check} and {@code
 *       compile}, which gives a {@code Counter};
 *   <li>binds an {@code OccurrenceListener} with {@code Triggers.listeners}, which is told every
 *       occurrence in the turn of whoever it is of, and finds the counters of its trigger;
 *   <li>asks {@code Counter.matches} whether the occurrence is what the metric speaks of, and
 *       {@code Counter.measure} how much it adds, in raw units of which {@code Counter.unit} make
 *       one;
 *   <li>finds by {@code WindowRule.at} which stretch of time it belongs to, and keeps a count for
 *       each {@code CountingWindow} by its name, until the window {@code isGone}.
 * </ul>
 *
 * <p>What was counted is the feature's own state, in its own slice: this package stores nothing.
 */
@NullMarked
package io.flywheel.counting;

import org.jspecify.annotations.NullMarked;
