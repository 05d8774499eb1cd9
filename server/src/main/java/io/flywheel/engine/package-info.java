/**
 * From an action to its commit: lanes batch actions, a batch loads slices, reactors react, and one
 * transaction saves what they changed. This package knows no feature.
 *
 * <p>The way of one action: {@link io.flywheel.engine.Engine#submit} puts it on the {@code Lane} of
 * its viewer; {@code BatchRunner} takes what waits, locks the viewers and runs each action as a
 * {@link io.flywheel.engine.Turn} through the {@link io.flywheel.engine.Reactor}s; {@code
 * Workspace} holds the slices and writes them back; after the commit the caller is answered and
 * {@link io.flywheel.engine.CommitListener}s are told.
 */
@NullMarked
package io.flywheel.engine;

import org.jspecify.annotations.NullMarked;
