/**
 * Several nodes on one database: who is there, whether they may work together, and how they hear of
 * each other's commits at once. Whatever is committed is right without any of this; only live
 * streams stand on it.
 */
@NullMarked
package io.flywheel.platform.cluster;

import org.jspecify.annotations.NullMarked;
