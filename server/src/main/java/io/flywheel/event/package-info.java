/**
 * The intake of events: the live platform's services report here what viewers did. Each event is
 * checked by itself, becomes an action, and is answered when that is committed.
 */
@NullMarked
package io.flywheel.event;

import org.jspecify.annotations.NullMarked;
