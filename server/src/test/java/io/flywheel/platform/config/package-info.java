/** Tests of the settings. */
@NullMarked
package io.flywheel.platform.config;

import org.jspecify.annotations.NullMarked;
