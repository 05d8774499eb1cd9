/** The database: embedded or by URL, its pool, its migrations and its errors. */
@NullMarked
package io.flywheel.platform.db;

import org.jspecify.annotations.NullMarked;
