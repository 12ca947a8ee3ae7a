"""The main API: paths under `/api/`, one envelope around every answer (contracts/voyager.md).

`routes.py` gathers the routes, whose functions stand in one module a noun; `schemas.py` is the JSON,
`present.py` makes it of our types, `errors.py` tells errors, `description.py` is the OpenAPI document.
"""

from threadline.api.dialect import Dialect
from threadline.api.voyager.description import complete
from threadline.api.voyager.errors import error_answer
from threadline.api.voyager.routes import ROUTES

DIALECT = Dialect(
    name="voyager",
    prefixes=("/api/",),
    routes=ROUTES,
    error_answer=error_answer,
    complete_description=complete,
)
