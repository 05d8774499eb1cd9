-- The boosters that hosts have started in a room: flywheel.state.v1.BoostersOfRoom. Shared.
CREATE TABLE room_booster (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, room_id)
);
