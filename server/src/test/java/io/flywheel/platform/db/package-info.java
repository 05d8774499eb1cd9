/** Tests of the database. */
@NullMarked
package io.flywheel.platform.db;

import org.jspecify.annotations.NullMarked;
