"""LinkedIn's protocol as connector and sandbox speak it, by section of contracts/linkedin-wire.md."""

from typing import Final

from tests.promise import Gap, Promise

WIRE: Final = (
    Promise(
        "wire.1.2.session",
        "The whole cookie jar is kept, every Set-Cookie written back; csrf-token is JSESSIONID unquoted.",
        "contracts/linkedin-wire.md §1.2",
    ),
    Promise(
        "wire.1.4.three-forms",
        "The plain nested, the normalized and the plain form of an answer decode to the same values.",
        "contracts/linkedin-wire.md §1.4",
    ),
    Promise(
        "wire.1.6.encoding",
        "Rest.li variables are written byte for byte as the reference's example.",
        "contracts/linkedin-wire.md §1.6",
    ),
    Promise(
        "wire.1.7.query-fallback",
        "When a query id has rotated away, another id of the same variant is tried and the loss reported.",
        "contracts/linkedin-wire.md §1.7",
    ),
    Promise(
        "wire.2.urns",
        "Every form of a conversation's and a message's URN is read to one id and printed back.",
        "contracts/linkedin-wire.md §2",
    ),
    Promise(
        "wire.3.1.own-profile",
        "The own profile proves a session, in the plain and in the normalized form.",
        "contracts/linkedin-wire.md §3.1",
    ),
    Promise(
        "wire.3.2.profile",
        "A vanity name or an id leads to the profile, and an unknown one to nobody.",
        "contracts/linkedin-wire.md §3.2",
    ),
    Promise(
        "wire.3.3.relationship",
        "The relationship tells connected, invited and distance.",
        "contracts/linkedin-wire.md §3.3",
    ),
    Promise(
        "wire.3.4.compose-option",
        "The compose option tells whether and how a person may be written to.",
        "contracts/linkedin-wire.md §3.4",
    ),
    Promise(
        "wire.3.5.search",
        "People are found by name, and connections and invitations listed.",
        "contracts/linkedin-wire.md §3.5",
        Gap("invitations are neither listed nor sent", partly=True),
    ),
    Promise(
        "wire.4.conversation-lists",
        "Conversations are listed by sync token, category, search, ids and recipients (C1 to C9).",
        "contracts/linkedin-wire.md §4",
    ),
    Promise(
        "wire.4.sync-token",
        "A sync token brings every conversation changed since, and an unknown one starts anew.",
        "contracts/linkedin-wire.md §4",
    ),
    Promise(
        "wire.4.1.conversation",
        "A conversation keeps its categories, state, kind, title, unread count and what it does not allow.",
        "contracts/linkedin-wire.md §4.1",
    ),
    Promise(
        "wire.4.2.participants",
        "People, companies and system senders are told apart, and the owner is among the participants.",
        "contracts/linkedin-wire.md §4.2",
    ),
    Promise(
        "wire.5.messages",
        "A thread's messages are read by sync token, by time, by cursor and in a batch (M1 to M5).",
        "contracts/linkedin-wire.md §5",
    ),
    Promise(
        "wire.5.1.message",
        "A message keeps its sender, time, origin token, subject and format.",
        "contracts/linkedin-wire.md §5.1",
    ),
    Promise(
        "wire.5.2.attributed-text",
        "Text keeps its attributes and their offsets as they came.",
        "contracts/linkedin-wire.md §5.2",
    ),
    Promise(
        "wire.5.3.render-content",
        "Every kind of render content is kept, an unknown one raw, and never fails the message.",
        "contracts/linkedin-wire.md §5.3",
    ),
    Promise(
        "wire.5.4.receipts",
        "Who reacted and who has seen what can be read.",
        "contracts/linkedin-wire.md §5.4",
    ),
    Promise(
        "wire.6.1.create-message",
        "createMessage carries a tracking id of 16 characters and the origin token stored before the call.",
        "contracts/linkedin-wire.md §6.1",
    ),
    Promise(
        "wire.6.1.lost-answer",
        "A createMessage whose answer was lost is looked for in the thread and never repeated.",
        "contracts/linkedin-wire.md §6.1",
    ),
    Promise(
        "wire.6.2.new-conversation",
        "A message to a person without a thread opens one, and a refusal keeps LinkedIn's reason.",
        "contracts/linkedin-wire.md §6.2",
    ),
    Promise(
        "wire.6.mark-read",
        "Marking read changes the conversation at LinkedIn.",
        "contracts/linkedin-wire.md §6",
    ),
    Promise(
        "wire.6.edit-and-recall",
        "An own message can be edited and recalled within the hour.",
        "contracts/linkedin-wire.md §6",
    ),
    Promise(
        "wire.6.reactions",
        "A reaction can be set and taken back.",
        "contracts/linkedin-wire.md §6",
    ),
    Promise(
        "wire.6.typing",
        "Typing is shown to the other side.",
        "contracts/linkedin-wire.md §6",
    ),
    Promise(
        "wire.6.categories",
        "A conversation can be archived, starred, moved, marked as spam and deleted.",
        "contracts/linkedin-wire.md §6",
    ),
    Promise(
        "wire.6.groups",
        "A group can be renamed, and people added and removed.",
        "contracts/linkedin-wire.md §6",
    ),
    Promise(
        "wire.6.3.attachments",
        "Files, voice and video are sent, and a message answers another.",
        "contracts/linkedin-wire.md §6.3",
    ),
    Promise(
        "wire.6.4.inmail",
        "An InMail costs a credit unless the person has an open profile.",
        "contracts/linkedin-wire.md §6.4",
    ),
    Promise(
        "wire.6.5.message-requests",
        "Message requests are listed; accepting one is refused as not supported.",
        "contracts/linkedin-wire.md §6.5",
    ),
    Promise(
        "wire.6.6.presence",
        "Whether a person is online can be read.",
        "contracts/linkedin-wire.md §6.6",
    ),
    Promise(
        "wire.7.media",
        "Attachments are uploaded, and read with ranges.",
        "contracts/linkedin-wire.md §7",
    ),
    Promise(
        "wire.8.1.connect",
        "The stream is asked for decorated payloads and keeps its session across reconnects.",
        "contracts/linkedin-wire.md §8.1",
    ),
    Promise(
        "wire.8.2.frames",
        "Connection, heartbeat and event frames are read, and an unknown frame is passed over.",
        "contracts/linkedin-wire.md §8.2",
    ),
    Promise(
        "wire.8.3.decorated-payloads",
        "Messages, edits, recalls, read states, reactions, receipts and typing arrive on the stream.",
        "contracts/linkedin-wire.md §8.3",
    ),
    Promise(
        "wire.8.3.changes-shown",
        "What others change shows in the store, in the log once, and in what is read: live and over a gap.",
        "contracts/linkedin-wire.md §8.3",
    ),
    Promise(
        "wire.8.6.silent-stream",
        "A check at a low rate finds what a stream that stands does not tell.",
        "contracts/linkedin-wire.md §8.6",
    ),
    Promise(
        "wire.8.4.legacy-payloads",
        "A client that asks without a query map gets the older payloads, which read to the same events.",
        "contracts/linkedin-wire.md §8.4",
    ),
    Promise(
        "wire.8.3.late-frames",
        "A frame that LinkedIn sent before one about the same thing that came already changes nothing back.",
        "contracts/linkedin-wire.md §8.2",
    ),
    Promise(
        "wire.8.5.heartbeat",
        "The client sends its own heartbeat every minute while it is connected.",
        "contracts/linkedin-wire.md §8.5",
    ),
    Promise(
        "wire.8.6.reconnect",
        "A clean end reconnects at once, a fault with growing waits, and the end of the session not at all.",
        "contracts/linkedin-wire.md §8.6",
    ),
    Promise(
        "wire.9.legacy",
        "The sandbox answers the legacy routes with their exact statuses, for older clients.",
        "contracts/linkedin-wire.md §9",
    ),
    Promise(
        "wire.10.groups",
        "A message reaches a fellow member of a LinkedIn group.",
        "contracts/linkedin-wire.md §10",
    ),
    Promise(
        "wire.11.sales-navigator",
        "Sales Navigator's threads are read and answered.",
        "contracts/linkedin-wire.md §11",
    ),
    Promise(
        "wire.12.1.statuses",
        "Each status and page that LinkedIn answers with leads to the step that the table gives.",
        "contracts/linkedin-wire.md §12.1",
    ),
    Promise(
        "wire.8.3.sandbox-topics",
        "The sandbox tells every personal topic of messaging to each member under their own URNs.",
        "contracts/linkedin-wire.md §8.3",
    ),
    Promise(
        "wire.3.4.composer",
        "The sandbox tells what the composer shows for a recipient: a subject field, a blocked footer.",
        "contracts/linkedin-wire.md §3.4",
    ),
    Promise(
        "wire.5.3.shared-post",
        "In the sandbox the post that a message shares is read by its URN.",
        "contracts/linkedin-wire.md §5.3",
    ),
    Promise(
        "wire.6.3.strictness",
        "The sandbox refuses files that are not whole, another's or of another size, and wrong quotes.",
        "contracts/linkedin-wire.md §6.3",
    ),
    Promise(
        "wire.7.addresses",
        "In the sandbox an address ends by its clock or is withdrawn; only members of the thread read it.",
        "contracts/linkedin-wire.md §7",
    ),
    Promise(
        "wire.7.inert-files",
        "In the sandbox a hostile file name or content type stays a name and a type, and runs nowhere.",
        "contracts/linkedin-wire.md §7",
    ),
    Promise(
        "wire.13.2.media",
        "The sandbox takes a PUT chunked or with a length, 201, and HEAD tells type, length and name.",
        "contracts/linkedin-wire.md §13.2",
    ),
    Promise(
        "wire.14.session",
        "The sandbox wants a session and its token: 401 on the API, 302 on pages, 403 on another token.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.three-forms",
        "The sandbox gives one object in the form that accept asks for.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.query-names",
        "The sandbox knows a query by its name and variables, under any hash and in any order.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.edit-and-recall",
        "In the sandbox an edit and a recall reach both mailboxes and streams, for 60 minutes.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.read",
        "In the sandbox reading tells the own stream the conversation and the other a receipt.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.typing",
        "In the sandbox typing answers 202 and is told to the others only.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.new-conversation",
        "In the sandbox a message to a connection opens a thread; a stranger is 422.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.sync-tokens",
        "The sandbox's tokens bring every change in order, deletions too; an unknown one starts anew.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.stream",
        "The sandbox's stream begins with the connection, beats, and ends after its life.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.loopback",
        "The sandbox can be reached from its own machine only.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.two-mailboxes",
        "In the sandbox a message stands in both mailboxes under their own URNs, echoed to its sender.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.faults",
        "The sandbox's faults are switched on and off for one account and call, for a count or a time.",
        "contracts/linkedin-wire.md §14",
    ),
    Promise(
        "wire.14.strictness",
        "The sandbox refuses encoded outer and raw inner parentheses and a wrong trackingId, unless lenient.",
        "contracts/linkedin-wire.md §14",
    ),
)
