-- How far the platform's delivery of a grant is: state is the number of a flywheel.v1.DeliveryState.
CREATE TABLE grant_delivery (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  grant_number BIGINT NOT NULL,
  state TINYINT NOT NULL,
  reference VARCHAR(200) CHARACTER SET utf8mb4 NOT NULL,
  moved_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, grant_number)
);

-- Where messages are sent. kinds are numbers of flywheel.v1.FulfillmentKind with commas between them, empty for all;
-- secrets is a flywheel.state.v1.WebhookSecrets; next_number is that of the next message. Its row is locked by whoever
-- moves its messages; one node at a time sends them, which owns it until lease_ms.
CREATE TABLE webhook_endpoint (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  endpoint_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  url VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kinds VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enabled TINYINT NOT NULL,
  disabled_reason VARCHAR(300) CHARACTER SET utf8mb4 NOT NULL,
  secrets MEDIUMBLOB NOT NULL,
  next_number BIGINT NOT NULL,
  owner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_ms BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, endpoint_id),
  KEY webhook_endpoint_enabled (enabled, merchant_id, endpoint_id)
);

-- Messages, numbered for each endpoint in the order in which they came about. state is the number of a
-- flywheel.v1.WebhookMessageState; moment_ms is when it is sent next where it waits, else when it came to its state.
CREATE TABLE webhook_message (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  endpoint_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message_number BIGINT NOT NULL,
  message_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB NOT NULL,
  state TINYINT NOT NULL,
  moment_ms BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  attempts INT NOT NULL,
  tried_ms BIGINT NULL,
  last_status INT NOT NULL,
  last_error VARCHAR(300) CHARACTER SET utf8mb4 NOT NULL,
  PRIMARY KEY (merchant_id, endpoint_id, message_number),
  UNIQUE KEY webhook_message_id (merchant_id, endpoint_id, message_id),
  KEY webhook_message_state (merchant_id, endpoint_id, state, moment_ms),
  KEY webhook_message_viewer (merchant_id, endpoint_id, viewer_id, state, message_number)
);
