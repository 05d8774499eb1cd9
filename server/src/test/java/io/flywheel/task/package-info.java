@NullMarked
package io.flywheel.task;

import org.jspecify.annotations.NullMarked;
