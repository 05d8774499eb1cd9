-- A viewer at a broadcast of a room: when and whether the viewer is there, and what the viewer did and got there.
-- entered_ms is the first sign of life, 9223372036854775807 where there was none; last_seen_ms the latest, 0 where there
-- was none; left_ms when the viewer last went out, 0: never. Batches only add to rows, or keep the smallest or greatest.
CREATE TABLE visit (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  broadcast_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entered_ms BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  left_ms BIGINT NOT NULL,
  first_visit TINYINT NOT NULL,
  entered BIGINT NOT NULL,
  likes BIGINT NOT NULL,
  comments BIGINT NOT NULL,
  shares BIGINT NOT NULL,
  follows BIGINT NOT NULL,
  clicks BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  ordered_minor BIGINT NOT NULL,
  check_ins BIGINT NOT NULL,
  tiers_reached BIGINT NOT NULL,
  rewards BIGINT NOT NULL,
  points BIGINT NOT NULL,
  watched_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, room_id, broadcast_id, viewer_id),
  KEY visit_viewer (merchant_id, viewer_id, entered_ms, room_id, broadcast_id)
);

-- What happened at a broadcast in a minute (since 1970). Every batch adds to the latest ones, so they are sharded: a
-- minute's figures are the sums of its shards.
CREATE TABLE room_minute (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  broadcast_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  minute BIGINT NOT NULL,
  shard SMALLINT NOT NULL,
  entered BIGINT NOT NULL,
  likes BIGINT NOT NULL,
  comments BIGINT NOT NULL,
  shares BIGINT NOT NULL,
  follows BIGINT NOT NULL,
  clicks BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  ordered_minor BIGINT NOT NULL,
  check_ins BIGINT NOT NULL,
  tiers_reached BIGINT NOT NULL,
  rewards BIGINT NOT NULL,
  points BIGINT NOT NULL,
  watched_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, room_id, broadcast_id, minute, shard),
  KEY room_minute_minute (minute)
);

-- The broadcasts of a room by their beginnings: the earliest sign of life in the first batch that knew of the
-- broadcast. Rows are never changed.
CREATE TABLE room_broadcast (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  broadcast_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  started_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, room_id, broadcast_id),
  KEY room_broadcast_started (merchant_id, room_id, started_ms)
);

-- The latest sign of life in a room: the greatest of its shards.
CREATE TABLE room_activity (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shard SMALLINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, room_id, shard)
);
