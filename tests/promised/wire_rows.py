"""The attested rows ([live26], [run]) of contracts/linkedin-wire.md §§3 to 8, and the tests of both sides.

The sandbox's tests speak to it as any client would; the gateway's speak through our connector or higher. What
one side leaves out is said with its reason. `tests/unit/test_wire_rows.py` checks that every test is there.
"""

from dataclasses import dataclass
from typing import Final

SANDBOX: Final = "tests/contract/sandbox"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the reference."""

    row: str
    """Section and row, as the reference names them."""
    says: str
    sandbox: tuple[str, ...]
    """`module::test` below tests/contract/sandbox."""
    gateway: tuple[str, ...]
    """`folder/module::test` below tests/contract, or `unit/linkedin/…` below tests."""
    left_out: str = ""
    """What is not built on one of the sides, and why."""


_CHANGES = "linkedin/test_changes"
_EXACT = f"{_CHANGES}::test_a_change_leaves_byte_for_byte_as_the_reference_has_it"

WIRE_ROWS: Final = (
    # §3 People
    Row(
        "§3.1 me",
        "The own profile, in the plain and the normalized form.",
        (
            "test_people::test_the_own_profile_is_plain_when_no_form_is_asked_for",
            "test_people::test_the_own_profile_is_normalized_when_asked_for",
        ),
        (
            "linkedin/test_people::test_the_owner_is_known_from_the_first_answer_on",
            "linkedin/test_people::test_the_normalized_answer_about_the_owner_is_read_too",
        ),
    ),
    Row(
        "§3.2 profile",
        "A vanity name or an id leads to the profile.",
        ("test_people::test_a_profile_is_found_by_vanity_name_and_by_id",),
        ("linkedin/test_people::test_a_profile_is_found_by_vanity_name_and_by_id",),
    ),
    Row(
        "§3.2 retired routes",
        "profileView and networkinfo are gone: 410.",
        ("test_session::test_unknown_routes_are_404_and_retired_ones_410",),
        ("linkedin/test_faults::test_a_route_that_is_retired_is_left_alone_for_an_hour",),
        "the connector never calls these two; it is shown that a 410 is not called again",
    ),
    Row(
        "§3.3 noConnection",
        "A stranger's relationship tells the distance.",
        ("test_people::test_a_stranger_is_told_with_the_distance",),
        ("linkedin/test_people::test_a_connection_and_a_stranger_stand_differently_to_the_owner",),
    ),
    Row(
        "§3.4 compose option",
        "REPLY names the thread, CONNECTION_MESSAGE says that there is none yet.",
        ("test_people::test_the_compose_option_says_how_a_person_may_be_written_to",),
        ("linkedin/test_people::test_the_compose_option_names_the_thread_or_says_that_there_is_no_way",),
    ),
    Row(
        "§3.4 view context",
        "The composer's view tells whether a subject is asked for.",
        ("test_composer::test_the_composer_asks_for_a_subject_only_for_an_inmail",),
        (),
        "the gateway decides by the compose option and has no form to draw",
    ),
    Row(
        "§3.5 people search",
        "People are found by words among connections.",
        (
            "test_search::test_people_are_found_by_the_words_of_their_headline",
            "test_search::test_search_among_connections_leaves_strangers_out",
        ),
        ("linkedin/test_search::test_search_ends_where_linkedin_has_no_more",),
    ),
    Row(
        "§3.5 received invitations, invite",
        "Invitations are listed and made.",
        (),
        (),
        "connecting is not messaging: contracts/DECISIONS.md 10 records it as a gap on both sides",
    ),
    # §4 Conversations
    Row(
        "§4 C1",
        "The twenty newest and a sync token; count and time are ignored.",
        ("test_conversations::test_the_first_list_holds_the_newest_twenty_and_a_token",),
        ("linkedin/test_inbox::test_the_newest_conversations_come_with_a_token_that_brings_what_changed",),
    ),
    Row(
        "§4 C2",
        "What changed since a token, deletions too; an unknown token clears the cache.",
        (
            "test_sync::test_every_change_comes_once_however_many_there_are",
            "test_sync::test_an_unknown_token_clears_the_cache_with_a_first_page",
            "test_categories::test_deletions_and_changes_come_by_the_token_and_no_page_is_empty_before_the_end",
        ),
        (
            "linkedin/test_inbox::test_the_newest_conversations_come_with_a_token_that_brings_what_changed",
            "linkedin/test_inbox::test_an_unknown_token_asks_to_begin_again",
        ),
    ),
    Row(
        "§4 C3",
        "A category before a time, which is exclusive; newest activity first.",
        ("test_conversations::test_paging_by_time_is_exclusive_and_gives_the_same",),
        ("linkedin/test_inbox::test_a_page_can_begin_at_a_time_which_is_left_out",),
    ),
    Row(
        "§4 C4",
        "A category by cursor.",
        ("test_conversations::test_paging_gives_every_conversation_once_and_newest_first",),
        ("linkedin/test_inbox::test_every_category_is_paged_to_its_end_newest_first",),
    ),
    Row(
        "§4 C5",
        "A category by the older query, paged by time.",
        ("test_conversations::test_the_older_category_list_pages_both_ways",),
        ("linkedin/test_inbox::test_the_older_query_of_a_category_pages_by_time",),
    ),
    Row(
        "§4 C7",
        "Several conversations by id, a bare list.",
        ("test_conversations::test_conversations_are_read_by_id",),
        ("linkedin/test_inbox::test_several_conversations_come_in_one_call_in_the_order_asked_for",),
    ),
    Row(
        "§4 C9",
        "Conversations by recipients, empty where there is none.",
        ("test_conversations::test_a_conversation_is_found_by_its_recipients",),
        ("linkedin/test_inbox::test_conversations_are_found_by_id_and_by_recipient",),
    ),
    Row(
        "§4 last message",
        "A list holds at most the last message of each conversation, and some have no messages at all.",
        ("test_conversations::test_each_item_holds_its_owner_and_its_last_message",),
        (
            "unit/linkedin/test_decoding::test_a_conversation_is_read_with_everyone_in_it_and_its_last_message",
            "unit/linkedin/test_decoding::test_a_conversation_without_messages_keeps_its_activity",
        ),
    ),
    Row(
        "§4 categories",
        "Each conversation has a set of categories.",
        ("test_conversations::test_categories_split_the_inbox",),
        ("services/test_inbox::test_a_folder_lists_what_linkedin_has_in_it",),
    ),
    Row(
        "§4.1 conversation",
        "State, kind, title, unread count, notification status and what is disabled.",
        ("test_conversations::test_the_list_shows_all_kinds_of_conversations",),
        (
            "services/test_syncing::test_every_conversation_is_stored_as_the_sandbox_shows_it",
            "linkedin/test_inbox::test_message_requests_are_listed_with_their_state",
            "unit/linkedin/test_decoding::test_kinds_are_told_by_group_type_text_category_and_participant",
        ),
    ),
    Row(
        "§4.2 organization, owner",
        "Companies are told from people, and the owner is among the participants.",
        ("test_conversations::test_each_item_holds_its_owner_and_its_last_message",),
        (
            "unit/linkedin/test_decoding::test_a_conversation_is_read_with_everyone_in_it_and_its_last_message",
            "unit/linkedin/test_decoding::test_kinds_are_told_by_group_type_text_category_and_participant",
        ),
    ),
    # §5 Messages
    Row(
        "§5 M1",
        "The newest messages and a thread's token.",
        ("test_messages::test_the_newest_messages_come_first_with_a_token",),
        ("linkedin/test_messages::test_the_newest_messages_come_with_a_token_that_brings_what_changed",),
    ),
    Row(
        "§5 M2",
        "What changed in a thread since its token: new, edited, recalled, reacted to.",
        (
            "test_sync::test_a_threads_token_gives_every_new_message",
            "test_editing::test_the_tokens_of_a_mailbox_and_of_a_thread_bring_edits_and_recalls",
        ),
        (
            "linkedin/test_messages::test_the_newest_messages_come_with_a_token_that_brings_what_changed",
            "services/test_changes_arriving::test_everything_of_a_gap_is_told_once_and_in_order",
        ),
    ),
    Row(
        "§5 M3",
        "The messages before a time.",
        ("test_messages::test_messages_around_a_time_come_oldest_first",),
        ("linkedin/test_messages::test_a_message_at_the_very_anchor_is_in_the_page",),
    ),
    Row(
        "§5 M4",
        "Earlier messages by cursor, to the beginning.",
        ("test_messages::test_the_longest_thread_is_paged_without_loss_or_repeat",),
        ("linkedin/test_messages::test_a_long_conversation_is_read_to_its_beginning_without_gap_or_repeat",),
    ),
    Row(
        "§5 M5",
        "What changed in several threads, in one call.",
        ("test_messages::test_several_threads_are_synced_at_once",),
        ("linkedin/test_messages::test_what_changed_in_several_conversations_comes_in_one_call",),
    ),
    Row(
        "§5.1 sender, originToken",
        "The sender is always there; the token stands on own messages only.",
        ("test_messages::test_own_messages_carry_their_token_and_others_do_not",),
        (
            "unit/linkedin/test_decoding::test_an_own_message_is_told_by_the_mailboxs_owner_and_keeps_its_token",
            "unit/linkedin/test_decoding::test_the_actor_stands_in_where_there_is_no_sender",
        ),
    ),
    Row(
        "§5.1 formats",
        "DEFAULT, EDITED, RECALLED and SYSTEM.",
        (
            "test_editing::test_an_edit_is_in_both_mailboxes_and_on_both_streams",
            "test_groups::test_a_new_name_is_told_to_everyone_with_a_message_of_the_networks_own",
        ),
        ("unit/linkedin/test_decoding::test_edited_recalled_and_system_messages_keep_their_format",),
    ),
    Row(
        "§5.2 attributed text",
        "Attributes of every kind with their offsets; on a send, mentions.",
        ("test_sending::test_mentions_survive_a_send_and_bold_does_not",),
        (
            "unit/linkedin/test_decoding::test_attributes_keep_their_offsets_and_what_their_kind_carries",
            "unit/linkedin/test_composing::test_a_mention_is_an_attribute_of_the_text",
        ),
    ),
    Row(
        "§5.3 render content",
        "Files, images, video, audio, GIFs, quotes, forwards, shared objects and advertisements.",
        ("test_messages::test_every_kind_of_render_content_is_met",),
        (
            "linkedin/test_messages::test_every_kind_of_content_in_the_simulated_network_is_read",
            "unit/linkedin/test_content::test_each_kind_is_read_and_an_unknown_one_is_kept_raw",
        ),
    ),
    Row(
        "§5.4 reactors",
        "Who reacted with an emoji.",
        ("test_reacting::test_who_reacted_can_be_asked",),
        (f"{_CHANGES}::test_a_reaction_is_set_seen_and_taken_back",),
    ),
    Row(
        "§5.4 seen receipts",
        "Who has seen what.",
        ("test_messages::test_receipts_tell_what_the_others_have_seen",),
        (f"{_CHANGES}::test_receipts_name_who_has_seen_which_message_and_when",),
    ),
    # §6 Writes
    Row(
        "§6 send, reply",
        "createMessage into a thread.",
        ("test_sending::test_a_message_into_a_thread_is_in_both_mailboxes",),
        (
            "linkedin/test_network::test_a_send_leaves_with_exactly_the_headers_and_body_of_the_protocol",
            "linkedin/test_messages::test_a_message_is_delivered_once_and_known_again_by_its_token",
        ),
    ),
    Row(
        "§6 new conversation, group",
        "createMessage to people, with a title for a group.",
        (
            "test_sending::test_writing_to_a_connection_without_a_thread_makes_one",
            "test_sending::test_a_group_is_made_with_its_title",
        ),
        (
            "linkedin/test_messages::test_a_message_to_people_opens_a_conversation",
            "linkedin/test_network::test_a_new_group_names_its_people_and_title_and_no_conversation",
        ),
    ),
    Row(
        "§6 edit",
        "An own message gets another text.",
        ("test_editing::test_an_edit_is_in_both_mailboxes_and_on_both_streams",),
        (_EXACT, f"{_CHANGES}::test_an_edit_and_a_recall_are_seen_by_the_other_side"),
    ),
    Row(
        "§6 recall",
        "An own message is taken back for everyone.",
        ("test_editing::test_a_recall_empties_the_message_for_everyone",),
        (_EXACT, f"{_CHANGES}::test_an_edit_and_a_recall_are_seen_by_the_other_side"),
    ),
    Row(
        "§6 react, unreact",
        "A reaction is set and taken back.",
        (
            "test_reacting::test_a_reaction_is_in_both_mailboxes_and_on_both_streams",
            "test_reacting::test_a_reaction_is_taken_back",
        ),
        (_EXACT, f"{_CHANGES}::test_a_reaction_is_set_seen_and_taken_back"),
    ),
    Row(
        "§6 mark read, unread",
        "Several conversations in one call, each with its status.",
        (
            "test_marking::test_a_thread_is_marked_read_and_unread",
            "test_marking::test_several_threads_are_marked_at_once",
        ),
        ("linkedin/test_inbox::test_a_conversation_is_marked_read_and_unread_again",),
    ),
    Row(
        "§6 mark all as seen",
        "The badge is cleared, and nothing is read by it.",
        ("test_marking::test_the_badge_is_marked_without_reading_anything",),
        (f"{_CHANGES}::test_the_badge_is_cleared_and_messages_are_acknowledged",),
    ),
    Row(
        "§6 delivery acknowledgement",
        "Messages are acknowledged as consumed from the stream.",
        ("test_marking::test_delivery_is_acknowledged",),
        (f"{_CHANGES}::test_an_acknowledgement_says_which_messages_came_over_the_stream",),
    ),
    Row(
        "§6 typing",
        "202, and the others see it.",
        ("test_typing::test_typing_is_202_and_shown_to_the_others_only",),
        (_EXACT, "voyager/test_changes::test_typing_is_shown_to_the_other_side"),
    ),
    Row(
        "§6 delete conversation",
        "Gone from the own mailbox.",
        ("test_categories::test_a_deleted_thread_is_gone_from_one_mailbox",),
        (_EXACT, "voyager/test_changes::test_a_deleted_conversation_is_gone_here_and_at_linkedin"),
    ),
    Row(
        "§6 rename group",
        "Another title, told to everyone.",
        ("test_groups::test_a_new_name_is_told_to_everyone_with_a_message_of_the_networks_own",),
        (_EXACT, f"{_CHANGES}::test_a_group_is_renamed_and_people_are_added_and_removed"),
    ),
    Row(
        "§6 add people, remove people",
        "Members come and go.",
        (
            "test_groups::test_who_is_added_sees_what_was_written_before",
            "test_groups::test_who_is_removed_keeps_what_they_had_and_gets_nothing_new",
        ),
        (_EXACT, f"{_CHANGES}::test_a_group_is_renamed_and_people_are_added_and_removed"),
    ),
    Row(
        "§6.1 trackingId",
        "Exactly sixteen characters, or a bare 400.",
        ("test_sending::test_a_tracking_id_of_another_length_is_a_bare_400",),
        ("linkedin/test_messages::test_a_bad_tracking_id_is_refused",),
    ),
    Row(
        "§6.1 originToken, no deduplication",
        "Echoed in the answer and in reads; the same token twice is two messages.",
        (
            "test_sending::test_the_token_is_read_back_by_the_sender_and_not_by_the_other",
            "test_sending::test_the_same_token_twice_makes_two_messages",
        ),
        ("linkedin/test_messages::test_a_message_is_delivered_once_and_known_again_by_its_token",),
    ),
    Row(
        "§6.3 file, voice, video, reply",
        "What an upload or a quote looks like in a message.",
        (
            "test_sending_contents::test_a_file_is_read_back_in_both_mailboxes",
            "test_sending_contents::test_a_voice_note_and_a_video_are_read_back",
            "test_sending_contents::test_a_quoted_message_is_named_in_each_mailboxes_own_words",
        ),
        (
            "unit/linkedin/test_composing::test_files_and_images_leave_as_files_with_an_address_of_the_browser",
            "unit/linkedin/test_composing::test_a_voice_note_leaves_with_its_length_where_it_is_known",
            "unit/linkedin/test_composing::test_a_video_leaves_in_the_form_of_the_reference",
            "unit/linkedin/test_composing::test_a_reply_quotes_the_message_that_it_answers",
        ),
    ),
    Row(
        "§6.6 presence",
        "Who is online, by a query in the body.",
        ("test_presence::test_presence_is_read_with_the_query_in_the_body",),
        ("linkedin/test_presence::test_who_is_online_can_be_read",),
    ),
    # §7 Media
    Row(
        "§7 upload metadata",
        "A file is registered by kind, name and size.",
        ("test_media::test_the_upload_metadata_has_the_references_shape",),
        (
            "linkedin/test_media::test_a_file_is_registered_and_put_as_the_reference_says",
            "linkedin/test_media::test_each_kind_is_registered_under_its_own_name",
        ),
    ),
    Row(
        "§7 PUT",
        "The bytes are put, perhaps chunked, and answered 201.",
        ("test_media::test_a_chunked_upload_is_taken",),
        ("linkedin/test_media::test_a_file_is_registered_and_put_as_the_reference_says",),
    ),
    Row(
        "§7 download",
        "GET and HEAD with the session's cookies; addresses expire.",
        (
            "test_downloads::test_head_tells_type_size_and_name_without_the_bytes",
            "test_downloads::test_addresses_end_by_the_sandboxes_clock_and_a_fresh_read_gives_fresh_ones",
        ),
        (
            "linkedin/test_media::test_a_head_tells_what_a_file_is_without_its_bytes",
            "linkedin/test_media::test_a_file_is_opened_in_part_with_the_cookies_and_as_it_is",
        ),
    ),
    # §8 Realtime
    Row(
        "§8.1 connect, query map",
        "The headers choose decorated payloads.",
        ("test_realtime::test_without_a_query_map_the_payloads_are_the_legacy_ones",),
        ("linkedin/test_realtime::test_the_headers_ask_for_decorated_payloads",),
    ),
    Row(
        "§8.1 personal topics",
        "They come by themselves and are listed in the first frame.",
        ("test_realtime::test_the_first_frame_is_the_client_connection",),
        ("unit/linkedin/test_stream_decoding::test_topics_that_are_not_followed_are_named",),
    ),
    Row(
        "§8.2 frames",
        "ClientConnection first, then heartbeats and events, one object a frame.",
        (
            "test_realtime::test_the_first_frame_is_the_client_connection",
            "test_realtime::test_heartbeats_come_and_the_stream_is_closed_after_its_life",
        ),
        (
            "unit/linkedin/test_stream_decoding::test_the_first_frame_and_heartbeats_are_known",
            "unit/linkedin/test_frames::test_frames_are_the_same_wherever_the_bytes_are_cut",
        ),
    ),
    Row(
        "§8.3 messagesTopic",
        "Messages, edits and recalls, with the full conversation; own ones with their token.",
        (
            "test_realtime::test_a_message_is_on_both_streams_each_with_its_own_urns",
            "test_editing::test_an_edit_is_in_both_mailboxes_and_on_both_streams",
        ),
        (
            "linkedin/test_realtime::test_a_message_of_another_person_arrives_with_its_conversation",
            "linkedin/test_realtime_events::test_typing_reactions_receipts_edits_and_recalls_arrive",
        ),
    ),
    Row(
        "§8.3 conversationsTopic",
        "Read state, title, categories, members.",
        ("test_realtime::test_marking_read_tells_the_own_stream_and_gives_the_other_a_receipt",),
        ("linkedin/test_realtime_events::test_categories_and_deletions_made_elsewhere_arrive",),
    ),
    Row(
        "§8.3 conversationDeletesTopic",
        "A conversation is gone.",
        ("test_categories::test_a_deleted_thread_is_gone_from_one_mailbox",),
        ("linkedin/test_realtime_events::test_categories_and_deletions_made_elsewhere_arrive",),
    ),
    Row(
        "§8.3 typingIndicatorsTopic",
        "Somebody types.",
        ("test_typing::test_in_a_group_everyone_else_sees_it",),
        ("linkedin/test_realtime_events::test_typing_reactions_receipts_edits_and_recalls_arrive",),
    ),
    Row(
        "§8.3 messageSeenReceiptsTopic",
        "Somebody has seen a message.",
        ("test_realtime::test_who_answers_also_reads",),
        ("linkedin/test_realtime_events::test_typing_reactions_receipts_edits_and_recalls_arrive",),
    ),
    Row(
        "§8.3 messageReactionSummariesTopic",
        "Somebody reacts.",
        ("test_reacting::test_a_reaction_is_in_both_mailboxes_and_on_both_streams",),
        ("linkedin/test_realtime_events::test_typing_reactions_receipts_edits_and_recalls_arrive",),
    ),
    Row(
        "§8.3 tabBadgeUpdateTopic",
        "A hint to read on from the sync token.",
        ("test_realtime::test_a_message_also_tells_the_conversation_and_hints_at_the_badge",),
        ("unit/linkedin/test_stream_decoding::test_a_badge_update_is_a_hint_whatever_it_carries",),
    ),
    Row(
        "§8.5 heartbeat",
        "The client's own, every minute.",
        ("test_realtime::test_the_clients_heartbeat_is_taken",),
        ("linkedin/test_stream_faults::test_a_minute_passes_between_two_heartbeats_of_ours",),
    ),
    Row(
        "§8.5 timestamp",
        "The server's clock.",
        ("test_realtime::test_the_clock_can_be_read",),
        (),
        "the connector needs no clock of LinkedIn's: every time that it stores comes with what it reads",
    ),
    Row(
        "§8.5 subscriptions",
        "Presence is subscribed to for a connection.",
        ("test_realtime::test_subscriptions_are_kept_for_their_connection",),
        ("linkedin/test_presence::test_a_subscribed_person_is_told_on_the_stream",),
    ),
    Row(
        "§8.6 clean end",
        "Opened again at once under the same session id.",
        ("test_realtime::test_heartbeats_come_and_the_stream_is_closed_after_its_life",),
        (
            "linkedin/test_realtime::test_after_a_clean_end_it_goes_on_at_once",
            "linkedin/test_realtime::test_the_session_id_is_kept_over_a_clean_end_and_a_fault",
        ),
    ),
    Row(
        "§8.6 network error, other status",
        "Growing waits of at most a minute.",
        ("test_realtime::test_streams_are_cut_by_the_admin_api",),
        (
            "linkedin/test_realtime::test_after_a_cut_it_waits_and_opens_again",
            "linkedin/test_realtime::test_waits_grow_with_each_attempt_up_to_a_minute",
        ),
    ),
    Row(
        "§8.6 400",
        "Another session id, then as a network error.",
        ("test_faults::test_a_status_fault_answers_its_status_and_nothing_is_sent",),
        ("linkedin/test_realtime::test_a_400_takes_a_new_session_id",),
    ),
    Row(
        "§8.6 401, 302, li_at deleted",
        "Stopped: the person must link again.",
        (
            "test_faults::test_a_deleted_session_cookie_comes_on_the_answer",
            "test_faults::test_the_login_comes_as_a_redirect_and_as_a_page",
        ),
        (
            "linkedin/test_stream_faults::test_a_stream_that_is_signed_out_is_not_tried_again",
            "linkedin/test_realtime::test_what_must_not_be_tried_again_ends_it",
        ),
    ),
)
