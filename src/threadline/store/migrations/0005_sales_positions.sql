-- How far the Sales Navigator inbox of an account has been read; an inbox of its own, with a past of its own.
-- baseline_at: the newest activity when it was first read, what is later is told as an event.
-- followed_until: the newest activity that is stored. listed_at: when all of it had been listed, NULL before.
CREATE TABLE sales_positions (
    account_id TEXT PRIMARY KEY,
    baseline_at BIGINT NOT NULL,
    followed_until BIGINT NOT NULL,
    listed_at BIGINT
);
