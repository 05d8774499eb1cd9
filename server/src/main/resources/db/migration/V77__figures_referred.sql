-- Whom invites brought to a broadcast, and who of them followed.
ALTER TABLE visit
  ADD COLUMN referred BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN referred_followers BIGINT NOT NULL DEFAULT 0;

ALTER TABLE room_minute
  ADD COLUMN referred BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN referred_followers BIGINT NOT NULL DEFAULT 0;
