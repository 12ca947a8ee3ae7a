-- name: find
-- What a key stands for, if it was first used after a time.
SELECT request_hash, send_id, created_at FROM idempotency_keys
WHERE account_id = :account_id AND idempotency_key = :idempotency_key AND created_at > :since;

-- name: put
-- A key stands for a request from now on; an older use of it has ended.
INSERT INTO idempotency_keys (account_id, idempotency_key, request_hash, send_id, created_at)
VALUES (:account_id, :idempotency_key, :request_hash, :send_id, :created_at)
ON CONFLICT (account_id, idempotency_key) DO UPDATE SET request_hash = excluded.request_hash,
    send_id = excluded.send_id, created_at = excluded.created_at;

-- name: forget
-- Keys that have ended, some at a time.
DELETE FROM idempotency_keys WHERE (account_id, idempotency_key) IN (
    SELECT account_id, idempotency_key FROM idempotency_keys WHERE created_at <= :before ORDER BY created_at LIMIT :count
);
