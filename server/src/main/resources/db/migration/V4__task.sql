-- A viewer's progress in all tasks (flywheel.state.v1.TaskStates), packed in one column: a batch then writes one row a
-- viewer, however many tasks a like moves.
CREATE TABLE task_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- What the viewers of a room have done together in one window of a task (flywheel.state.v1.RoomGoalState).
CREATE TABLE task_room_goal (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_window VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, room_id, task_id, task_window)
);

-- Who contributed to a goal of a room, and how far the goal was when they came in.
CREATE TABLE task_contributor (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  room_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_window VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  joined_at_count BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, room_id, task_id, task_window, viewer_id)
);

-- What a task with a budget has given to all viewers together in one stretch of time.
CREATE TABLE task_budget (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_window VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  points BIGINT NOT NULL,
  tiers BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, task_id, task_window)
);
