-- For which teams viewers play on boards of teams: flywheel.state.v1.TeamMembership. The lock on the viewer's own row guards
-- it. What a viewer has scored for a team is the viewer's row of board_score with the team as room_id.
CREATE TABLE board_team (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);
