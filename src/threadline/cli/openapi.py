"""`threadline openapi`: the API's own description."""

import json
import sys
import tempfile
from pathlib import Path

from threadline.app import build
from threadline.cli.failing import failing_plainly
from threadline.settings import Settings


def run() -> None:
    """Print the OpenAPI document as JSON."""
    with failing_plainly(), tempfile.TemporaryDirectory() as folder:
        document = build(Settings(data_dir=Path(folder), database_url=None)).api.openapi()
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
