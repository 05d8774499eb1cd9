-- The rooms that calls or events of the platform's services have named, and what was told of each
-- (flywheel.state.v1.RoomTold).
CREATE TABLE room (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  told MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, room_id)
);

-- The broadcasts of rooms: first_ms is the time of the earliest event that names it, 9223372036854775807 where there is
-- none; told is what the platform told of it (flywheel.state.v1.BroadcastTold).
CREATE TABLE broadcast (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  broadcast_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_ms BIGINT NOT NULL,
  told BLOB NOT NULL,
  PRIMARY KEY (merchant_id, room_id, broadcast_id)
);

-- Rooms are actors beside viewers, with ids that no viewer has: "!room:" and the room's.
ALTER TABLE viewer MODIFY viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;
