/**
 * A room full of simulated viewers, for trying the service: {@code --demo}. They come in over the
 * wire, through the client for Java, as the viewers of any platform do; nothing else of the service
 * knows of them.
 */
@NullMarked
package io.flywheel.demo;

import org.jspecify.annotations.NullMarked;
