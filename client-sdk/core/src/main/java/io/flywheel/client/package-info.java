/**
 * The Flywheel client for Java 11 and later.
 *
 * <p>Begin with {@link io.flywheel.client.FlywheelClient}; the messages and methods are the
 * generated ones of {@code io.flywheel.v1}, whose comments are the manual.
 */
@NullMarked
package io.flywheel.client;

import org.jspecify.annotations.NullMarked;
