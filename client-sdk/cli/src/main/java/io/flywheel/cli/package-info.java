/** The command line of Flywheel: one class a command, on the Java client. */
@NullMarked
package io.flywheel.cli;

import org.jspecify.annotations.NullMarked;
