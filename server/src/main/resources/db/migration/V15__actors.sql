-- Rooms and merchants act, too, under reserved ids, of which a room's is longer than a viewer's: '!room:' and its own id.
ALTER TABLE viewer MODIFY viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;

ALTER TABLE follow_up MODIFY viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;

-- Follow-ups are divided among the nodes by shards of whose they are; those of before are all in the first.
ALTER TABLE follow_up ADD COLUMN shard INT NOT NULL DEFAULT 0;

ALTER TABLE follow_up ADD KEY follow_up_due (shard, retry_ms);

ALTER TABLE follow_up DROP KEY follow_up_retry;

-- Follow-ups that were tried in vain, so often that they wait for somebody to look: why (reason) and since when
-- (parked_ms). They go back into follow_up when they are to be tried again.
CREATE TABLE follow_up_parked (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  follow_up_id BINARY(16) NOT NULL,
  shard INT NOT NULL,
  due_ms BIGINT NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  broadcast_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body_type VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB NOT NULL,
  attempts INT NOT NULL,
  parked_ms BIGINT NOT NULL,
  reason VARCHAR(500) CHARACTER SET utf8mb4 NOT NULL,
  PRIMARY KEY (merchant_id, follow_up_id)
);
