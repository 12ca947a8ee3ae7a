"""The routes of the main API: its whole inventory, with what the OpenAPI document says of each."""

from typing import Any

from starlette.routing import BaseRoute

from threadline.api.routing import Answering, PlainRoute
from threadline.api.voyager import (
    admin,
    conversations,
    description,
    examples,
    export,
    keys,
    profiles,
    schemas,
    sessions,
)
from threadline.api.voyager.changes.routes import BEFORE_THREADS
from threadline.api.voyager.changes.routes import ROUTES as CHANGES
from threadline.api.voyager.description import (
    OF_A_BODY,
    OF_A_READ,
    OF_AN_ACCOUNT,
    OF_EVERY_CALL,
    OF_LINKEDIN,
    OPERATOR,
    USER,
    operation,
)
from threadline.api.voyager.media.routes import ROUTES as MEDIA
from threadline.api.voyager.pacing.routes import ROUTES as PACING
from threadline.api.voyager.queue.routes import ROUTES as QUEUE
from threadline.api.voyager.reaching.routes import ROUTES as SENDING
from threadline.api.voyager.search.routes import ROUTES as SEARCH
from threadline.model.errors import (
    AccountMismatch,
    BadCursor,
    BadInput,
    InternalError,
    NotFound,
    NotSupported,
    ProfileNotFound,
    Unauthorized,
)

_OF_THE_OPERATOR = (Unauthorized, BadInput, InternalError)


def _route(method: str, path: str, answering: Answering, tag: str, said: dict[str, Any]) -> BaseRoute:
    return PlainRoute(method, path, answering, tags=(tag,), described=said)


# The paths that are asked most stand first: they are matched in this order.
_MAIN: tuple[BaseRoute, ...] = (
    _route(
        "GET",
        "/api/conversations",
        conversations.list_conversations,
        "messaging",
        operation(
            schemas.Conversations,
            examples.CONVERSATIONS,
            parameters=(
                USER,
                description.limit(conversations.LIST_LIMIT),
                description.CATEGORY,
                description.CURSOR,
            ),
            errors=(*OF_A_READ, BadCursor),
        ),
    ),
    *BEFORE_THREADS,
    _route(
        "GET",
        "/api/conversations/{conversation:path}",
        conversations.show_conversation,
        "messaging",
        operation(
            schemas.Thread,
            examples.THREAD,
            parameters=(
                USER,
                description.CONVERSATION,
                description.limit(conversations.THREAD_LIMIT),
                description.CURSOR,
                description.PRESENCE,
            ),
            errors=(*OF_A_READ, BadCursor, NotFound),
        ),
    ),
    _route(
        "POST",
        "/api/conversations/{conversation:path}/read",
        conversations.mark_read,
        "messaging",
        operation(
            schemas.Marked,
            examples.MARKED,
            parameters=(USER, description.CONVERSATION),
            errors=(*OF_A_READ, NotFound, NotSupported),
        ),
    ),
    _route(
        "GET",
        "/api/messages",
        conversations.list_messages_with_person,
        "messaging",
        operation(
            schemas.Thread,
            examples.THREAD,
            parameters=(
                USER,
                description.PROFILE_URL,
                description.limit(conversations.PERSON_LIMIT),
                description.CURSOR,
            ),
            errors=(*OF_A_READ, BadCursor, ProfileNotFound),
        ),
    ),
    *SENDING,
    *QUEUE,
    _route(
        "GET",
        "/api/export/inbox",
        export.export_inbox,
        "messaging",
        operation(
            schemas.Export,
            examples.EXPORT,
            parameters=(USER, description.MONTHS, description.CATEGORY_LIST),
            errors=OF_A_READ,
        ),
    ),
    _route(
        "GET",
        "/api/profile/me",
        profiles.show_own_profile,
        "people",
        operation(
            schemas.Profile, examples.PROFILE, parameters=(USER,), errors=(*OF_AN_ACCOUNT, *OF_LINKEDIN)
        ),
    ),
    _route(
        "GET",
        "/api/profile/{vanity:path}",
        profiles.show_profile,
        "people",
        operation(
            schemas.Profile,
            examples.PROFILE,
            parameters=(USER, description.in_path("vanity", "The vanity name, a profile id, or an address.")),
            errors=(*OF_A_READ, ProfileNotFound),
        ),
    ),
    _route(
        "GET",
        "/api/relationship",
        profiles.show_relationship,
        "people",
        operation(
            schemas.RelationshipData,
            examples.RELATIONSHIP,
            parameters=(USER, description.PROFILE_URL),
            errors=(*OF_A_READ, ProfileNotFound),
        ),
    ),
    _route(
        "POST",
        "/api/session",
        sessions.link,
        "accounts",
        operation(
            schemas.SessionLinked,
            examples.SESSION_LINKED,
            body=schemas.SessionBody,
            body_example=examples.SESSION_REQUEST,
            parameters=(USER,),
            errors=(*OF_AN_ACCOUNT, AccountMismatch, *OF_A_BODY),
        ),
    ),
    _route(
        "DELETE",
        "/api/session",
        sessions.unlink,
        "accounts",
        operation(
            schemas.SessionUnlinked, examples.SESSION_UNLINKED, parameters=(USER,), errors=OF_AN_ACCOUNT
        ),
    ),
    _route(
        "GET",
        "/api/session/capabilities",
        sessions.show_capabilities,
        "accounts",
        operation(schemas.Capabilities, examples.CAPABILITIES, parameters=(USER,), errors=OF_AN_ACCOUNT),
    ),
    _route(
        "GET",
        "/api/health/tenant",
        sessions.show_tenant_health,
        "accounts",
        operation(schemas.TenantHealth, examples.TENANT_HEALTH, errors=OF_EVERY_CALL),
    ),
    _route(
        "GET",
        "/api/accounts",
        sessions.list_accounts,
        "accounts",
        operation(schemas.AccountList, examples.ACCOUNTS, errors=OF_EVERY_CALL),
    ),
    _route(
        "POST",
        "/api/keys",
        keys.create_key,
        "keys",
        operation(
            schemas.KeyMade,
            examples.KEY_MADE,
            status=201,
            body=schemas.KeyBody,
            body_example=examples.KEY_REQUEST,
            errors=(*OF_EVERY_CALL, *OF_A_BODY),
        ),
    ),
    _route(
        "GET",
        "/api/keys",
        keys.list_keys,
        "keys",
        operation(schemas.KeyList, examples.KEYS, errors=OF_EVERY_CALL),
    ),
    _route(
        "DELETE",
        "/api/keys/{key}",
        keys.revoke_key,
        "keys",
        operation(
            schemas.Done,
            examples.DONE,
            parameters=(description.in_path("key", "The key's id."),),
            errors=(*OF_EVERY_CALL, NotFound),
        ),
    ),
    _route(
        "POST",
        "/api/admin/tenants",
        admin.create_tenant,
        "operator",
        operation(
            schemas.TenantMade,
            examples.TENANT_MADE,
            status=201,
            also=((200, {**examples.TENANT_MADE, "created": False}),),
            body=schemas.TenantBody,
            body_example=examples.TENANT_REQUEST,
            errors=(*_OF_THE_OPERATOR, *OF_A_BODY),
            security=OPERATOR,
        ),
    ),
    _route(
        "POST",
        "/api/admin/keys",
        admin.create_key,
        "operator",
        operation(
            schemas.KeyMade,
            examples.KEY_MADE,
            status=201,
            body=schemas.OperatorKeyBody,
            body_example=examples.OPERATOR_KEY_REQUEST,
            errors=(*_OF_THE_OPERATOR, *OF_A_BODY),
            security=OPERATOR,
        ),
    ),
    _route(
        "GET",
        "/api/admin/keys",
        admin.list_keys,
        "operator",
        operation(
            schemas.KeyList,
            examples.KEYS,
            parameters=(description.TENANT,),
            errors=(*_OF_THE_OPERATOR, NotFound),
            security=OPERATOR,
        ),
    ),
    _route(
        "DELETE",
        "/api/admin/keys/{key}",
        admin.revoke_key,
        "operator",
        operation(
            schemas.Done,
            examples.DONE,
            parameters=(description.in_path("key", "The key's id."), description.TENANT),
            errors=(*_OF_THE_OPERATOR, NotFound),
            security=OPERATOR,
        ),
    ),
    _route(
        "GET",
        "/api/admin/accounts",
        admin.list_accounts,
        "operator",
        operation(
            schemas.OperatorAccountList,
            examples.OPERATOR_ACCOUNTS,
            errors=_OF_THE_OPERATOR,
            security=OPERATOR,
        ),
    ),
    _route(
        "POST",
        "/api/admin/accounts",
        admin.link_account,
        "operator",
        operation(
            schemas.SessionLinked,
            examples.SESSION_LINKED,
            body=schemas.OperatorSessionBody,
            body_example=examples.OPERATOR_SESSION_REQUEST,
            errors=(*_OF_THE_OPERATOR, AccountMismatch, *OF_A_BODY),
            security=OPERATOR,
        ),
    ),
    _route(
        "DELETE",
        "/api/admin/accounts/{account}",
        admin.unlink_account,
        "operator",
        operation(
            schemas.SessionUnlinked,
            examples.SESSION_UNLINKED,
            parameters=(
                description.in_path("account", "The userId, or the account's id."),
                description.TENANT,
            ),
            errors=(*_OF_THE_OPERATOR, NotFound),
            security=OPERATOR,
        ),
    ),
    _route(
        "POST",
        "/api/admin/accounts/{account}/prove",
        admin.prove_account,
        "operator",
        operation(
            schemas.Proof,
            examples.PROOF,
            parameters=(description.in_path("account", "The account's id."),),
            errors=(*_OF_THE_OPERATOR, NotFound),
            security=OPERATOR,
        ),
    ),
    PlainRoute("GET", "/api/openapi.json", description.show_description),
)

ROUTES: tuple[BaseRoute, ...] = (*_MAIN, *MEDIA, *SEARCH, *CHANGES, *PACING)
"""Every route; a group of routes with a folder of its own adds its table here."""
