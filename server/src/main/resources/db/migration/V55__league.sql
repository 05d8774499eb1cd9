-- Viewers in the leagues of boards; state is a flywheel.state.v1.LeagueStanding. The lock on the viewer's own row guards it.
CREATE TABLE league_member (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  board_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state BLOB NOT NULL,
  PRIMARY KEY (merchant_id, board_id, viewer_id)
);

-- Who plays in which cohort of a division in a period of a board. Rows are never changed.
CREATE TABLE league_seat (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  board_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  period VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  division_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cohort INT NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (merchant_id, board_id, period, division_id, cohort, viewer_id)
);

-- How many seats of a division are taken in a period of a board. Part 0 is for the first of them, the others are for those
-- whose ids hash to them. Shared: locked by whoever takes a seat, which each viewer does once a period.
CREATE TABLE league_division (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  board_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  period VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  division_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  part INT NOT NULL,
  seats BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, board_id, period, division_id, part)
);
