-- name: wake
-- Work on a key is due at a time; an earlier time that is stored already stays. version: one never used before.
INSERT INTO due_work (kind, work_key, due_at, version) VALUES (:kind, :work_key, :due_at, :version)
ON CONFLICT (kind, work_key) DO UPDATE SET
    due_at = CASE WHEN excluded.due_at < due_work.due_at THEN excluded.due_at ELSE due_work.due_at END,
    version = excluded.version;

-- name: all
-- Everything that is due now or later, to look at; the engine never reads it whole.
SELECT kind, work_key, due_at, version FROM due_work ORDER BY due_at;

-- name: soonest
-- What is due of one kind, oldest first and a bounded number of it, and the soonest that is due later.
SELECT kind, work_key, due_at, version FROM (
    SELECT kind, work_key, due_at, version FROM due_work
    WHERE kind = :kind AND due_at <= :now
    ORDER BY due_at, work_key LIMIT :count
) AS due_now
UNION ALL
SELECT kind, work_key, due_at, version FROM (
    SELECT kind, work_key, due_at, version FROM due_work
    WHERE kind = :kind AND due_at > :now
    ORDER BY due_at, work_key LIMIT 1
) AS due_later;

-- name: one
-- The due row of one key.
SELECT kind, work_key, due_at, version FROM due_work WHERE kind = :kind AND work_key = :work_key;

-- name: done
-- The work is done, unless a wake came while it ran.
DELETE FROM due_work WHERE kind = :kind AND work_key = :work_key AND version = :version;
