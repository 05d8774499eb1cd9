-- A viewer: what every feature may know of it (flywheel.v1.ViewerProfile), and the row whose lock guards all of the
-- viewer's other rows. An empty profile belongs to a viewer none of whose actions took effect yet.
CREATE TABLE viewer (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  profile MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- What took effect: events and requests by a hash of their ids, with a hash of their content and, for requests, the
-- answer. Rows are kept for at least seven days.
CREATE TABLE action_log (
  action_id BINARY(16) NOT NULL,
  content_hash BINARY(16) NOT NULL,
  created_ms BIGINT NOT NULL,
  answer MEDIUMBLOB NULL,
  PRIMARY KEY (action_id)
);

-- What actions left to be done later, such as points that mature: due_ms is the time by which it is reckoned, retry_ms
-- when it is tried, which is later once it has failed. The transaction that does it deletes the row.
CREATE TABLE follow_up (
  follow_up_id BINARY(16) NOT NULL,
  due_ms BIGINT NOT NULL,
  retry_ms BIGINT NOT NULL,
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  broadcast_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body_type VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB NOT NULL,
  attempts INT NOT NULL,
  PRIMARY KEY (follow_up_id),
  KEY follow_up_retry (retry_ms)
);
