-- All that features keep of a viewer stands in the viewer's row, a column a feature: the statement that locks a viewer
-- reads it, and one statement writes whatever an action changed. Each column holds a message of flywheel.state.v1, of the
-- name that the feature's slice says; NULL: nothing yet. Features add columns for what they will keep.
--
-- The rows are copied into a table that takes the place of the former one at the end, and the tables of the features stay
-- until the next migration, so that one that was cut short, wherever it was, can begin again.
--
-- What such a one left is dropped; DROP TABLE IF EXISTS would warn wherever there is nothing, which is the rule.
CREATE TABLE IF NOT EXISTS viewer_row (merchant_id INT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS viewer_former (merchant_id INT PRIMARY KEY);
DROP TABLE viewer_row, viewer_former;

-- Every viewer of whom something is kept has a row. They are looked for, as IGNORE would warn of each that is there.
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM badge_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM board_friend own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM board_team own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM check_in own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM coupon_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM grant_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM level_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM lottery_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM mall_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM order_total own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM points_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM referral_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM reminder_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM room_draw_own own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM season_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM tag_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM task_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;
INSERT INTO viewer (merchant_id, viewer_id, profile) SELECT own.merchant_id, own.viewer_id, '' FROM ticket_state own
LEFT JOIN viewer ON viewer.merchant_id = own.merchant_id AND viewer.viewer_id = own.viewer_id
WHERE viewer.viewer_id IS NULL;

CREATE TABLE viewer_row (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  profile MEDIUMBLOB NULL,
  badge_state MEDIUMBLOB NULL,
  board_friend MEDIUMBLOB NULL,
  board_team MEDIUMBLOB NULL,
  check_in MEDIUMBLOB NULL,
  coupon_state MEDIUMBLOB NULL,
  grant_state MEDIUMBLOB NULL,
  level_state MEDIUMBLOB NULL,
  lottery_state MEDIUMBLOB NULL,
  mall_state MEDIUMBLOB NULL,
  order_total MEDIUMBLOB NULL,
  points_state MEDIUMBLOB NULL,
  referral_state MEDIUMBLOB NULL,
  reminder_state MEDIUMBLOB NULL,
  room_draw_own MEDIUMBLOB NULL,
  season_state MEDIUMBLOB NULL,
  tag_state MEDIUMBLOB NULL,
  task_state MEDIUMBLOB NULL,
  ticket_state MEDIUMBLOB NULL,
  PRIMARY KEY (merchant_id, viewer_id)
) ROW_FORMAT = DYNAMIC;

-- A table is read in the order of its keys, in which the rows are best written.
INSERT INTO viewer_row
SELECT STRAIGHT_JOIN viewer.merchant_id, viewer.viewer_id, NULLIF(viewer.profile, ''),
  badge_state.state,
  board_friend.state,
  board_team.state,
  check_in.state,
  coupon_state.state,
  grant_state.state,
  level_state.state,
  lottery_state.state,
  mall_state.state,
  order_total.state,
  points_state.state,
  referral_state.state,
  reminder_state.state,
  room_draw_own.state,
  season_state.state,
  tag_state.state,
  task_state.state,
  ticket_state.state
FROM viewer
LEFT JOIN badge_state
  ON badge_state.merchant_id = viewer.merchant_id AND badge_state.viewer_id = viewer.viewer_id
LEFT JOIN board_friend
  ON board_friend.merchant_id = viewer.merchant_id AND board_friend.viewer_id = viewer.viewer_id
LEFT JOIN board_team
  ON board_team.merchant_id = viewer.merchant_id AND board_team.viewer_id = viewer.viewer_id
LEFT JOIN check_in
  ON check_in.merchant_id = viewer.merchant_id AND check_in.viewer_id = viewer.viewer_id
LEFT JOIN coupon_state
  ON coupon_state.merchant_id = viewer.merchant_id AND coupon_state.viewer_id = viewer.viewer_id
LEFT JOIN grant_state
  ON grant_state.merchant_id = viewer.merchant_id AND grant_state.viewer_id = viewer.viewer_id
LEFT JOIN level_state
  ON level_state.merchant_id = viewer.merchant_id AND level_state.viewer_id = viewer.viewer_id
LEFT JOIN lottery_state
  ON lottery_state.merchant_id = viewer.merchant_id AND lottery_state.viewer_id = viewer.viewer_id
LEFT JOIN mall_state
  ON mall_state.merchant_id = viewer.merchant_id AND mall_state.viewer_id = viewer.viewer_id
LEFT JOIN order_total
  ON order_total.merchant_id = viewer.merchant_id AND order_total.viewer_id = viewer.viewer_id
LEFT JOIN points_state
  ON points_state.merchant_id = viewer.merchant_id AND points_state.viewer_id = viewer.viewer_id
LEFT JOIN referral_state
  ON referral_state.merchant_id = viewer.merchant_id AND referral_state.viewer_id = viewer.viewer_id
LEFT JOIN reminder_state
  ON reminder_state.merchant_id = viewer.merchant_id AND reminder_state.viewer_id = viewer.viewer_id
LEFT JOIN room_draw_own
  ON room_draw_own.merchant_id = viewer.merchant_id AND room_draw_own.viewer_id = viewer.viewer_id
LEFT JOIN season_state
  ON season_state.merchant_id = viewer.merchant_id AND season_state.viewer_id = viewer.viewer_id
LEFT JOIN tag_state
  ON tag_state.merchant_id = viewer.merchant_id AND tag_state.viewer_id = viewer.viewer_id
LEFT JOIN task_state
  ON task_state.merchant_id = viewer.merchant_id AND task_state.viewer_id = viewer.viewer_id
LEFT JOIN ticket_state
  ON ticket_state.merchant_id = viewer.merchant_id AND ticket_state.viewer_id = viewer.viewer_id;

RENAME TABLE viewer TO viewer_former, viewer_row TO viewer;
