"""Answers that were made before and still hold: pages that nothing stored since can have changed."""

from starlette.requests import Request

from threadline.api.kept_answers import KeptAnswers
from threadline.api.routing import Encoded
from threadline.api.services import services_of
from threadline.api.voyager.envelope import freshness
from threadline.model.accounts import Account
from threadline.services.inbox import Freshness


def kept(request: Request, account: Account) -> Encoded | None:
    """The answer to the same request of the same account, if it was kept and holds."""
    body = _answers(request).get(_key(request, account), account.revision)
    if body is None:
        return None
    return Encoded(body, headers=freshness(services_of(request).inbox.stored(account)))


def keep(request: Request, account: Account, fresh: Freshness, made: Encoded) -> Encoded:
    """Keep an answer, if it holds until the account's revision grows; answers it."""
    if fresh.holds:
        _answers(request).put(_key(request, account), account.revision, bytes(made.body))
    return made


def _answers(request: Request) -> KeptAnswers:
    answers = request.app.state.kept_answers
    assert isinstance(answers, KeptAnswers)
    return answers


def _key(request: Request, account: Account) -> tuple[str, str, bytes]:
    return account.account_id, request.scope["path"], request.scope["query_string"]
