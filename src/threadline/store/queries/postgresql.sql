-- name: people.vanities
-- The vanity names that are known of some people; ids: JSON list.
SELECT person_id, vanity FROM people WHERE account_id = :account_id AND vanity IS NOT NULL
    AND person_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: messages.known
-- Which of some messages are stored; ids: JSON list.
SELECT message_id FROM messages WHERE account_id = :account_id
    AND message_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: conversations.known
-- Which of some conversations are stored, with what decides over an update; ids: JSON list.
SELECT thread_id, last_activity_at, is_read, participants FROM conversations WHERE account_id = :account_id
    AND thread_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)));

-- name: accounts.lock
-- Other transactions that store for the account wait for this one.
SELECT account_id FROM accounts WHERE account_id = :account_id FOR UPDATE;
