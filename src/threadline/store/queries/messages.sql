-- name: put
-- A message as LinkedIn shows it now. The origin token, once known, stays.
INSERT INTO messages (account_id, message_id, thread_id, sender_id, delivered_at, from_me, body, attributes,
    subject, origin_token, render_format, content, reactions, fallback_text, changed_revision)
VALUES (:account_id, :message_id, :thread_id, :sender_id, :delivered_at, :from_me, :body, :attributes,
    :subject, :origin_token, :render_format, :content, :reactions, :fallback_text,
    COALESCE((SELECT revision FROM accounts WHERE account_id = :account_id), 0))
ON CONFLICT (account_id, message_id) DO UPDATE SET
    body = excluded.body,
    attributes = excluded.attributes,
    subject = COALESCE(excluded.subject, messages.subject),
    origin_token = COALESCE(messages.origin_token, excluded.origin_token),
    render_format = excluded.render_format,
    content = excluded.content,
    reactions = excluded.reactions,
    fallback_text = excluded.fallback_text,
    changed_revision = excluded.changed_revision;

-- name: page
-- A page of a conversation, newest first, below a place in the order, with the senders.
SELECT m.message_id, m.thread_id, m.sender_id, m.delivered_at, m.from_me, m.body, m.attributes, m.subject,
    m.origin_token, m.render_format, m.content, m.reactions, m.fallback_text
FROM messages m
WHERE m.account_id = :account_id AND m.thread_id = :thread_id
    AND (m.delivered_at, m.message_id) < (:before, :before_message)
ORDER BY m.delivered_at DESC, m.message_id DESC LIMIT :count;

-- name: newer_from_others
-- The newest message of somebody else after a place in a conversation.
SELECT message_id FROM messages
WHERE account_id = :account_id AND thread_id = :thread_id AND (delivered_at, message_id) > (:after, :after_message)
    AND from_me = 0
ORDER BY delivered_at DESC, message_id DESC LIMIT 1;

-- name: one
-- One message.
SELECT m.message_id, m.thread_id, m.sender_id, m.delivered_at, m.from_me, m.body, m.attributes, m.subject,
    m.origin_token, m.render_format, m.content, m.reactions, m.fallback_text
FROM messages m WHERE m.account_id = :account_id AND m.message_id = :message_id;

-- name: senders
-- Who wrote in a conversation, in short form.
SELECT p.person_id, p.kind, p.first_name, p.last_name, p.headline, p.distance, p.member_number, p.vanity,
    p.page_url, p.picture_url, p.location, p.premium
FROM conversation_participants c
JOIN people p ON p.account_id = c.account_id AND p.person_id = c.person_id
WHERE c.account_id = :account_id AND c.thread_id = :thread_id;

-- name: newest_time
-- When the newest stored message of a conversation was delivered.
SELECT delivered_at FROM messages WHERE account_id = :account_id AND thread_id = :thread_id
ORDER BY delivered_at DESC, message_id DESC LIMIT 1;

-- name: remove_thread
-- The messages of a conversation that was deleted at LinkedIn.
DELETE FROM messages WHERE account_id = :account_id AND thread_id = :thread_id;

-- name: remove
-- A message was deleted from the owner's mailbox.
DELETE FROM messages WHERE account_id = :account_id AND message_id = :message_id;
