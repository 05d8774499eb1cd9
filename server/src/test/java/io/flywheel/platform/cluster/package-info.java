/** Tests of nodes on one database. */
@NullMarked
package io.flywheel.platform.cluster;

import org.jspecify.annotations.NullMarked;
