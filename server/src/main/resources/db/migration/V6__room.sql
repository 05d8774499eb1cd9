-- What rooms know of a viewer: the session that heartbeats prove, and the time that was credited
-- (flywheel.state.v1.RoomState).
CREATE TABLE room_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- The key of heartbeat tokens, in the one row that there is.
CREATE TABLE heartbeat_key (
  key_id TINYINT NOT NULL,
  secret BINARY(32) NOT NULL,
  PRIMARY KEY (key_id)
);
