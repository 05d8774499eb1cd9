/** The service: what it is made of and how it starts and stops. */
@NullMarked
package io.flywheel;

import org.jspecify.annotations.NullMarked;
