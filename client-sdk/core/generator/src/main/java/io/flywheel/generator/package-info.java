/** Makes the typed calls of the Java clients from the contract's descriptors. */
@NullMarked
package io.flywheel.generator;

import org.jspecify.annotations.NullMarked;
