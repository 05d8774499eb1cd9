-- Whom viewers know, for boards of friends: flywheel.state.v1.BoardFriends. The lock on the viewer's own row guards it.
CREATE TABLE board_friend (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);
