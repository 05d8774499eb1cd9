-- How old draws are, and since when coupons are over, in epoch milliseconds, so that both can be forgotten in time; 0: not
-- known, or never. Rows from before stay.
ALTER TABLE lottery_draw
  ADD COLUMN drawn_ms BIGINT NOT NULL DEFAULT 0;

ALTER TABLE viewer_coupon
  ADD COLUMN over_ms BIGINT NOT NULL DEFAULT 0;
