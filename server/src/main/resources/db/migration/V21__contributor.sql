-- When a viewer first contributed, by the times of events, in epoch milliseconds. Rows of earlier versions have 0 and are
-- told apart by joined_at_count, how far the goal was; it is 0 in all others.
ALTER TABLE task_contributor ADD COLUMN joined_ms BIGINT NOT NULL DEFAULT 0;
