-- name: append
-- One event of an account's log.
INSERT INTO events (account_id, sequence, event_id, type, tenant_id, thread_id, occurred_at, recorded_at, from_me,
    origin, backfilled, data)
VALUES (:account_id, :sequence, :event_id, :type, :tenant_id, :thread_id, :occurred_at, :recorded_at, :from_me,
    :origin, :backfilled, :data);

-- name: after
-- The events of an account after a place in its log, in order.
SELECT account_id, sequence, event_id, type, tenant_id, thread_id, occurred_at, recorded_at, from_me, origin,
    backfilled, data
FROM events WHERE account_id = :account_id AND sequence > :sequence ORDER BY sequence LIMIT :count;
