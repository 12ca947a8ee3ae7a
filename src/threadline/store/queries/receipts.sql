-- name: put
-- How far somebody has seen a conversation.
INSERT INTO receipts (account_id, thread_id, person_id, message_id, message_at, seen_at)
VALUES (:account_id, :thread_id, :person_id, :message_id, :message_at, :seen_at)
ON CONFLICT (account_id, thread_id, person_id) DO UPDATE SET message_id = excluded.message_id,
    message_at = excluded.message_at, seen_at = excluded.seen_at;

-- name: of_thread
-- How far each of the others has seen a conversation.
SELECT person_id, message_id, message_at, seen_at FROM receipts
WHERE account_id = :account_id AND thread_id = :thread_id ORDER BY person_id;

-- name: remove_thread
-- A conversation is gone.
DELETE FROM receipts WHERE account_id = :account_id AND thread_id = :thread_id;
