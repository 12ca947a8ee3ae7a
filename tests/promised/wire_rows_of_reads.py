"""Reading people, conversations and messages: the attested rows of contracts/linkedin-wire.md §§3 to 5."""

from typing import Final

from tests.promised.wire_row import Row

_CHANGES = "linkedin/test_changes"

READS: Final = (
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
)
