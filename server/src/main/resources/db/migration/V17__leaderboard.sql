-- What viewers have reached in a period of a board. room_id is empty for a board of the whole merchant; period is as in
-- flywheel.v1.BoardCause; reached_ms is the time of the latest event that is part of the score; moves grows by one with
-- each change; prizes is a flywheel.state.v1.WonPrizes, empty where nothing was won. The lock on the viewer's own row guards it.
CREATE TABLE board_score (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  board_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  period VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  score BIGINT NOT NULL,
  reached_ms BIGINT NOT NULL,
  moves BIGINT NOT NULL,
  removed TINYINT NOT NULL,
  prizes BLOB NOT NULL,
  PRIMARY KEY (merchant_id, board_id, room_id, period, viewer_id)
);

-- The periods of boards that anybody has scored in. Times are 0 where there are none. state is 0 before the first score,
-- 1 while the period counts, 2 once it was settled. Shared: locked by whoever changes it.
CREATE TABLE board_period (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  board_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  period VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  starts_ms BIGINT NOT NULL,
  ends_ms BIGINT NOT NULL,
  settles_ms BIGINT NOT NULL,
  state TINYINT NOT NULL,
  PRIMARY KEY (merchant_id, board_id, room_id, period)
);
