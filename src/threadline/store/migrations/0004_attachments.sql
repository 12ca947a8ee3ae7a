-- Files that were uploaded to LinkedIn; their bytes are not kept here.
-- media_type is as sent; duration in milliseconds; send_id: the send that a file was last attached to.

CREATE TABLE uploads (
    account_id TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    asset_urn TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    byte_size BIGINT NOT NULL,
    duration BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    send_id TEXT,
    PRIMARY KEY (account_id, attachment_id)
);

CREATE INDEX uploads_by_asset ON uploads (account_id, asset_urn);
CREATE INDEX uploads_unsent ON uploads (account_id, expires_at) WHERE send_id IS NULL;
