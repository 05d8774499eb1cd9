-- A viewer's check-ins by day, with the make-up cards and freezes held (flywheel.state.v1.CheckInState). The lock on the
-- viewer's own row guards it.
CREATE TABLE check_in (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- A viewer's check-ins by the broadcasts of a room (flywheel.state.v1.BroadcastCheckInState). The lock on the viewer's
-- own row guards it.
CREATE TABLE broadcast_check_in (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, room_id)
);

-- The order of a room's broadcasts (flywheel.state.v1.RoomBroadcastsState). Shared: locked by whoever changes it.
CREATE TABLE room_broadcasts (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, room_id)
);
