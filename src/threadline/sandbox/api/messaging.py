"""The messaging GraphQL path: from a raw query string to an answer in one of the three forms."""

from __future__ import annotations

from aiohttp import web

from threadline.sandbox.api.asking import ForbiddenError
from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.api.queries import answer_query
from threadline.sandbox.protocol import forms, restli
from threadline.sandbox.protocol.variables import BadQueryError


async def graphql(call: Call) -> web.Response:
    """`GET /voyagerMessagingGraphQL/graphql?queryId=…&variables=(…)` (contracts/linkedin-wire.md §§4, 5)."""
    query = restli.split_query(call.raw_query)
    name = query.get("queryId", "").partition(".")[0]
    try:
        variables = restli.parse_record(query.get("variables", ""))
        found = answer_query(call.world, call.owner, name, variables)
    except (restli.MalformedError, BadQueryError):
        raise RefusalError(400) from None
    except ForbiddenError:
        raise RefusalError(403) from None
    form = forms.NORMALIZED if call.form == forms.NORMALIZED else forms.GRAPHQL
    return answer(forms.graphql_answer(form, found.field, found.value, found.errors), form=form)


async def graphql_without_recipients(call: Call) -> web.Response:
    """The look-up by recipients as the fault `empty_recipient_lookup` makes it: it finds nothing."""
    form = forms.NORMALIZED if call.form == forms.NORMALIZED else forms.GRAPHQL
    return answer(
        forms.graphql_answer(form, "messengerConversationsByRecipients", forms.collection([])), form=form
    )
