"""The known ids of LinkedIn's stored queries: data to edit when LinkedIn moves on.

An id is `<registered name>.<32 hex>`; each variant (set of variables) of a query has its own. In order of
preference; all from contracts/linkedin-wire.md §1.7 and §8.1.
"""

QUERY_IDS: dict[str, tuple[str, ...]] = {
    "conversations_newest": (
        "messengerConversations.f0873b936b43ed663997b215b2c28359",
        "messengerConversations.0d5e6781bbee71c3e51c8843c6519f48",
    ),
    "conversations_since": ("messengerConversations.74c17e85611b60b7ba2700481151a316",),
    "conversations_before": ("messengerConversations.8656fb361a8ad0c178e8d3ff1a84ce26",),
    "conversations_after_cursor": ("messengerConversations.9501074288a12f3ae9e3c7ea243bccbf",),
    "conversations_in_category": (
        "messengerConversations.0e6384758dbe98769dd964f463fcdbeb",
        "messengerConversations.14df23fcfbc2bacf529fc58e63a4ab5e",
    ),
    "conversations_searched": ("messengerConversations.737b27144cf922499202658a5345016f",),
    "conversation_by_id": ("messengerConversations.766c30b60a40d2035453432f30aa03ce",),
    # No id of the query by several ids is known, so the one for a single id stands in for it.
    "conversations_by_ids": ("messengerConversations.766c30b60a40d2035453432f30aa03ce",),
    "conversations_by_recipients": (
        "messengerConversations.9c3ab648b616451570c715e4a184465e",
        "messengerConversations.c6e2778ef6f5c2b617c06261738cd193",
    ),
    "messages_before": (
        "messengerMessages.4088d03bc70c91c3fa68965cb42336de",
        "messengerMessages.d8ea76885a52fd5dc5c317078ab7c977",
        "messengerMessages.8078e691076ceb6cef7a35504dae2390",
    ),
    "messages_earlier": ("messengerMessages.34c9888be71c8010fecfb575cb38308f",),
    "messages_newest": ("messengerMessages.5846eeb71c981f11e0134cb6626cc314",),
    # The sync token is an optional variable of the same answer field; no id of its own is known.
    "messages_since": ("messengerMessages.5846eeb71c981f11e0134cb6626cc314",),
    # No id of the query for several conversations is known either.
    "messages_since_batch": ("messengerMessages.5846eeb71c981f11e0134cb6626cc314",),
    "reactors": (
        "messengerMessagingParticipants.6bedbcf9406fa19045dc627ffc51f286",
        "messengerMessagingParticipants.d8df65a2f55f270ced7e37ff2fafc8c8",
    ),
    "seen_receipts": ("messengerSeenReceipts.f0584c34fe9377608527e1507a1204a2",),
    "people_search": ("voyagerSearchDashClusters.ef3d0937fb65bd7812e32e5a85028e79",),
    "typeahead": ("voyagerMessagingDashMessagingTypeahead.7910815d686c938c4a34fd12381f168c",),
}

PROFILE_DECORATIONS: tuple[str | None, ...] = (
    "com.linkedin.voyager.dash.deco.identity.profile.WebTopCardCore-6",
    "com.linkedin.voyager.dash.deco.identity.profile.FullProfileWithEntities-93",
    None,
)
"""Which fields a profile is answered with, in order of preference (§3.2); None asks for the default."""

CONNECTIONS_DECORATION = "com.linkedin.voyager.dash.deco.web.mynetwork.ConnectionListWithProfile-16"
"""Which fields the list of connections is answered with (§3.5)."""

SALES_THREAD_DECORATION = (
    "(id,restrictions,archived,unreadMessageCount,nextPageStartsAt,totalMessageCount,"
    "messages*(id,type,contentFlag,deliveredAt,lastEditedAt,subject,body,footerText,blockCopy,attachments,"
    "author,systemMessageContent),"
    "participants*~fs_salesProfile(entityUrn,firstName,lastName,fullName,degree,"
    "profilePictureDisplayImage,objectUrn,inmailRestriction))"
)
"""Which fields a Sales Navigator thread is answered with (§11)."""

SALES_PROFILE_DECORATION = (
    "(entityUrn,objectUrn,firstName,lastName,fullName,headline,degree,inmailRestriction,memberBadges)"
)
"""Which fields a Sales Navigator profile is answered with (§11)."""

_DECORATION = "voyagerMessagingDashMessengerRealtimeDecoration"

REALTIME_QUERIES: dict[str, str] = {
    "conversationsTopic": f"{_DECORATION}.f855048b390b286e513d7b23c59efee3",
    "conversationDeletesTopic": f"{_DECORATION}.282abe5fa1a242cb76825c32dbbfaede",
    "messagesTopic": f"{_DECORATION}.db0f1d3f53747f49f3fd87b139df9eda",
    "messageSeenReceiptsTopic": f"{_DECORATION}.e23d3971dc83a115b03584cf2381256c",
    "messageReactionSummariesTopic": f"{_DECORATION}.85ff5a1aabf7c52f40aa85ccc84e3bf5",
    "typingIndicatorsTopic": f"{_DECORATION}.234ce03cd062b2438dae060ca854a6d2",
}
"""Which form each topic of the live stream is decorated with; each also has a `…BroadcastTopic`."""

REALTIME_RECIPES: dict[str, str] = {
    "tabBadgeUpdateTopic": "com.linkedin.voyager.dash.deco.notifications.RealtimeBadgingItemCountsEvent-1",
}
