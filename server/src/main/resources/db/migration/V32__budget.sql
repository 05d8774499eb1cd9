-- What was given of a program's budgets in a stretch of time; viewer_id: whose it is, where each viewer has one, else
-- empty. told_percent: the notice that was given last. Shared: locked by whoever gives something.
CREATE TABLE budget_spent (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  budget_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  budget_window VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  points BIGINT NOT NULL,
  coupons BIGINT NOT NULL,
  value_minor BIGINT NOT NULL,
  withheld BIGINT NOT NULL,
  told_percent BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, budget_id, budget_window, viewer_id)
);
