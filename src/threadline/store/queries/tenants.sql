-- name: insert
-- A new tenant.
INSERT INTO tenants (tenant_id, name, sandbox, created_at) VALUES (:tenant_id, :name, :sandbox, :created_at);

-- name: all
-- Every tenant, oldest first.
SELECT tenant_id, name, sandbox, created_at FROM tenants ORDER BY created_at, tenant_id;

-- name: by_id
-- One tenant.
SELECT tenant_id, name, sandbox, created_at FROM tenants WHERE tenant_id = :tenant_id;

-- name: by_name
-- The oldest tenant of a name.
SELECT tenant_id, name, sandbox, created_at FROM tenants WHERE name = :name ORDER BY created_at, tenant_id LIMIT 1;

-- name: sandbox
-- The tenant whose accounts live in the sandbox.
SELECT tenant_id, name, sandbox, created_at FROM tenants WHERE sandbox = 1 ORDER BY created_at LIMIT 1;
