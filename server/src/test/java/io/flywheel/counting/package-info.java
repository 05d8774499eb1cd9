@NullMarked
package io.flywheel.counting;

import org.jspecify.annotations.NullMarked;
