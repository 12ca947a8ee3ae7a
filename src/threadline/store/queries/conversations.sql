-- name: put
-- A conversation as LinkedIn shows it. A copy older than what is stored changes neither order nor read state.
INSERT INTO conversations (account_id, thread_id, owner_id, folder, kind, categories, group_chat, title, state,
    type_text, created_at, last_activity_at, last_read_at, is_read, unread_count, notification_status,
    disabled_features, direct_peer, participants, last_message_id, last_message_at, last_text, last_from_me,
    last_sender_id, source, changed_revision)
VALUES (:account_id, :thread_id, :owner_id, :folder, :kind, :categories, :group_chat, :title, :state,
    :type_text, :created_at, :last_activity_at, :last_read_at, :is_read, :unread_count, :notification_status,
    :disabled_features, :direct_peer, :participants, :last_message_id, :last_message_at, :last_text, :last_from_me,
    :last_sender_id, :source, COALESCE((SELECT revision FROM accounts WHERE account_id = :account_id), 0))
ON CONFLICT (account_id, thread_id) DO UPDATE SET
    owner_id = excluded.owner_id,
    folder = CASE WHEN excluded.last_activity_at >= conversations.last_activity_at
        THEN excluded.folder ELSE conversations.folder END,
    kind = excluded.kind,
    categories = CASE WHEN excluded.last_activity_at >= conversations.last_activity_at
        THEN excluded.categories ELSE conversations.categories END,
    group_chat = excluded.group_chat,
    title = excluded.title,
    state = excluded.state,
    type_text = excluded.type_text,
    created_at = COALESCE(excluded.created_at, conversations.created_at),
    last_activity_at = CASE WHEN excluded.last_activity_at >= conversations.last_activity_at
        THEN excluded.last_activity_at ELSE conversations.last_activity_at END,
    last_read_at = CASE WHEN excluded.last_activity_at >= conversations.last_activity_at
        THEN excluded.last_read_at ELSE conversations.last_read_at END,
    is_read = CASE WHEN excluded.last_activity_at >= conversations.last_activity_at
        THEN excluded.is_read ELSE conversations.is_read END,
    unread_count = CASE WHEN excluded.last_activity_at >= conversations.last_activity_at
        THEN excluded.unread_count ELSE conversations.unread_count END,
    notification_status = excluded.notification_status,
    disabled_features = excluded.disabled_features,
    direct_peer = excluded.direct_peer,
    participants = excluded.participants,
    changed_revision = excluded.changed_revision;

-- name: raise_last_message
-- A message became the newest of its conversation, or the newest one was changed.
UPDATE conversations SET last_message_id = :message_id, last_message_at = :delivered_at, last_text = :last_text,
    last_from_me = :from_me, last_sender_id = :sender_id,
    last_activity_at = CASE WHEN :delivered_at > last_activity_at THEN :delivered_at ELSE last_activity_at END
WHERE account_id = :account_id AND thread_id = :thread_id
    AND (last_message_at IS NULL OR last_message_at < :delivered_at OR last_message_id = :message_id);

-- name: show_newest
-- The newest message that is left, or none, is the last one of its conversation; the order stays.
UPDATE conversations SET (last_message_id, last_message_at, last_text, last_from_me, last_sender_id) = (
    SELECT message_id, delivered_at, CASE WHEN body = '' THEN COALESCE(fallback_text, '') ELSE body END, from_me,
        sender_id
    FROM messages m WHERE m.account_id = :account_id AND m.thread_id = :thread_id
    ORDER BY m.delivered_at DESC, m.message_id DESC LIMIT 1)
WHERE account_id = :account_id AND thread_id = :thread_id AND last_message_id = :message_id;

-- name: add_unread
-- Messages of others came in that no copy of the conversation has counted yet.
UPDATE conversations SET unread_count = unread_count + :count, is_read = 0,
    changed_revision = COALESCE((SELECT revision FROM accounts WHERE account_id = :account_id), 0)
WHERE account_id = :account_id AND thread_id = :thread_id;

-- name: set_read
-- The owner has read everything in it, or marked it unread.
UPDATE conversations SET is_read = :is_read, unread_count = :unread_count, last_read_at = :last_read_at,
    changed_revision = COALESCE((SELECT revision FROM accounts WHERE account_id = :account_id), 0)
WHERE account_id = :account_id AND thread_id = :thread_id;

-- name: by_id
-- One conversation in list form.
SELECT thread_id, owner_id, folder, kind, categories, group_chat, title, state, created_at, last_activity_at,
    is_read, unread_count, disabled_features, participants, last_message_id, last_text, last_from_me,
    last_sender_id, source, notification_status
FROM conversations WHERE account_id = :account_id AND thread_id = :thread_id;

-- name: page
-- A page of every conversation of an account, newest first, below a place in the order.
SELECT thread_id, owner_id, folder, kind, categories, group_chat, title, state, created_at, last_activity_at,
    is_read, unread_count, disabled_features, participants, last_message_id, last_text, last_from_me,
    last_sender_id, source, notification_status
FROM conversations
WHERE account_id = :account_id AND (last_activity_at, thread_id) < (:before, :before_thread)
ORDER BY last_activity_at DESC, thread_id DESC LIMIT :count;

-- name: folder_page
-- A page of one folder, newest first, below a place in the order.
SELECT thread_id, owner_id, folder, kind, categories, group_chat, title, state, created_at, last_activity_at,
    is_read, unread_count, disabled_features, participants, last_message_id, last_text, last_from_me,
    last_sender_id, source, notification_status
FROM conversations
WHERE account_id = :account_id AND folder = :folder AND (last_activity_at, thread_id) < (:before, :before_thread)
ORDER BY last_activity_at DESC, thread_id DESC LIMIT :count;

-- name: with_peer
-- The one-to-one conversations with a member, newest first.
SELECT thread_id, disabled_features FROM conversations
WHERE account_id = :account_id AND direct_peer = :person_id ORDER BY last_activity_at DESC, thread_id DESC;

-- name: with_participant
-- The conversations that a person takes part in, with their lists of participants.
SELECT c.thread_id, c.participants FROM conversation_participants p
JOIN conversations c ON c.account_id = p.account_id AND c.thread_id = p.thread_id
WHERE p.account_id = :account_id AND p.person_id = :person_id;

-- name: set_participants
-- The short form of the participants was learnt anew.
UPDATE conversations SET participants = :participants WHERE account_id = :account_id AND thread_id = :thread_id;

-- name: add_participant
-- A person takes part in a conversation.
INSERT INTO conversation_participants (account_id, person_id, thread_id)
VALUES (:account_id, :person_id, :thread_id) ON CONFLICT DO NOTHING;

-- name: remove_participants
-- A person takes part in a conversation no longer.
DELETE FROM conversation_participants WHERE account_id = :account_id AND thread_id = :thread_id
    AND person_id = :person_id;

-- name: remove_everyone
-- Nobody takes part in a conversation that is gone.
DELETE FROM conversation_participants WHERE account_id = :account_id AND thread_id = :thread_id;

-- name: history
-- How far back the messages of a conversation are stored.
SELECT thread_id, history_from, history_complete, last_message_at FROM conversations
WHERE account_id = :account_id AND thread_id = :thread_id;

-- name: set_history
-- Messages are stored from this time on without a hole.
UPDATE conversations SET history_from = :history_from, history_complete = :history_complete
WHERE account_id = :account_id AND thread_id = :thread_id;

-- name: without_history
-- Conversations whose messages since a time are not all stored yet, newest first.
SELECT thread_id FROM conversations
WHERE account_id = :account_id AND last_activity_at >= :since AND history_complete = 0
    AND (history_from IS NULL OR history_from > :since)
ORDER BY last_activity_at DESC, thread_id DESC LIMIT :count;

-- name: counts
-- How many conversations an account has, and how many of them are unread.
SELECT COUNT(*) AS conversations, COALESCE(SUM(CASE WHEN is_read = 0 THEN 1 ELSE 0 END), 0) AS unread
FROM conversations WHERE account_id = :account_id;

-- name: remove
-- A conversation was deleted at LinkedIn.
DELETE FROM conversations WHERE account_id = :account_id AND thread_id = :thread_id;

-- name: newest_between
-- The newest conversation with nobody else than a person, direct ones first.
SELECT c.thread_id FROM conversation_participants p
JOIN conversations c ON c.account_id = p.account_id AND c.thread_id = p.thread_id
WHERE p.account_id = :account_id AND p.person_id = :person_id AND c.group_chat = 0
ORDER BY CASE WHEN c.kind = 'direct' THEN 0 ELSE 1 END, c.last_activity_at DESC, c.thread_id DESC LIMIT 1;

-- name: of_source
-- Every conversation of one of LinkedIn's inboxes.
SELECT thread_id FROM conversations WHERE account_id = :account_id AND source = :source ORDER BY thread_id;
