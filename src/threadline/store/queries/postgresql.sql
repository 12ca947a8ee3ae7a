-- name: people.vanities
-- The vanity names that are known of some people; ids: JSON list.
SELECT person_id, vanity FROM people WHERE account_id = :account_id AND vanity IS NOT NULL
    AND person_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: messages.known
-- Which of some messages are stored; ids: JSON list.
SELECT message_id FROM messages WHERE account_id = :account_id
    AND message_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: messages.stored
-- Some messages as they are stored; ids: JSON list.
SELECT message_id, thread_id, sender_id, delivered_at, from_me, body, attributes, subject, origin_token,
    render_format, content, reactions, fallback_text, changed_revision
FROM messages WHERE account_id = :account_id AND message_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: conversations.stored
-- Some conversations as they are stored; ids: JSON list.
SELECT thread_id, owner_id, categories, group_chat, title, state, type_text, created_at, last_activity_at,
    last_read_at, is_read, unread_count, notification_status, disabled_features, participants, source,
    changed_revision
FROM conversations WHERE account_id = :account_id AND thread_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: deletions.since
-- What of some conversations and messages was deleted after a revision; ids: JSON list.
SELECT item_id FROM deletions
WHERE account_id = :account_id AND changed_revision > :revision AND item_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: typing.active
-- Who types now in some conversations; ids: JSON list.
SELECT thread_id, person_id FROM typing
WHERE account_id = :account_id AND until_at > :now AND thread_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)))
ORDER BY thread_id, person_id;

-- name: thread_positions.of
-- The sync tokens of some conversations; ids: JSON list.
SELECT thread_id, sync_token FROM thread_positions
WHERE account_id = :account_id AND thread_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: accounts.lock
-- Other transactions that store for the account wait for this one; no row before anything was read of it.
-- Both rows are locked: of a row that is only joined, whoever has waited would see what it was before.
SELECT p.baseline_at FROM accounts a JOIN sync_positions p ON p.account_id = a.account_id
WHERE a.account_id = :account_id FOR UPDATE OF a, p;

-- name: accounts.lock_alone
-- The same, of an account of which nothing was read yet.
SELECT account_id FROM accounts WHERE account_id = :account_id FOR UPDATE;

-- name: pacing.lock
-- As pacing.read; other transactions of the account wait for this one. No row where it is not paced yet.
-- Both rows are locked: of a row that is only joined, whoever has waited would see what it was before.
SELECT a.account_id, a.state, a.state_until, a.created_at, t.sandbox, p.rules, p.seed, p.openings, p.slot_at,
    p.opened_at, p.inmail_credits, p.inmail_credits_at
FROM accounts a JOIN tenants t ON t.tenant_id = a.tenant_id JOIN pacing p ON p.account_id = a.account_id
WHERE a.account_id = :account_id FOR UPDATE OF a, p;

-- name: idempotency.find_all
-- What some keys stand for, of those first used after a time; ids: JSON list.
SELECT idempotency_key, request_hash, send_id FROM idempotency_keys WHERE account_id = :account_id
    AND created_at > :since AND idempotency_key IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: sends.by_ids
-- Some sends; ids: JSON list.
SELECT * FROM sends WHERE account_id = :account_id AND send_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: people.named
-- Who is known by some names, which are vanity names or profile ids; ids: JSON list.
SELECT alias AS name, person_id FROM people_aliases
WHERE account_id = :account_id AND alias IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)))
UNION ALL SELECT person_id AS name, person_id FROM people
WHERE account_id = :account_id AND person_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: conversations.with_peers
-- The one-to-one conversations with some members, newest first; ids: JSON list.
SELECT direct_peer, thread_id, disabled_features FROM conversations
WHERE account_id = :account_id AND direct_peer IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)))
ORDER BY last_activity_at DESC, thread_id DESC;
