-- Sends carry more than words: everything of a message is stored when it is accepted.
-- composition: JSON object; rows from before have none, and carried the text in body alone.
-- group_members: JSON array of profile ids, of a send that opens a group chat.

ALTER TABLE sends ADD COLUMN composition TEXT;
ALTER TABLE sends ADD COLUMN channel TEXT NOT NULL DEFAULT 'linkedin_inbox';
ALTER TABLE sends ADD COLUMN group_members TEXT;
ALTER TABLE sends ADD COLUMN typing INTEGER NOT NULL DEFAULT 0;

CREATE INDEX sends_by_message ON sends (account_id, message_id) WHERE message_id IS NOT NULL;
