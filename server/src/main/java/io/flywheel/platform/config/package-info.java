/** Settings from arguments, environment and a file, read into records. */
@NullMarked
package io.flywheel.platform.config;

import org.jspecify.annotations.NullMarked;
