-- Shares of budgets: a lane gives of one of them, and no lane waits for another's batch. points, pieces (coupons, or
-- tiers of a task) and value_minor: what the share has given. until_...: how much it may give in all, by the caps of
-- program_version. withheld: how often something was not given by lanes that found the budget used up.
CREATE TABLE budget_share (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  budget_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  budget_window VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  share INT NOT NULL,
  points BIGINT NOT NULL,
  pieces BIGINT NOT NULL,
  value_minor BIGINT NOT NULL,
  until_points BIGINT NOT NULL,
  until_pieces BIGINT NOT NULL,
  until_value_minor BIGINT NOT NULL,
  withheld BIGINT NOT NULL,
  program_version BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, budget_id, budget_window, share)
);

-- The same for the budgets of tasks; budget_id is the task's.
CREATE TABLE task_budget_share (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  budget_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  budget_window VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  share INT NOT NULL,
  points BIGINT NOT NULL,
  pieces BIGINT NOT NULL,
  value_minor BIGINT NOT NULL,
  until_points BIGINT NOT NULL,
  until_pieces BIGINT NOT NULL,
  until_value_minor BIGINT NOT NULL,
  withheld BIGINT NOT NULL,
  program_version BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, budget_id, budget_window, share)
);

-- lent_...: what the shares may give, with what they have given. spare_...: of it, what they had left when it was
-- reckoned up last, by the caps of program_version. largest_permille: so much of the caps is lent no more. What was
-- given is points + what the shares have given.
ALTER TABLE budget_spent
  ADD COLUMN lent_points BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN lent_coupons BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN lent_value_minor BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN spare_points BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN spare_coupons BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN spare_value_minor BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN largest_permille BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN program_version BIGINT NOT NULL DEFAULT 0;

ALTER TABLE task_budget
  ADD COLUMN lent_points BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN lent_tiers BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN spare_points BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN spare_tiers BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN largest_permille BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN program_version BIGINT NOT NULL DEFAULT 0;
