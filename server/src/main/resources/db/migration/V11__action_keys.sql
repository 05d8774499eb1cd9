-- What took effect, by the merchant and a key of the id: six bytes of the time that the id bears (zero where it bears
-- none), so that ids in time order lie together, and 16 bytes of a hash of what the id is unique within. With it a hash
-- of the content and, for requests, the answer. A row is kept for at least seven days from created_ms, whatever time the
-- id bears.
--
-- Rows of before know neither their merchant nor the time, and keep their hash under the merchant '' and the time zero;
-- ids are looked for there, too, until these rows have had their days.
CREATE TABLE action_log_by_merchant (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  action_key BINARY(22) NOT NULL,
  content_hash BINARY(16) NOT NULL,
  created_ms BIGINT NOT NULL,
  answer MEDIUMBLOB NULL,
  PRIMARY KEY (merchant_id, action_key)
);

INSERT INTO action_log_by_merchant (merchant_id, action_key, content_hash, created_ms, answer)
SELECT '', CONCAT(UNHEX('000000000000'), action_id), content_hash, created_ms, answer FROM action_log;

DROP TABLE action_log;

ALTER TABLE action_log_by_merchant RENAME TO action_log;

-- Follow-ups lie with their merchant's viewers; otherwise they are as they were.
CREATE TABLE follow_up_by_merchant (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  follow_up_id BINARY(16) NOT NULL,
  due_ms BIGINT NOT NULL,
  retry_ms BIGINT NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  broadcast_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body_type VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB NOT NULL,
  attempts INT NOT NULL,
  PRIMARY KEY (merchant_id, follow_up_id),
  KEY follow_up_retry (retry_ms)
);

INSERT INTO follow_up_by_merchant
  (merchant_id, follow_up_id, due_ms, retry_ms, viewer_id, room_id, broadcast_id, body_type, body, attempts)
SELECT merchant_id, follow_up_id, due_ms, retry_ms, viewer_id, room_id, broadcast_id, body_type, body, attempts
FROM follow_up;

DROP TABLE follow_up;

ALTER TABLE follow_up_by_merchant RENAME TO follow_up;

-- What one node of all does from time to time, such as forgetting what is old: who does it until when (lease_ms), when
-- it is next to be done, and how far it has come. Leases spare work, correctness does not rest on them.
CREATE TABLE chore (
  chore_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_ms BIGINT NOT NULL,
  due_ms BIGINT NOT NULL,
  progress VARBINARY(1000) NOT NULL,
  PRIMARY KEY (chore_name)
);
