/**
 * Tags: what kind of viewer somebody is, by what the viewer does and by days that pass, and the
 * history of it.
 */
@NullMarked
package io.flywheel.audience.tag;

import org.jspecify.annotations.NullMarked;
