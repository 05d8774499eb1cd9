/**
 * Fulfillment: every reward but points becomes a durable grant with its cause, numbered for each
 * viewer, for the features and services that give it a life.
 */
@NullMarked
package io.flywheel.fulfillment;

import org.jspecify.annotations.NullMarked;
