-- More of what happened at a broadcast.
ALTER TABLE visit
  ADD COLUMN leads BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN group_joins BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN repurchases BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN new_followers BIGINT NOT NULL DEFAULT 0;

ALTER TABLE room_minute
  ADD COLUMN leads BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN group_joins BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN repurchases BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN new_followers BIGINT NOT NULL DEFAULT 0;

-- The broadcasts of all rooms by their beginnings.
CREATE INDEX room_broadcast_begun ON room_broadcast (merchant_id, started_ms, room_id, broadcast_id);

-- How many of the viewers who first came on a day were active on another, up to 30 days later; days are counted from
-- 1970. Every batch adds to the latest ones, so they are sharded: a cell is the sum of its shards.
CREATE TABLE retention_day (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_day BIGINT NOT NULL,
  active_day BIGINT NOT NULL,
  shard SMALLINT NOT NULL,
  viewers BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, first_day, active_day, shard)
);
