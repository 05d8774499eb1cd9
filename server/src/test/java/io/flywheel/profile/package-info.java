@NullMarked
package io.flywheel.profile;

import org.jspecify.annotations.NullMarked;
