-- name: put
-- Somebody types, until a time.
INSERT INTO typing (account_id, thread_id, person_id, until_at)
VALUES (:account_id, :thread_id, :person_id, :until_at)
ON CONFLICT (account_id, thread_id, person_id) DO UPDATE SET until_at = excluded.until_at;

-- name: stop
-- Somebody wrote, and so types no longer.
DELETE FROM typing WHERE account_id = :account_id AND thread_id = :thread_id AND person_id = :person_id;

-- name: forget
-- Rows of an account that mean nothing any more.
DELETE FROM typing WHERE account_id = :account_id AND until_at <= :now;

-- name: remove_thread
-- A conversation is gone.
DELETE FROM typing WHERE account_id = :account_id AND thread_id = :thread_id;
