-- name: insert
-- A new key; only its hash is stored.
INSERT INTO api_keys (key_id, tenant_id, name, prefix, key_hash, rights, created_at)
VALUES (:key_id, :tenant_id, :name, :prefix, :key_hash, :rights, :created_at);

-- name: of_tenant
-- Every key of a tenant that is not revoked, oldest first.
SELECT key_id, tenant_id, name, prefix, rights, created_at, last_used_at, revoked_at FROM api_keys
WHERE tenant_id = :tenant_id AND revoked_at IS NULL ORDER BY created_at, key_id;

-- name: by_hash
-- A key that is not revoked, with its tenant, by the hash of what the caller sent.
SELECT k.key_id, k.rights, t.tenant_id, t.name, t.sandbox, t.created_at
FROM api_keys k JOIN tenants t ON t.tenant_id = k.tenant_id
WHERE k.key_hash = :key_hash AND k.revoked_at IS NULL;

-- name: used
-- When a key was last used.
UPDATE api_keys SET last_used_at = :last_used_at WHERE key_id = :key_id;

-- name: revoke
-- A key ends.
UPDATE api_keys SET revoked_at = :revoked_at
WHERE key_id = :key_id AND tenant_id = :tenant_id AND revoked_at IS NULL;
