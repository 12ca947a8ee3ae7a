"""Made-up answers of searches that the OpenAPI document shows."""

from typing import Any, Final

from threadline.api.voyager.examples import PROFILE

_FOUND: Final = {name: value for name, value in PROFILE.items() if name not in ("success", "entityUrn")}
PEOPLE: Final[dict[str, Any]] = {"success": True, "people": [_FOUND], "results": [_FOUND]}
