"""What stands behind the question mark, checked."""

import re
from urllib.parse import parse_qsl

from starlette.requests import Request

from threadline.model.conversations import Folder
from threadline.model.errors import BadInput

CATEGORIES: dict[str, Folder | None] = {
    "INBOX": None,
    "PRIMARY_INBOX": Folder.PRIMARY,
    "SECONDARY_INBOX": Folder.SECONDARY,
    "ARCHIVED_INBOX": Folder.ARCHIVE,
    "SPAM_INBOX": Folder.SPAM,
    "MESSAGE_REQUEST_PENDING": Folder.REQUESTS,
}
"""The categories, and the folder that each lists; None is everything (contracts/voyager.md §6.3).

Message requests have LinkedIn's own word, as the contract has none.
"""

DEFAULT_CATEGORY = "INBOX"
MOST_MONTHS = 120
DEFAULT_MONTHS = 3

_NUMBER = re.compile(r"[0-9]{1,4000}\Z")

Query = dict[str, str]


def query_of(request: Request) -> Query:
    """The parameters by name; of one that is given twice, the last."""
    text: bytes = request.scope["query_string"]
    return dict(parse_qsl(text.decode("latin-1"), keep_blank_values=True)) if text else {}


def limit(query: Query, default: int) -> int:
    """How many items a page is to have, from 1; the services bring a large one down."""
    return _at_least_one(query, "limit") or default


def months(query: Query) -> int:
    """How far back an export reaches (contracts/DECISIONS.md 13)."""
    found = _at_least_one(query, "months") or DEFAULT_MONTHS
    if found > MOST_MONTHS:
        raise BadInput(f"months: it is from 1 to {MOST_MONTHS}.", field="months")
    return found


def category(query: Query) -> Folder | None:
    """The folder of the category that is asked for; None is everything."""
    return _folder(query.get("category", DEFAULT_CATEGORY), "category")


def categories(query: Query) -> list[str]:
    """The names in a comma-separated list of categories, each once, in the order given."""
    names = [name.strip() for name in query.get("categories", DEFAULT_CATEGORY).split(",")]
    for name in names:
        _folder(name, "categories")
    return list(dict.fromkeys(names))


def flag(query: Query, name: str) -> bool:
    """Whether something is asked for that is left out otherwise: `true` or `false`."""
    found = query.get(name, "false")
    if found not in ("true", "false"):
        raise BadInput(f"{name}: it is true or false, not {found[:40]!r}.", field=name)
    return found == "true"


def profile_address(query: Query) -> str:
    """The address of the person that is asked about."""
    found = query.get("profileUrl", "").strip()
    if not found:
        raise BadInput("profileUrl: it is missing.", field="profileUrl")
    return found


def _folder(name: str, field: str) -> Folder | None:
    if name not in CATEGORIES:
        raise BadInput(
            f"{field}: {name[:40]!r} is not a category; there are {', '.join(CATEGORIES)}.", field=field
        )
    return CATEGORIES[name]


def _at_least_one(query: Query, name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    number = int(text) if _NUMBER.match(text) else 0
    if number < 1:
        raise BadInput(f"{name}: it is a whole number from 1, not {text[:40]!r}.", field=name)
    return number
