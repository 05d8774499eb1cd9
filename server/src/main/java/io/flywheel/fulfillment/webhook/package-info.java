/** Webhooks: what is to be delivered, sent to the platform over HTTP. */
@NullMarked
package io.flywheel.fulfillment.webhook;

import org.jspecify.annotations.NullMarked;
