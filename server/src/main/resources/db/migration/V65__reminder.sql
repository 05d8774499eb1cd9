-- What viewers are to be reminded of, and were: flywheel.state.v1.ReminderState.
CREATE TABLE reminder_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- What became of the reminders of a day (since 1970). Batches add to the latest ones, so they are sharded: a day's
-- figures are the sums of its shards.
CREATE TABLE reminder_day (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day BIGINT NOT NULL,
  rule_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shard SMALLINT NOT NULL,
  sent BIGINT NOT NULL,
  came_back BIGINT NOT NULL,
  held_back BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, day, rule_id, shard)
);
