"""The routes of batches and budgets."""

from starlette.routing import BaseRoute

from threadline.api.rate_limits import showing_limits
from threadline.api.routing import PlainRoute
from threadline.api.voyager.description import (
    IDEMPOTENCY_KEY,
    OF_A_BODY,
    OF_A_SEND,
    OF_AN_ACCOUNT,
    SENDING_HEADERS,
    USER,
    operation,
)
from threadline.api.voyager.pacing import batch, budget, examples, schemas
from threadline.model.errors import (
    ExperimentalOff,
    NoInMailCredits,
    NotFound,
    RecipientMismatch,
    SeatRequired,
    SubjectRequired,
)

_KEY = {
    **IDEMPOTENCY_KEY,
    "description": (
        "Gives every message that has no key of its own one: this, a colon, and its place, from 0. "
        "So a whole batch can be repeated."
    ),
}

ROUTES: tuple[BaseRoute, ...] = (
    PlainRoute(
        "POST",
        "/api/sends/batch",
        showing_limits(batch.send_batch),
        tags=("queue",),
        described=operation(
            schemas.Batch,
            examples.BATCH,
            status=202,
            body=schemas.BatchBody,
            body_example=examples.BATCH_REQUEST,
            parameters=(USER, _KEY),
            headers=SENDING_HEADERS,
            errors=(
                *OF_A_SEND,
                NotFound,
                RecipientMismatch,
                SubjectRequired,
                SeatRequired,
                NoInMailCredits,
                ExperimentalOff,
            ),
        ),
    ),
    PlainRoute(
        "GET",
        "/api/budget",
        budget.show_budget,
        tags=("pacing",),
        described=operation(schemas.Budget, examples.BUDGET, parameters=(USER,), errors=OF_AN_ACCOUNT),
    ),
    PlainRoute(
        "PUT",
        "/api/budget",
        budget.change_budget,
        tags=("pacing",),
        described=operation(
            schemas.Budget,
            examples.BUDGET,
            body=schemas.BudgetBody,
            body_example=examples.BUDGET_REQUEST,
            parameters=(USER,),
            errors=(*OF_AN_ACCOUNT, *OF_A_BODY),
        ),
    ),
)
