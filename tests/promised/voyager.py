"""The main API: each row of the inventory of contracts/voyager.md §1.1, and what holds for all."""

from typing import Final

from tests.promise import Gap, Promise

VOYAGER: Final = (
    Promise(
        "voyager.2.1.envelope",
        "Every answer is the five-key envelope, with the payload under data.",
        "contracts/voyager.md §2.1",
    ),
    Promise(
        "voyager.2.2.errors",
        "Every bad input answers its documented status and code in the envelope, and changes nothing.",
        "contracts/voyager.md §2.2",
    ),
    Promise(
        "voyager.3.authentication",
        "The key picks the tenant and X-User-Id the user in it; neither reaches into another tenant.",
        "contracts/voyager.md §3.1",
    ),
    Promise(
        "voyager.6.1.send",
        "POST /api/send sends to the person of a profile URL and answers with LinkedIn's id of the message.",
        "contracts/voyager.md §6.1",
        row="`POST /api/send`",
    ),
    Promise(
        "voyager.6.2.send-inmail",
        "POST /api/send-inmail writes to a person who is not connected.",
        "contracts/voyager.md §6.2",
        row="`POST /api/send-inmail`",
    ),
    Promise(
        "voyager.6.3.conversations",
        "GET /api/conversations lists the five categories, newest first, page by page, none twice.",
        "contracts/voyager.md §6.3",
        row="`GET /api/conversations`",
    ),
    Promise(
        "voyager.6.4.conversation",
        "GET /api/conversations/{conversationUrn} shows the messages of one thread, by URN or by id.",
        "contracts/voyager.md §6.4",
        row="`GET /api/conversations/{conversationUrn}`",
    ),
    Promise(
        "voyager.6.5.messages-with-a-person",
        "GET /api/messages?profileUrl= shows the messages with one person, or an empty list.",
        "contracts/voyager.md §6.5",
        row="`GET /api/messages?profileUrl=`",
    ),
    Promise(
        "voyager.6.6.mark-read",
        "POST /api/conversations/{conversationId}/read marks read here and at LinkedIn, and may be repeated.",
        "contracts/voyager.md §6.6",
        row="`POST /api/conversations/{conversationId}/read`",
    ),
    Promise(
        "voyager.6.7.export",
        "GET /api/export/inbox streams the window asked for in constant memory.",
        "contracts/voyager.md §6.7",
        row="`GET /api/export/inbox`",
    ),
    Promise(
        "voyager.9.1.create-webhook",
        "POST /api/webhooks subscribes an address to events.",
        "contracts/voyager.md §9.1",
        Gap("webhooks"),
        row="`POST /api/webhooks`",
    ),
    Promise(
        "voyager.9.2.manage-webhooks",
        "Webhooks are listed, deleted and tested, and their deliveries shown.",
        "contracts/voyager.md §9.2",
        Gap("webhooks"),
        row="list / delete / test / delivery log of webhooks",
    ),
    Promise(
        "voyager.10.events",
        "GET /api/events is a feed of events from a time or a cursor on.",
        "contracts/voyager.md §10",
        Gap("the event feed; events are recorded"),
        row="`GET /api/events`",
    ),
    Promise(
        "voyager.4.1.session",
        "POST /api/session links an account from its cookies and says whether LinkedIn accepts them.",
        "contracts/voyager.md §4.1",
        row="`POST /api/session`",
    ),
    Promise(
        "voyager.4.3.capabilities",
        "GET /api/session/capabilities reads the session out, after asking LinkedIn.",
        "contracts/voyager.md §4.3",
        row="`GET /api/session/capabilities`",
    ),
    Promise(
        "voyager.4.4.tenant-health",
        "GET /api/health/tenant tells the state of the tenant's accounts without asking LinkedIn.",
        "contracts/voyager.md §4.4",
        row="`GET /api/health/tenant`",
    ),
    Promise(
        "voyager.3.3.create-key",
        "POST /api/keys makes a key and shows it once.",
        "contracts/voyager.md §3.3",
        row="`POST /api/keys`",
    ),
    Promise(
        "voyager.3.3.manage-keys",
        "Keys are listed by their first letters and revoked at once.",
        "contracts/voyager.md §3.3",
        row="list / revoke keys",
    ),
    Promise(
        "voyager.3.4.admin",
        "The operator manages tenants, users and diagnostics over /api/admin/.",
        "contracts/voyager.md §3.4",
        Gap(
            "a list of tenants, session overrides; ADMIN_SECRET is not used (contracts/DECISIONS.md 10)",
            partly=True,
        ),
        row="`/api/admin/*`",
    ),
    Promise(
        "voyager.6.8.changes",
        "Messages are edited, taken back and reacted to, conversations marked, sorted, deleted and renamed.",
        "contracts/voyager.md §6.8 (open there), docs/api.md",
    ),
    Promise(
        "voyager.7.profiles",
        "GET /api/profile/me and GET /api/profile/{vanity} show a person and the URN that a send accepts.",
        "contracts/voyager.md §7",
        row="`GET /api/profile/me`, `GET /api/profile/{vanity}`",
    ),
    Promise(
        "voyager.8.connections",
        "POST /api/connect and its relatives invite, accept and remove connections.",
        "contracts/voyager.md §8",
        Gap("connection calls, but for the relationship check (contracts/DECISIONS.md 10)"),
        row="`POST /api/connect` and relatives",
    ),
    Promise(
        "voyager.8.relationship",
        "GET /api/relationship says whether a person is connected, invited, or can be invited.",
        "contracts/voyager.md §8",
    ),
    Promise(
        "voyager.11.jobs",
        "GET /api/jobs/{jobId} tells how far an accepted piece of work is.",
        "contracts/voyager.md §11",
        Gap("jobs; no messaging call answers with one"),
        row="`GET /api/jobs/{jobId}`",
    ),
    Promise(
        "voyager.12.relay",
        "wss://<server>/api/relay lets a browser extension carry the calls.",
        "contracts/voyager.md §12",
        Gap("the relay; calls leave from the gateway"),
        row="`wss://<server>/api/relay`",
    ),
    Promise(
        "voyager.14.self-description",
        "GET /api/openapi.json, agent/capabilities and llms.txt describe every endpoint, without a key.",
        "contracts/voyager.md §14",
        Gap("agent/capabilities and llms.txt; openapi.json is there", partly=True),
        row="`GET /api/agent/capabilities`, `GET /api/llms.txt`, `GET /api/openapi.json`",
    ),
    Promise(
        "voyager.15.assistant",
        "POST /api/chat talks to a built-in assistant.",
        "contracts/voyager.md §15",
        Gap("an assistant of our own; agents use the API"),
        row="`POST /api/chat`, `GET /api/chat/threads`",
    ),
    Promise(
        "voyager.16.sales-navigator",
        "GET /api/salesnav/inbox and its relatives show Sales Navigator's threads.",
        "contracts/voyager.md §16",
        Gap("paths of their own; its threads stand in GET /api/conversations, told apart by source"),
        row="`GET /api/salesnav/inbox` and relatives",
    ),
)
