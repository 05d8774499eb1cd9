package io.flywheel.fulfillment.webhook;

/** An endpoint of a merchant. */
record EndpointKey(String merchantId, String endpointId) {
  /** The id by which it reads the journal. */
  String readerId() {
    return "webhook:" + endpointId;
  }
}
