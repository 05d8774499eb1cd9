-- The draws of rooms: state is a flywheel.state.v1.RoomDrawRecord. Rows stay for three years and longer. Shared: locked
-- by whoever changes it.
CREATE TABLE room_draw (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  draw_number BIGINT NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, room_id, draw_number)
);

-- Which draws are open in a room: flywheel.state.v1.RoomDrawsOfRoom. Shared.
CREATE TABLE room_draws (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, room_id)
);

-- How many have entered a draw, in parts over which viewers are spread, so that not all of them wait for one row. Who
-- enters locks the viewer's part and finds it open; the draw's end locks all of them and closes them. Shared.
CREATE TABLE room_draw_part (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  draw_number BIGINT NOT NULL,
  part TINYINT NOT NULL,
  entrants BIGINT NOT NULL,
  closed TINYINT NOT NULL,
  PRIMARY KEY (merchant_id, room_id, draw_number, part)
);

-- Who has entered a draw. Rows are only ever added.
CREATE TABLE room_draw_entrant (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  draw_number BIGINT NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tag CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entered_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, room_id, draw_number, tag)
);

-- What rules need of a viewer's part in draws of rooms: flywheel.state.v1.RoomDrawsOfViewer.
CREATE TABLE room_draw_own (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);
