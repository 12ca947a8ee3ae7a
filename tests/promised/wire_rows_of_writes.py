"""Writes, media and the live stream: the attested rows of contracts/linkedin-wire.md §§6 to 8."""

from typing import Final

from tests.promised.wire_row import Row

_CHANGES = "linkedin/test_changes"
_EXACT = f"{_CHANGES}::test_a_change_leaves_byte_for_byte_as_the_reference_has_it"

WRITES: Final = (
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
