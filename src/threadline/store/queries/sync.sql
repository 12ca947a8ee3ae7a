-- name: by_account
-- How far an account has been read.
SELECT account_id, sync_token, baseline_at, followed_until, listed_at, walks FROM sync_positions WHERE account_id = :account_id;

-- name: put
-- How far an account has been read.
INSERT INTO sync_positions (account_id, sync_token, baseline_at, followed_until, listed_at, walks)
VALUES (:account_id, :sync_token, :baseline_at, :followed_until, :listed_at, :walks)
ON CONFLICT (account_id) DO UPDATE SET sync_token = excluded.sync_token, baseline_at = excluded.baseline_at,
    followed_until = excluded.followed_until, listed_at = excluded.listed_at, walks = excluded.walks;

-- name: followed
-- Everything up to this token, and every message up to this time, has been stored.
UPDATE sync_positions SET sync_token = :sync_token, followed_until = :followed_until
WHERE account_id = :account_id;
