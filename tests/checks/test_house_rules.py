"""The rules of the house hold in every file, and each rule sees what breaks it."""

from itertools import chain

import pytest

from tests.checks.rules import CATCHES_ALL, LAZY_IMPORTS, RULES, Rule
from tests.checks.source import ROOT, SourceFile, project_files


@pytest.fixture(scope="module")
def files() -> list[SourceFile]:
    return list(project_files())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule, files: list[SourceFile]) -> None:
    complaints = [complaint for file in files for complaint in rule(file)]
    assert not complaints, "\n".join(["", *complaints])


def test_every_exception_from_a_rule_is_of_a_place_that_exists() -> None:
    for path in LAZY_IMPORTS:
        assert (ROOT / path).is_file()
    for path, function in CATCHES_ALL:
        assert f"def {function}(" in (ROOT / path).read_text()


BREAKING = [
    ("src/threadline/model/long.py", "a = 1\n" * 501, "has 501 lines"),
    ("src/threadline/model/utils.py", "", "name the module after the one noun"),
    ("src/threadline/app.py", "async def run():\n    import json\n", "imports inside run()"),
    (
        "src/threadline/app.py",
        "try:\n    run()\nexcept (OSError, Exception):\n    pass\n",
        "catches everything",
    ),
    (
        "src/threadline/app.py",
        "def serve():\n    try:\n        run()\n    except:\n        pass\n",
        "in serve",
    ),
    ("docs/sending.md", "TO" + "DO: say more", "leaves a note for later"),
    ("src/threadline/model/a.py", "import time\nnow = time.time()\n", "calls time.time()"),
    (
        "src/threadline/services/a.py",
        "from datetime import datetime\ndatetime.now()\n",
        "calls datetime.datetime.now()",
    ),
    (
        "src/threadline/services/a.py",
        "import datetime as dt\ndt.date.today()\n",
        "calls datetime.date.today()",
    ),
    ("src/threadline/services/a.py", "from uuid import uuid4 as new\nnew()\n", "calls uuid.uuid4()"),
    ("src/threadline/store/a.py", "import random\nrandom.choice([1])\n", "calls random.choice()"),
    ("README.md", "see /wo" + "rk/main/x", "write it relative"),
    ("requirements/a.txt", "# from https://py" + "pi.org/simple", "leave it to settings"),
    (
        "tests/unit/test_a.py",
        "import pytest\n\n\n@pytest.mark." + "skip\ndef test_a(): ...\n",
        "leaves a test out",
    ),
]


@pytest.mark.parametrize(
    ("path", "text", "complaint"), BREAKING, ids=[complaint for *_, complaint in BREAKING]
)
def test_what_breaks_a_rule_is_named_once(path: str, text: str, complaint: str) -> None:
    found = list(chain.from_iterable(rule(SourceFile(path, text)) for rule in RULES))
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/threadline/model/clock.py", "import time\nnow = time.time_ns()\n"),
        ("src/threadline/api/a.py", "import time\nbegan = time.time()\n"),
        ("src/threadline/model/a.py", "import uuid\nuuid.UUID('x')\n"),
        ("src/threadline/a.py", "try:\n    run()\nexcept ExceptionGroup:\n    pass\n"),
        ("src/threadline/a.py", "try:\n    run()\nexcept BaseException:\n    undo()\n    raise\n"),
        ("docs/a.md", "https://example.org/work/plan and docs/work/plan.md"),
    ],
)
def test_what_only_looks_alike_is_left_alone(path: str, text: str) -> None:
    assert [complaint for rule in RULES for complaint in rule(SourceFile(path, text))] == []
