"""The manifest of what Threadline promises: each item of the design's list, each row of a contract.

`tests/promise.py` says what a promise is and how a test says that it keeps one. A promise without a test
carries a `Gap` that says what is missing. `tests/promised/wire_rows.py` goes through the rows of LinkedIn's
protocol one by one, with the tests of both sides.
"""

from typing import Final

from tests.promised.design import DESIGN
from tests.promised.faults import FAULTS
from tests.promised.linkedin_wire import WIRE
from tests.promised.main_job import MAIN_JOB
from tests.promised.media import MEDIA
from tests.promised.sends import SENDS
from tests.promised.voyager import VOYAGER

PROMISES: Final = (*DESIGN, *VOYAGER, *WIRE, *MAIN_JOB, *MEDIA, *FAULTS, *SENDS)
