"""`threadline keys`: creating, listing and revoking keys."""

from urllib.parse import quote

from threadline.cli.administration import administration, run, settings, show, show_table


def create(name: str, tenant: str, rights: str) -> None:
    """Create a key of a tenant, and show it this once."""
    listed = [right.strip() for right in rights.split(",") if right.strip()]

    async def work() -> None:
        async with administration(settings()) as gateway:
            made = await gateway.ask(
                "POST", "/api/admin/keys", {"tenant": tenant, "name": name, "rights": listed}
            )
        show(made["key"])
        show("This is the only time the key is shown. Only its hash is stored.")

    run(work())


def show_keys(tenant: str) -> None:
    """List the keys of a tenant."""

    async def work() -> None:
        async with administration(settings()) as gateway:
            answer = await gateway.ask("GET", "/api/admin/keys", tenant=tenant)
        rows = (
            (
                key["id"],
                key["name"],
                key["prefix"],
                ", ".join(key["rights"]),
                key["createdAt"],
                key["lastUsedAt"] or "never",
            )
            for key in answer["keys"]
        )
        show_table(rows, whole=["id"], others=["name", "begins", "rights", "created", "last used"])

    run(work())


def revoke(key_id: str, tenant: str) -> None:
    """End a key at once."""

    async def work() -> None:
        async with administration(settings()) as gateway:
            await gateway.ask("DELETE", f"/api/admin/keys/{quote(key_id, safe='')}", tenant=tenant)
        show("The key is revoked.")

    run(work())
